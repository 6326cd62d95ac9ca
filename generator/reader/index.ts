import path from 'node:path';
import type { Diagnostic, DiagnosticCode } from '../diagnostics.ts';
import { globalVariables } from './builtins/globals.ts';
import { keysIn, reportNoConfigs, reportNotNeeded, runEntry, runListFile } from './entries.ts';
import { adaptersOf } from './keystone/adapters.ts';
import { reportKept } from './keystone/escapes.ts';
import { addListsFile, isListsFile } from './lists-file.ts';
import { fuelForOneReading, isStackOverflow, type Machine, OutOfFuel } from './machine.ts';
import { newResolver } from './modules/resolve.ts';
import { define } from './objects.ts';
import { type Place, sourceOf } from './place.ts';
import type { Project } from './project.ts';
import { type Finding, newReporter } from './report.ts';
import { listsOf } from './result.ts';
import { startEngine } from './run/engine.ts';
import { readAgain, skipRun } from './run/index.ts';
import { newScope } from './scope.ts';
import { unreachedCalls } from './unreached.ts';
import { newArray, newObject, undefinedValue } from './values.ts';

export type { Adapter, List, Project, RelationshipField, SecondReading } from './project.ts';

export interface ReadOptions {
  /** The folder that positions are relative to. */
  readonly cwd: string;
  /** Known variables of the environment. An empty text stands for a variable that is not set. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lists that the user gives by hand, because the entries' code cannot be followed: a config file for each key. */
  readonly lists?: Readonly<Record<string, string>>;
  /** A file that exports such configs by key. */
  readonly listsFile?: string | undefined;
  /** False leaves out the second reading. */
  readonly run?: boolean | undefined;
  /** Called after each file with the number of files read so far. */
  readonly progress?: (files: number) => void;
  /** Called before the second reading. */
  readonly runStarts?: () => void;
}

/**
 * Reads the lists that entry files (or folders of list files) create. It follows their code, then runs it in an isolated
 * engine, and compares the results. None of the code runs in Node.
 *
 * @param entries paths from `options.cwd`: files that create the lists, such as the one that exports keystone, or that
 *   describe them in JSON
 * @returns the lists, in the order in which Keystone would create them. `diagnostics` has what is wrong, and what could
 *   hide a relationship. If one has the severity `error`, lists or fields may be missing
 */
export function readLists(entries: readonly string[], options: ReadOptions): Project {
  const code = entries.filter((entry) => !isListsFile(entry));
  if (options.run !== false && code.length > 0) startEngine();
  const first = follow(code, options);
  const { machine, taken } = first;
  for (const each of unreached(first, code, options)) machine.report.add(each);
  const lists = listsOf(machine);
  const adapters = adaptersOf(machine);
  const read = { lists, adapters, diagnostics: machine.report.diagnostics };
  const isSkipped = options.run === false && code.length > 0;
  if (!isSkipped) options.runStarts?.();
  const project = isSkipped ? skipRun(read) : readAgain(read, machine, taken);
  return entries.filter(isListsFile).reduce((known, file) => addListsFile(known, file, options.cwd), project);
}

/** The first reading. */
interface First {
  readonly machine: Machine;
  /** The files of the lists that the user gives by hand, by key. */
  readonly byHand: Readonly<Record<string, string>>;
  /** Those that took effect. */
  readonly taken: Readonly<Record<string, string>>;
}

