import path from 'node:path';
import type { Severity } from '../diagnostics.ts';
import { runJobs } from './builtins/jobs.ts';
import { callValue } from './evaluate/functions.ts';
import { createListByHand } from './keystone/create-list.ts';
import { callBack } from './keystone/escapes.ts';
import { type Machine, Thrown } from './machine.ts';
import { getMember } from './members.ts';
import { isDirectory, isFile, namesIn } from './modules/files.ts';
import { defaultOf, exportsOf, loadModule } from './modules/load.ts';
import type { Module } from './modules/module.ts';
import { findFile, findIndex } from './modules/resolve.ts';
import { displayName, type Place } from './place.ts';
import { ts } from './syntax.ts';
import { external, type FunctionValue, limit, newInstance, optionsOf } from './values.ts';

const extensions = ['.js', '.ts', '.mjs', '.cjs', '.jsx', '.tsx', '.mts', '.cts'];

/** Runs an entry: a file, a folder with an index file, or a folder of list files. */
export function runEntry(machine: Machine, entry: string): void {
  if (isDirectory(entry)) {
    const index = findFile(entry, extensions) ?? findIndex(entry, extensions);
    const files = index === null ? filesIn(entry) : [index];
    if (files.length === 0) reportFolder(machine, entry);
    for (const file of files) runFile(machine, file);
    return;
  }
  const file = findFile(entry, extensions);
  if (file === null || !isFile(file)) reportMissing(machine, entry);
  else runFile(machine, file);
}

/**
 * Creates a list from a file that exports its config: as the default, under the list's key, or whole.
 */
export function runListFile(machine: Machine, key: string, name: string): void {
  const file = findFile(name, extensions);
  if (file === null) {
    reportMissing(machine, name);
    return;
  }
  guard(machine, () => {
    const module = loadModule(machine, file);
    const place: Place = { file: module.file, at: null };
    const exports = exportsOf(module);
    const named = exports.kind === 'object' && exports.properties.has(key);
    const config = named ? getMember(machine, exports, key, place) : defaultOf(machine, exports, place);
    const { registry } = machine;
    const known = registry.entries.filter(({ list }) => list.key === key);
    if (known.some(({ condition }) => condition === null)) return;
    // A list that was created on a condition is the one that is given by hand, whatever the condition.
    registry.entries = registry.entries.filter((entry) => !known.includes(entry));
    createListByHand(machine, key, config, place);
  });
}

function filesIn(folder: string): readonly string[] {
  const names = namesIn(folder) ?? [];
  return names
    .filter((name) => extensions.includes(path.extname(name)) && !/\.(test|spec|d)\.\w+$/.test(name))
    .map((name) => path.join(folder, name));
}

function reportFolder(machine: Machine, folder: string): void {
  const name = displayName(machine.cwd, folder);
  machine.report.add({
    code: 'AM1010',
    message: `No list was found in the folder ${name}: it holds no JavaScript or TypeScript.`,
    help: 'Name the file that creates the lists, or the folder of the files that do.',
    why: 'outside',
    place: { file: { path: folder, name, text: '', tree: null }, at: null },
  });
}

function reportMissing(machine: Machine, entry: string): void {
  const name = displayName(machine.cwd, entry);
  machine.report.add({
    code: 'AM1001',
    message: `${name} does not exist or cannot be read.`,
    help: 'Name the file that creates the lists, relative to the working directory.',
    why: 'outside',
    place: { file: { path: entry, name, text: '', tree: null }, at: null },
  });
}

function runFile(machine: Machine, file: string): void {
  guard(machine, () => {
    if (machine.entryFiles.has(file)) return;
    machine.entryFiles.add(file);
    const isImported = machine.modules.loaded.has(file);
    const before = machine.registry.entries.length;
    const module = loadModule(machine, file);
    const place: Place = { file: module.file, at: null };
    runJobs(machine, place);
    reportRejections(machine, 'error');
    callExports(machine, module, machine.registry.entries.length === before);
    runJobs(machine, place);
    // Whether what is exported is ever called so is not known.
    reportRejections(machine, 'warning');
    if (isImported) forgetRepeated(machine, before);
    else if (machine.registry.entries.length === before) machine.emptyEntries.push(module.file);
  });
}

/** The functions that an entry exports may have been called already by an earlier entry that imports it. */
function forgetRepeated({ registry }: Machine, before: number): void {
  const former = new Set(registry.entries.slice(0, before).map(({ list }) => JSON.stringify(list)));
  registry.entries = registry.entries.filter(
    ({ list }, index) => index < before || !former.has(JSON.stringify(list)),
  );
}

/** Runs something of the user's; the exception that ends it becomes a diagnostic. */
function guard(machine: Machine, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    machine.depth = 0;
    if (!error.isExit) reportThrown(machine, error.place);
  }
}

function reportRejections(machine: Machine, severity: Severity): void {
  for (const { place } of machine.rejections) reportThrown(machine, place, severity);
  machine.rejections.clear();
}

function reportThrown(machine: Machine, place: Place, severity: Severity = 'error'): void {
  machine.report.add({
    code: 'AM1015',
    severity,
    message: 'The code throws an exception here, so nothing after it was read.',
    help: 'If it does not throw where the app runs, say what is different there with --env NAME=<value>.',
    why: 'limit',
    place,
  });
}

/**
 * A file may export functions that create lists once they are given a Keystone instance. They are
 * called with one where the file creates no list by itself, otherwise with something unknown, as a
 * possibility.
 */
function callExports(machine: Machine, module: Module, isCertain: boolean): void {
  const place: Place = { file: module.file, at: null };
  const keystone = newInstance(external('@keystonejs/keystone', ['Keystone'], place), [], place);
  for (const callable of exportedFunctions(machine, module, place)) {
    if (isCertain) callValue(machine, callable, [keystone], keystone, place);
    else if (mentionsLists(callable)) {
      callBack(
        machine,
        [callable],
        limit('nothing that is read calls the exported function', callable.place),
        callable.place,
      );
    }
  }
}

/** Entries export much that has nothing to do with lists, such as what sets the server up. */
function mentionsLists({ node, place }: FunctionValue): boolean {
  return place.file.text.slice(node.pos, node.end).includes('createList');
}

function exportedFunctions(machine: Machine, module: Module, place: Place): readonly FunctionValue[] {
  const members = optionsOf(exportsOf(module)).flatMap((value) =>
    value.kind === 'object'
      ? [...value.properties.keys()].map((name) => getMember(machine, value, name, place))
      : [value],
  );
  const functions = members.filter((value) => value.kind === 'function');
  return functions.filter(({ node }) => !ts.isClassLike(node));
}
