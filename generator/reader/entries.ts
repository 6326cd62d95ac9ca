import path from 'node:path';
import type { Severity } from '../diagnostics.ts';
import { runJobs } from './builtins/promise.ts';
import { callValue } from './evaluate/functions.ts';
import { createListFunction } from './keystone/create-list.ts';
import { callBack } from './keystone/escapes.ts';
import { type Machine, Thrown } from './machine.ts';
import { getMember } from './members.ts';
import { isDirectory, isFile, namesIn } from './modules/files.ts';
import { defaultOf, exportsOf, loadModule } from './modules/load.ts';
import type { Module } from './modules/module.ts';
import { findFile } from './modules/resolve.ts';
import { displayName, type Place } from './place.ts';
import type { RegisteredList } from './registry.ts';
import type { Finding } from './report.ts';
import { ts } from './syntax.ts';
import {
  external,
  type FunctionValue,
  limit,
  newInstance,
  type ObjectValue,
  optionsOf,
  type Property,
  primitive,
  undefinedValue,
  type Value,
} from './values.ts';

const extensions = ['.js', '.ts', '.mjs', '.cjs', '.jsx', '.tsx', '.mts', '.cts'];

/** Runs an entry: a file, a folder with an index file, or a folder of list files. */
export function runEntry(machine: Machine, entry: string): void {
  if (isDirectory(entry)) {
    const index = findFile(entry, extensions);
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
 * Creates a list from a file that exports its config: as the default, under the list's key, as a whole, or as its only
 * config. It replaces a list that is not certain or not all known, with the lists that its fields create. A list that is
 * known stays.
 *
 * @returns whether it created the list, or would have if the file could be read
 */
export function runListFile(machine: Machine, key: string, name: string): boolean {
  const { registry, report } = machine;
  const isIt = ({ list, owner }: RegisteredList): boolean => list.key === key || owner === key;
  const isCertain = registry.entries.some((entry) => isIt(entry) && entry.condition === null);
  if (!report.forget(key) && isCertain) return false;
  const file = findFile(name, extensions);
  if (file === null) {
    reportMissing(machine, name);
    return true;
  }
  const before = registry.entries.findIndex(isIt);
  const others = registry.entries.filter((entry) => !isIt(entry));
  registry.entries = [...others];
  guard(machine, () => createFromFile(machine, key, file));
  // The order of lists can decide about names, so it keeps the place of the list that it replaces.
  const made = registry.entries.splice(others.length);
  registry.entries.splice(before < 0 ? others.length : before, 0, ...made);
  return true;
}

function createFromFile(machine: Machine, key: string, file: string): void {
  const isThere = (): boolean => machine.registry.entries.some(({ list }) => list.key === key);
  const module = loadModule(machine, file);
  if (isThere()) return;
  const exported = mapIn(machine, module)?.properties ?? new Map<string, Property>();
  const property = exported.get(key) ?? onlyConfig(exported);
  const place: Place = property?.place ?? { file: module.file, at: null };
  const given = property?.value ?? defaultOf(machine, exportsOf(module), place);
  const keystone = newInstance(external('@keystonejs/keystone', ['Keystone'], place), [], place);
  const made =
    given.kind === 'function' ? callValue(machine, given, [keystone], undefinedValue, place) : given;
  // The function may have created the list by itself.
  if (isThere()) return;
  const isWrapped = made.kind === 'object' && !made.properties.has('fields') && made.properties.has('config');
  const config = isWrapped ? getMember(machine, made, 'config', place) : made;
  callValue(machine, createListFunction, [primitive(key), config], undefinedValue, place);
}

/** The config that a file exports under another name, such as `UserSchema`, if it exports no other. */
function onlyConfig(exported: ReadonlyMap<string, Property>): Property | null {
  if (['default', 'fields', 'config'].some((name) => exported.has(name))) return null;
  const configs = [...exported.values()].filter(({ value }) => value.kind === 'object' && hasFields(value));
  return configs.length === 1 ? (configs[0] ?? null) : null;
}

/** What a file exports by name. */
function mapIn(machine: Machine, module: Module): ObjectValue | null {
  const exports = exportsOf(module);
  const isDefault =
    exports.kind === 'object' && exports.properties.size === 1 && exports.properties.has('default');
  const value = isDefault ? defaultOf(machine, exports, { file: module.file, at: null }) : exports;
  return value.kind === 'object' ? value : null;
}

/** The keys of the lists whose configs a file exports by key; none if it exports anything else. */
export function keysIn(machine: Machine, name: string): readonly string[] {
  const file = findFile(name, extensions);
  if (file === null) {
    reportMissing(machine, name);
    return [];
  }
  const keys: string[] = [];
  guard(machine, () => {
    const exported = [...(mapIn(machine, loadModule(machine, file))?.properties ?? [])];
    const isConfig = ({ kind }: Value): boolean =>
      kind === 'object' || kind === 'unknown' || kind === 'choice';
    const isMap = exported.some(([, { value }]) => value.kind === 'object' && hasFields(value));
    if (isMap) keys.push(...exported.filter(([, { value }]) => isConfig(value)).map(([key]) => key));
  });
  return keys;
}

/** Reports a file that exists, and that should export the configs of lists by key but exports none. */
export function reportNoConfigs(machine: Machine, name: string): void {
  const file = findFile(name, extensions);
  if (file === null) return;
  machine.report.add({
    code: 'AM1010',
    message: `No config of a list was found in ${displayName(machine.cwd, file)}.`,
    help: 'Export the configs of the lists by key: module.exports = { User: { fields: { … } } };',
    why: 'limit',
    place: placeIn(machine, file),
  });
}

/**
 * Reports a file of `--list` or `--lists` for lists that the code defines completely. It is an error if nothing
 * else is given: then nothing stands for the lists whose keys are unknown.
 */
export function reportNotNeeded(
  machine: Machine,
  keys: readonly string[],
  name: string,
  severity: Severity,
): void {
  machine.report.add({
    code: 'AM1027',
    severity,
    message: `${displayName(machine.cwd, name)} is not used for lists that the code defines completely: ${keys.join(', ')}.`,
    help: 'Leave the option out for them. If the code is read wrongly, write the lists with arcade-migrate lists, correct that file, and name it as the entry.',
    place: placeIn(machine, name),
  });
}

const hasFields = ({ properties }: ObjectValue): boolean =>
  properties.get('fields')?.value.kind === 'object' || properties.get('config')?.value.kind === 'object';

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
    place: placeIn(machine, folder),
  });
}

