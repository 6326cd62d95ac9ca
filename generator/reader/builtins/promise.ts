import { callValue } from '../evaluate/functions.ts';
import { forEachOption, perhaps } from '../fork.ts';
import { touch } from '../journal.ts';
import { handOver } from '../keystone/escapes.ts';
import { type Call, caught, type Machine, reportEndless, Thrown } from '../machine.ts';
import { getMember } from '../members.ts';
import type { Place } from '../place.ts';
import {
  type Inside,
  isNullish,
  limit,
  native,
  newArray,
  newObject,
  type ObjectValue,
  undefinedValue,
  type Value,
  whenPresent,
} from '../values.ts';
import { argument, membersOf } from './call.ts';

/** When deferred code runs: `process.nextTick`, then promises, then what waits for the world outside, then timers by delay. */
export const tick = 0;
export const microtask = 1;
export const outsideTask = 2;
export const timer = 3;

interface Job {
  readonly phase: number;
  /** How long the chain is of jobs that each deferred the next. */
  readonly depth: number;
  /** The promise that has to be settled first. */
  readonly after: ObjectValue | null;
}

/** What is known of the jobs. The machine holds them as functions, so that a branch can take them back. */
const jobs = new WeakMap<Value, Job>();

/** Longer chains are treated as endless. A timer counts as many jobs, because a service that polls never ends. */
const deepestJob = 500;
const timerDepth = 100;

/** Defers something until the code that runs now has ended. */
export function putOff(
  machine: Machine,
  phase: number,
  run: () => void,
  place: Place,
  after: ObjectValue | null = null,
): Value {
  const job = native('job', () => {
    run();
    return undefinedValue;
  });
  const isDoubtful = machine.journal.trials.length > 0;
  const weight = phase < outsideTask ? 1 : timerDepth * (isDoubtful ? 2 : 1);
  const depth = machine.jobDepth + weight;
  jobs.set(job, { phase, depth, after });
  // Code that may be called at all may be called at any time.
  if (machine.guessed.size > 0) run();
  else if (depth > deepestJob) reportLeftOut(machine, place);
  else {
    touch(machine.journal, machine.jobs);
    machine.jobs.elements.push(job);
  }
  return job;
}

/** Takes back what was deferred. */
export function takeBack(machine: Machine, job: Value): void {
  touch(machine.journal, machine.jobs);
  machine.jobs.elements = machine.jobs.elements.filter((each) => each !== job);
}

/** Runs what was deferred, and what that defers, until nothing is left. */
export function runJobs(machine: Machine, place: Place): void {
  machine.createdAtOnce = machine.created;
  while (machine.jobs.elements.length > 0) {
    const inOrder = machine.jobs.elements.toSorted((a, b) => jobOf(a).phase - jobOf(b).phase);
    const next = inOrder.find(isReady) ?? inOrder[0] ?? undefinedValue;
    takeBack(machine, next);
    const { depth, after } = jobOf(next);
    const run = () =>
      forEachOption(machine, next, (option) =>
        option.kind === 'native'
          ? option.call({ machine, args: [], given: [], self: option, place, isNew: false })
          : undefinedValue,
      );
    machine.jobDepth = depth;
    try {
      if (isReady(next)) run();
      else perhaps(machine, limit('no code that is read settles the promise', after?.place ?? place), run);
    } finally {
      machine.jobDepth = 0;
    }
  }
}

const noJob: Job = { phase: microtask, depth: 0, after: null };

/** What is known of a job, which a branch may have deferred. */
function jobOf(value: Value): Job {
  const options = value.kind === 'choice' ? value.options : [value];
  return options.map((each) => jobs.get(each)).find((job) => job !== undefined) ?? noJob;
}

function isReady(value: Value): boolean {
  const { after } = jobOf(value);
  return after === null || isSettled(after);
}

/** If deferred code creates lists, the code that is left out could create more. */
function reportLeftOut(machine: Machine, place: Place): void {
  const message = 'Deferred code here defers more code, and the reader does not see an end; it stops here.';
  reportEndless(machine, message, place, machine.created > machine.createdAtOnce ? 'error' : 'warning');
}

/** A promise that nothing has settled yet. */
export function newPromise(place: Place): ObjectValue {
  return { ...newObject(place), inside: { of: 'promise', entries: newArray([], place) } };
}

type PromiseObject = ObjectValue & { readonly inside: Inside };

/** Whether a value is a promise that the reader knows. */
export function isPromise(value: Value): value is PromiseObject {
  return value.kind === 'object' && value.inside?.of === 'promise';
}

function isSettled({ inside }: ObjectValue): boolean {
  return (inside?.entries.elements.length ?? 0) > 0;
}

/** Follows the value of a rejected promise in its entries. */
const rejection = native('rejected', () => undefinedValue);

/** Gives a promise its value, or the reason why it is rejected. Only the first call counts. */
export function settle(machine: Machine, promise: ObjectValue, value: Value, isRejected = false): void {
  const entries = promise.inside?.entries;
  if (entries === undefined || entries.elements.length > 0) return;
  touch(machine.journal, entries);
  entries.elements = isRejected ? [value, rejection] : [value];
  if (isRejected && machine.guessed.size === 0) machine.rejections.add(promise);
}

