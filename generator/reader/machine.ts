import type { AsyncPart } from './evaluate/await.ts';
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
  /** Whether the user gives some lists by hand. Lists that are unknown may be among them. */
  readonly hasListsByHand: boolean;
  readonly modules: Modules;
  readonly globals: Scope;
  /** `globalThis`: the global variables are its properties. */
  readonly globalObject: ObjectValue;
  /** Code that is deferred until the running code has ended; see builtins/promise.ts. */
  readonly jobs: ArrayValue;
  /** The depth of the running job; 0 if none runs. */
  jobDepth: number;
  /** The running asynchronous function; null if none runs. */
  asyncPart: AsyncPart | null;
  readonly journal: Journal;
  readonly registry: Registry;
  readonly report: Reporter;
  /** The entry files that have run. */
  readonly entryFiles: Set<string>;
  /** The calls of `createList` that were evaluated, and the functions that were called or that unread code may call. */
  readonly reached: WeakSet<ts.Node>;
  /** The files and folders that unread code may import, and the places that name them. */
  readonly leads: { readonly path: string; readonly place: Place }[];
  /** The entry files that created no list. */
  emptyEntries: readonly SourceText[];
  /** The configs that `new Keystone(…)` was given, in order. */
  readonly keystones: Value[];
  /** How many more expressions and statements are evaluated before the reader gives up. */
  fuel: number;
  /** The number of writes to objects so far; see `Property.order`. */
  clock: number;
  /** Why the code that ran so far could have thrown. */
  readonly risks: UnknownValue[];
  /** How many `try` blocks and async functions are around the running code. They catch what is thrown. */
  tries: number;
  /** Rejected promises that no code has handled so far. */
  readonly rejections: Set<ObjectValue>;
  /** What code that is not read has, and why. It may change at any time. */
  readonly escaped: WeakMap<object, UnknownValue>;
  /** Whether a package that only keeps it got an instance of Keystone; see `keepers` in keystone/facts.ts. */
  isKept: boolean;
  /** Where other code that is not read got something of such a package, which may lead it to the instance. */
  readonly leadsToKept: { readonly why: UnknownValue; readonly place: Place }[];
  /** The functions that are running only because unread code could call them. */
  readonly guessed: Set<ts.Node>;
  /** How deep calls and imports are nested. */
  depth: number;
  /** The running functions: in how many branches each was called last, and how often it called itself in such branches. */
  readonly running: Map<ts.Node, { readonly trials: number; readonly doubtful: number }>;
  /** How many lists were created so far, including those of branches that were taken back. */
  created: number;
  /** How many lists there were before any deferred code ran. */
  createdAtOnce: number;
}

/** A call of a built-in function. */
export interface Call {
  readonly machine: Machine;
  readonly args: readonly Value[];
  /** The arguments, where those that may be absent are marked so. */
  readonly given: readonly Value[];
  readonly self: Value;
  readonly place: Place;
  /** Set for `new f()`. */
  readonly isNew: boolean;
}

/** Enough for tens of thousands of lists, and used up within seconds. */
export const fuelForOneReading = 8_000_000;
/** Deeper recursion is treated as endless. Node's own stack ends not far beyond. */
export const deepestCall = 100;
/** So many times a function that calls itself, or a loop, is followed if it is not known what ends it. */
export const mostDoubtfulCalls = 3;
/** A longer loop is treated as endless. */
export const longestLoop = 20_000;

/** Thrown when the fuel is used up. Only the entry point catches it. */
export class OutOfFuel extends Error {
  readonly place: Place;
  constructor(place: Place) {
    super('out of fuel');
    this.place = place;
  }
}

/** An exception that the program throws, or its exit. */
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
 * Something at which JavaScript throws. Inside a `try` it is thrown. Anywhere else the app would not run, so the reader may
 * have lost a value, and goes on with an unknown one.
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
    severity: machine.guessed.size > 0 ? 'warning' : severity,
    message,
    help: 'If it has to do with lists, make its end depend on values in the source, or name an entry file that does not run it.',
    why: 'limit',
    place,
  });
}

/** Whether an error says that Node's own stack has ended. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/i.test(error.message);
}

/** Uses up fuel for an expression or statement. */
export function burn(machine: Machine, place: () => Place): void {
  machine.fuel -= 1;
  if (machine.fuel < 0) throw new OutOfFuel(place());
}