/** A file or folder as a whole. */
const placeIn = ({ cwd }: Pick<Machine, 'cwd'>, name: string): Place => ({
  file: { path: name, name: displayName(cwd, name), text: '', tree: null },
  at: null,
});

function reportMissing({ report, cwd }: Machine, entry: string): void {
  report.add(missingFile(cwd, entry));
}

/** What is wrong with an entry that does not exist. */
export function missingFile(cwd: string, file: string): Finding {
  return {
    code: 'AM1001',
    message: `${displayName(cwd, file)} does not exist or cannot be read.`,
    help: 'Name the file that creates or describes the lists, relative to the working directory.',
    why: 'outside',
    place: placeIn({ cwd }, file),
  };
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
    // Nobody knows whether anything calls the exported functions like this.
    reportRejections(machine, 'warning');
    if (isImported) forgetRepeated(machine, before);
    else if (machine.registry.entries.length === before)
      machine.emptyEntries = [...machine.emptyEntries, module.file];
  });
}

/** An earlier entry that imports an entry may already have called the functions that it exports. */
function forgetRepeated({ registry }: Machine, before: number): void {
  const former = new Set(registry.entries.slice(0, before).map(({ list }) => JSON.stringify(list)));
  registry.entries = registry.entries.filter(
    ({ list }, index) => index < before || !former.has(JSON.stringify(list)),
  );
}

/** Runs code of the user. An exception that ends it becomes a diagnostic. */
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
 * A file may export functions that create lists with the Keystone instance that they get. If the file creates no list by
 * itself, they are called with an instance. Otherwise they may be called with something unknown. Keystone itself calls
 * `configureExpress` (@keystonejs/keystone 5 and later), with an Express app.
 */
function callExports(machine: Machine, module: Module, isCertain: boolean): void {
  const place: Place = { file: module.file, at: null };
  const keystone = newInstance(external('@keystonejs/keystone', ['Keystone'], place), [], place);
  for (const [name, callable] of exportedFunctions(machine, module, place)) {
    if (isCertain && name !== 'configureExpress') callValue(machine, callable, [keystone], keystone, place);
    else if (mentionsLists(callable)) {
      const why = limit('nothing that is read calls the exported function', callable.place);
      callBack(machine, [callable], why, callable.place);
    }
  }
}

/** Entries also export functions that have nothing to do with lists, such as those that set up the server. */
function mentionsLists({ node, place }: FunctionValue): boolean {
  return place.file.text.slice(node.pos, node.end).includes('createList');
}

/** The functions that a file exports, with their names; the name of one that is all that it exports is empty. */
function exportedFunctions(
  machine: Machine,
  module: Module,
  place: Place,
): readonly (readonly [name: string, FunctionValue])[] {
  const members = optionsOf(exportsOf(module)).flatMap((value): (readonly [string, Value])[] =>
    value.kind === 'object'
      ? [...value.properties.keys()].map((name) => [name, getMember(machine, value, name, place)])
      : [['', value]],
  );
  return members.flatMap(([name, value]) =>
    value.kind === 'function' && !ts.isClassLike(value.node) ? [[name, value] as const] : [],
  );
}