/** Follows the code of the entries, and creates the lists that the user gives by hand. */
function follow(entries: readonly string[], options: ReadOptions): First {
  const machine = newMachine(options);
  const byHand: Record<string, string> = {};
  const taken: Record<string, string> = {};
  const run = (name: string, read: (file: string) => void): void => {
    try {
      read(path.resolve(options.cwd, name));
    } catch (error) {
      reportStop(machine, error, name);
    }
  };
  const takeAll = (file: string): boolean => {
    const keys = keysIn(machine, file);
    for (const key of keys) byHand[key] = file;
    return keys.length > 0;
  };
  for (const entry of entries) run(entry, (file) => runEntry(machine, file));
  reportKept(machine);
  // An entry may export lists that another file creates.
  machine.emptyEntries = machine.emptyEntries.filter((file) => !takeAll(file.path));
  const ofEntries = { ...byHand };
  if (options.listsFile !== undefined) {
    run(options.listsFile, (file) => {
      if (!takeAll(file)) reportNoConfigs(machine, file);
    });
  }
  Object.assign(byHand, options.lists);
  const notNeeded = new Map<string, string[]>();
  for (const [key, name] of Object.entries(byHand)) {
    run(name, (file) => {
      if (runListFile(machine, key, file)) taken[key] = name;
      else if (name !== ofEntries[key]) notNeeded.set(file, [...(notNeeded.get(file) ?? []), key]);
    });
  }
  const severity = Object.keys(taken).length === 0 ? 'error' : 'warning';
  for (const [file, keys] of notNeeded) reportNotNeeded(machine, keys, file, severity);
  return { machine, byHand, taken };
}

/** What the net finds. If the reading was stopped, that is the cause, and has a diagnostic already. */
function unreached(first: First, entries: readonly string[], options: ReadOptions): readonly Finding[] {
  const { env = {} } = options;
  const isStopped = ({ code, severity }: Diagnostic) => severity === 'error' && stops.includes(code);
  if (first.machine.report.diagnostics.some(isStopped)) return [];
  const find = ({ machine, byHand }: First) => unreachedCalls(machine, Object.keys(byHand));
  const found = find(first);
  if (found.length === 0 || Object.keys(env).length === 0) return found;
  // The given environment leaves out some calls on purpose: those that are reached without it.
  const still = find(follow(entries, { ...options, env: {} })).map(textOf);
  return found.filter((each) => still.includes(textOf(each)));
}

const stops: readonly DiagnosticCode[] = ['AM1001', 'AM1002', 'AM1012', 'AM1015'];

const textOf = ({ place }: Finding): string => JSON.stringify(sourceOf(place));

function newMachine({ cwd, env = {}, lists = {}, listsFile, progress }: ReadOptions): Machine {
  const nowhere: Place = { file: { path: cwd, name: '.', text: '', tree: null }, at: null };
  const modules = { resolver: newResolver(), loaded: new Map(), sources: new Map(), progress };
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
  });
  const machine: Machine = {
    cwd,
    folder: cwd,
    env,
    hasListsByHand: listsFile !== undefined || Object.keys(lists).length > 0,
    modules,
    globals,
    globalObject: newObject(nowhere),
    // Older than everything else, so that watchers of changes ignore it.
    jobs: { ...newArray([], nowhere), born: 0 },
    journal: { trials: [], watchers: new Set() },
    registry: { kind: 'registry', entries: [], born: 0 },
    report: newReporter(),
    entryFiles: new Set(),
    reached: new WeakSet(),
    leads: [],
    emptyEntries: [],
    keystones: [],
    fuel: fuelForOneReading,
    clock: 0,
    risks: [],
    jobDepth: 0,
    asyncPart: null,
    tries: 0,
    rejections: new Set(),
    escaped: new WeakMap(),
    isKept: false,
    leadsToKept: [],
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

/** The reader's own limits become diagnostics. Any other exception is a defect. */
function reportStop(machine: Machine, error: unknown, entry: string): void {
  machine.journal.trials.length = 0;
  machine.journal.watchers.clear();
  const isTooDeep = isStackOverflow(error);
  if (!(error instanceof OutOfFuel) && !isTooDeep) throw error;
  const place = error instanceof OutOfFuel ? error.place : null;
  machine.report.add({
    code: 'AM1012',
    message: `The code of ${entry} ${isTooDeep ? 'nests too deep' : 'runs too long'} to be followed to its end.`,
    help: 'Name an entry file that only defines the lists.',
    why: 'limit',
    place: place ?? { file: { path: entry, name: entry, text: '', tree: null }, at: null },
  });
}
