import path from 'node:path';
import { globalVariables } from './builtins/globals.ts';
import { runEntry, runListFile } from './entries.ts';
import { adaptersOf } from './keystone/adapters.ts';
import { addListsFile, isListsFile } from './lists-file.ts';
import { fuelForOneReading, isStackOverflow, type Machine, OutOfFuel } from './machine.ts';
import { newResolver } from './modules/resolve.ts';
import { define } from './objects.ts';
import type { Place } from './place.ts';
import type { Project } from './project.ts';
import { newReporter } from './report.ts';
import { listsOf } from './result.ts';
import { startEngine } from './run/engine.ts';
import { readAgain, skipRun } from './run/index.ts';
import { newScope } from './scope.ts';
import { newArray, newObject, undefinedValue } from './values.ts';

export { addListsFile, describeLists } from './lists-file.ts';
export type { Adapter, List, Project, RelationshipField, SecondReading } from './project.ts';

export interface ReadOptions {
  /** The folder that positions are relative to. */
  readonly cwd: string;
  /** Variables of the environment that are known; an empty text stands for one that is not set. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lists given by hand, for what the entries do in ways that can't be followed: a config file by key. */
  readonly lists?: Readonly<Record<string, string>>;
  /** False leaves out the second reading, which runs the files in an isolated engine and compares. */
  readonly run?: boolean | undefined;
}

/**
 * Reads the lists that some entry files (or folders of list files) create: once by following their code, and once by
 * running it in an isolated engine, and compares. None of the code runs in Node. Lists may also be described in JSON.
 *
 * @param entries paths, from `options.cwd`: the files that create the lists, such as the one that exports keystone, or
 *   that describe them in JSON
 * @returns the lists, in the order in which Keystone would create them. What is wrong, and what could not be understood
 *   and could hide a relationship, is in `diagnostics`: where one has the severity `error`, lists or fields may be missing
 */
export function readLists(entries: readonly string[], options: ReadOptions): Project {
  const machine = newMachine(options);
  if (options.run !== false) startEngine();
  const run = (name: string, read: (file: string) => void): void => {
    try {
      read(path.resolve(options.cwd, name));
    } catch (error) {
      reportStop(machine, error, name);
    }
  };
  const code = entries.filter((entry) => !isListsFile(entry));
  for (const entry of code) run(entry, (file) => runEntry(machine, file));
  for (const [key, name] of Object.entries(options.lists ?? {})) {
    run(name, (file) => runListFile(machine, key, file));
  }
  const lists = listsOf(machine);
  const adapters = adaptersOf(machine, machine.keystones);
  const read = { lists, adapters, diagnostics: machine.report.diagnostics };
  const isSkipped = options.run === false && code.length > 0;
  const project = isSkipped ? skipRun(read) : readAgain(read, machine, options);
  return entries.filter(isListsFile).reduce((known, file) => addListsFile(known, file, options.cwd), project);
}

function newMachine({ cwd, env = {}, lists = {} }: ReadOptions): Machine {
  const nowhere: Place = { file: { path: cwd, name: '.', text: '', tree: null }, at: null };
  const modules = { resolver: newResolver(), loaded: new Map() };
  const globals = newScope(null, {
    get machine(): Machine {
      return machine;
    },
    get module(): never {
      throw new Error('global variables belong to no module');
    },
    self: undefinedValue,
    home: null,
    constructing: null,
    args: [],
    yields: null,
    wait: null,
  });
  const machine: Machine = {
    cwd,
    folder: cwd,
    env,
    hasListsByHand: Object.keys(lists).length > 0,
    modules,
    globals,
    globalObject: newObject(nowhere),
    // Older than all else: whoever watches for changes does not mean these.
    jobs: { ...newArray([], nowhere), born: 0 },
    journal: { trials: [], watchers: new Set() },
    registry: { kind: 'registry', entries: [], born: 0 },
    report: newReporter(),
    entryFiles: new Set(),
    emptyEntries: [],
    keystones: [],
    fuel: fuelForOneReading,
    clock: 0,
    risks: [],
    isInJob: false,
    generation: 0,
    tries: 0,
    rejections: new Set(),
    escaped: new WeakMap(),
    frozen: new WeakSet(),
    guesses: 0,
    guessed: new Set(),
    depth: 0,
    running: new Map(),
    created: 0,
    createdAtOnce: 0,
  };
  for (const [name, value] of globalVariables(machine, nowhere)) {
    define(machine, machine.globalObject, name, { value, place: nowhere, isHidden: true });
  }
  return machine;
}

/** The machine's own limits become diagnostics; anything else is a defect and goes on. */
function reportStop(machine: Machine, error: unknown, entry: string): void {
  machine.journal.trials.length = 0;
  machine.journal.watchers.clear();
  const isTooDeep = isStackOverflow(error);
  if (!(error instanceof OutOfFuel) && !isTooDeep) throw error;
  const place = error instanceof OutOfFuel ? error.place : null;
  machine.report.add({
    code: 'AM1012',
    message: `The code of ${entry} ${isTooDeep ? 'nests too deep' : 'runs too long'} to be followed to its end.`,
    help: 'Name an entry file that does no more than define the lists.',
    why: 'limit',
    place: place ?? { file: { path: entry, name: entry, text: '', tree: null }, at: null },
  });
}