/** What became of a promise. Whoever asks handles a rejection. */
function outcomeOf(
  machine: Machine,
  promise: ObjectValue,
): { readonly value: Value; readonly isRejected: boolean } {
  machine.rejections.delete(promise);
  const [value, mark] = promise.inside?.entries.elements ?? [];
  const known =
    value === undefined ? limit('the promise is resolved later', promise.place) : whenPresent(value);
  return { value: known, isRejected: mark?.kind === 'native' };
}

/** The value of a promise; throws what it is rejected with. */
export function resultOf(machine: Machine, promise: ObjectValue, place: Place): Value {
  const { value, isRejected } = outcomeOf(machine, promise);
  if (isRejected) throw new Thrown(value, place);
  return value;
}

/** Runs something, and settles a promise with its result or with what it throws. */
export function settleWith(machine: Machine, promise: ObjectValue, run: () => Value, place: Place): void {
  const failed = catching(machine, () => resolve(machine, promise, run(), place));
  if (failed !== null) settle(machine, promise, failed, true);
}

/** Runs something whose exceptions reject a promise; gives what was thrown, or null. */
export function catching(machine: Machine, run: () => void): Value | null {
  const { tries } = machine;
  machine.tries += 1;
  try {
    const end = caught(machine, run);
    if (!(end instanceof Thrown)) return null;
    if (end.isExit) throw end;
    return end.value;
  } finally {
    machine.tries = tries;
  }
}

/** Settles a promise with a value or, once it is settled, as another promise. */
export function resolve(machine: Machine, promise: ObjectValue, value: Value, place: Place): void {
  if (isPromise(value)) {
    const pass = () => settleWith(machine, promise, () => resultOf(machine, value, place), place);
    putOff(machine, microtask, pass, place, value);
    return;
  }
  const isPerhaps = value.kind === 'choice' && value.options.some(isPromise);
  const then = value.kind === 'object' ? getMember(machine, value, 'then', place) : undefinedValue;
  const isFollowed = !isPerhaps && then.kind !== 'function' && then.kind !== 'native';
  const why = limit('what the promise resolves to is not followed', place);
  if (!isFollowed) handOver(machine, [value], why, place);
  settle(machine, promise, isFollowed ? value : why);
}

/** A promise that is settled as a value is. */
export function toPromise(machine: Machine, value: Value, place: Place): ObjectValue {
  if (isPromise(value)) return value;
  const promise = newPromise(place);
  resolve(machine, promise, value, place);
  return promise;
}

/** When code goes on that waits for a value. */
export function phaseAfter(value: Value): number {
  return value.kind === 'unknown' || value.kind === 'external' ? outsideTask : microtask;
}

type Reaction = (value: Value) => Value;

/** Goes on when a promise is settled. */
function react({ machine, self, place }: Call, onResolved: Reaction, onRejected: Reaction): Value {
  const result = newPromise(place);
  const source = toPromise(machine, self, place);
  const run = (): Value => {
    const { value, isRejected } = outcomeOf(machine, source);
    return isRejected ? onRejected(value) : onResolved(value);
  };
  putOff(machine, phaseAfter(self), () => settleWith(machine, result, run, place), place, source);
  return result;
}

const keep: Reaction = (value) => value;

function rethrow({ place }: Call): Reaction {
  return (value) => {
    throw new Thrown(value, place);
  };
}

/** An argument as a reaction; `otherwise` if it is not given. */
function reaction(call: Call, index: number, otherwise: Reaction): Reaction {
  const handler = argument(call, index);
  if (isNullish(handler)) return otherwise;
  return (value) => callValue(call.machine, handler, [value], undefinedValue, call.place);
}

/**
 * The methods of promises, and of values that are not known: code that waits for a connection before it creates lists
 * is sure to run.
 */
export const promiseMembers = membersOf('Promise', {
  // biome-ignore lint/suspicious/noThenProperty: the program read may call it
  then: (call) => react(call, reaction(call, 0, keep), reaction(call, 1, rethrow(call))),
  catch: (call) => react(call, keep, reaction(call, 0, rethrow(call))),
});

/** `new Promise(executor)` */
export function makePromise(call: Call): Value {
  const { machine, place } = call;
  const promise = newPromise(place);
  const settlers = membersOf(
    'Promise',
    {
      resolve: (inner) => {
        resolve(machine, promise, argument(inner, 0), inner.place);
        return undefinedValue;
      },
      reject: (inner) => {
        settle(machine, promise, argument(inner, 0), true);
        return undefinedValue;
      },
    },
    { takesChoices: true },
  );
  const failed = catching(machine, () => {
    callValue(machine, argument(call, 0), [...settlers.values()], undefinedValue, place);
  });
  if (failed !== null) settle(machine, promise, failed, true);
  return promise;
}

export const promiseStatics = membersOf(
  'Promise',
  {
    resolve: (call) => toPromise(call.machine, argument(call, 0), call.place),
    reject: (call) => {
      const promise = newPromise(call.place);
      settle(call.machine, promise, argument(call, 0), true);
      return promise;
    },
  },
  { takesChoices: true },
);
