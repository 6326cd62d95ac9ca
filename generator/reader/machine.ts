import type { Journal } from './journal.ts';
import type { Modules } from './modules/module.ts';
import type { Place, SourceText } from './place.ts';
import type { Registry } from './registry.ts';
import type { Reporter } from './report.ts';
import type { Scope } from './scope.ts';
import type { ts } from './syntax.ts';
import { type ArrayValue, limit, type ObjectValue, type UnknownValue, type Value } from './values.ts';

/** The whole state of one reading. */
export interface Machine {
  readonly cwd: string;
  /** What `process.cwd()` gives the program, which `process.chdir` changes. */
  folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether the user names some lists and their configs, so that unknown ones may be among them. */
  readonly hasListsByHand: boolean;
  readonly modules: Modules;
  readonly globals: Scope;
  /** `globalThis`: the global variables are its properties. */
  readonly globalObject: ObjectValue;
  /** What is put off until the code that runs has come to its end; see builtins/jobs.ts. */
  readonly jobs: ArrayValue;
  /** Whether one of these is running, so that the code that put it off has come to its end. */
  isInJob: boolean;
  /** How many timers and the like, each set by the one before, led to what is running. */
  generation: number;
  readonly journal: Journal;
  readonly registry: Registry;
  readonly report: Reporter;
  /** The files that the entries were, each run once. */
  readonly entryFiles: Set<string>;
  /** The calls `….createList(` that were evaluated, and the functions that were called or that unread code may call. */
  readonly reached: WeakSet<ts.Node>;
  /** Where code that is not read, or a path that is not known, may lead: a file or folder, and the place that leads there. */
  readonly leads: { readonly path: string; readonly place: Place }[];
  /** The entry files that created no list. */
  emptyEntries: readonly SourceText[];
  /** The configs that `new Keystone(…)` was given, in order. */
  readonly keystones: Value[];
  /** Expressions and statements left to evaluate before giving up. */
  fuel: number;
  /** Counts writes to objects; see `Property.order`. */
  clock: number;
  /** Why that which was done so far might have thrown, for reasons outside the source. */
  readonly risks: UnknownValue[];
  /** How many `try` blocks and async functions, which catch what is thrown, the code that runs stands in. */
  tries: number;
  /** Promises that were rejected, and that nobody has dealt with so far. */
  readonly rejections: Set<ObjectValue>;
  /** What got into the hands of code that is not read, and why: it may change again at any time. */
  readonly escaped: WeakMap<object, UnknownValue>;
  /** What may be frozen; how far a branch got to freeze it makes no difference. */
  readonly frozen: WeakSet<object>;
  /** How many functions are being run only because something unknown might call them. */
  guesses: number;
  /** The functions that are being run for that reason. */
  readonly guessed: Set<ts.Node>;
  /** How many calls and imports are under way, one in the other. */
  depth: number;
  /** The functions that are running: in how many branches each was called last, and how often by itself in such branches. */
  readonly running: Map<ts.Node, { readonly trials: number; readonly doubtful: number }>;
  /** How many lists were created so far, those of branches that were taken back included. */
  created: number;
  /** How many there were before anything ran that was put off. */
  createdAtOnce: number;
}

/** A call of a built-in function. */
export interface Call {
  readonly machine: Machine;
  readonly args: readonly Value[];
  /** The arguments as they are handed on in an array: those that may be absent are marked so. */
  readonly given: readonly Value[];
  readonly self: Value;
  readonly place: Place;
  /** Set for `new f()`. */
  readonly isNew: boolean;
}

/** Enough for tens of thousands of lists, and used up within seconds. */
export const fuelForOneReading = 8_000_000;
/** Deeper recursion is taken for endless; the machine's own stack ends not far beyond. */
export const deepestCall = 100;
/** A function that may call itself so often may do so for ever: what would end it is not known. So may a loop. */
export const mostDoubtfulCalls = 3;
/** So many timers may each be set by the one before: a service that polls does so for ever. */
export const mostGenerations = 4;
/** A loop that runs longer is taken for endless. */
export const longestLoop = 20_000;

/** Thrown when the fuel is used up; only the entry point catches it. */
export class OutOfFuel extends Error {
  readonly place: Place;
  constructor(place: Place) {
    super('out of fuel');
    this.place = place;
  }
}

/** An exception that the program read throws, or its exit. */
export class Thrown extends Error {
  readonly value: Value;
  readonly place: Place;
  readonly isExit: boolean;
  constructor(value: Value, place: Place, isExit = false) {
    super('thrown by the program');
    this.value = value;
    this.place = place;
    this.isExit = isExit;
  }
}

/** Runs something, and gives what the program throws on the way. */
export function caught<Result>(machine: Machine, run: () => Result): Result | Thrown {
  const { depth } = machine;
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    machine.depth = depth;
    return error;
  }
}

/**
 * What JavaScript throws at. Where code catches it, it is thrown; anywhere else the app would not run, so the value may be
 * one that the reader has lost: reading goes on with something unknown.
 */
export function fail(machine: Machine, reason: string, place: Place): UnknownValue {
  const why = limit(reason, place);
  if (machine.tries > 0) throw new Thrown(why, place);
  machine.risks.push(why);
  return why;
}

/** Reports code that may run without end, and is followed only so far. */
export function reportEndless(
  machine: Machine,
  message: string,
  place: Place,
  severity: 'error' | 'warning' = 'warning',
): void {
  machine.report.add({
    code: 'AM1012',
    severity: machine.guesses > 0 ? 'warning' : severity,
    message,
    help: 'If it has to do with lists, make its end depend on values in the source, or name an entry file that does not run it.',
    why: 'limit',
    place,
  });
}

/** Whether the host's own stack has ended, which endless recursion comes to. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/i.test(error.message);
}

/** Uses up fuel for one step of the program; called for each expression and statement. */
export function burn(machine: Machine, place: () => Place): void {
  machine.fuel -= 1;
  if (machine.fuel < 0) throw new OutOfFuel(place());
}
