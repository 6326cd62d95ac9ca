import { forEachOption, perhaps } from '../fork.ts';
import { touch } from '../journal.ts';
import { type Machine, mostGenerations } from '../machine.ts';
import type { Place } from '../place.ts';
import {
  type Inside,
  limit,
  native,
  newArray,
  newObject,
  type ObjectValue,
  type UnknownValue,
  undefinedValue,
  type Value,
  whenPresent,
} from '../values.ts';

/**
 * When a job runs, once the code that put it off has come to its end: `process.nextTick`, then promises, then what waits
 * for the world outside, then timers by their delay.
 */
export const tick = 0;
export const microtask = 1;
export const outsideTask = 2;
export const timer = 3;

interface Job {
  readonly phase: number;
  /** See `Machine.generation`; what is put off on a condition counts twice. */
  readonly generation: number;
  /** The promises that have to be settled first. */
  readonly after: readonly ObjectValue[];
}

/** What is known of the jobs, which stand in the machine as functions: branches can take these back. */
const jobs = new WeakMap<Value, Job>();

/** Puts something off. What only may be called at all runs at once: it may run whenever it does. */
export function putOff(
  machine: Machine,
  phase: number,
  run: () => void,
  place: Place,
  after: readonly ObjectValue[] = [],
): Value | null {
  if (machine.guesses > 0 && after.every(isSettled)) {
    run();
    return null;
  }
  const weight = machine.journal.trials.length > 0 ? 2 : 1;
  const generation = machine.generation + (phase >= outsideTask ? weight : 0);
  if (generation > mostGenerations) {
    reportLeftOut(machine, place);
    return null;
  }
  const job = native('job', () => {
    run();
    return undefinedValue;
  });
  jobs.set(job, { phase, generation, after });
  touch(machine.journal, machine.jobs);
  machine.jobs.elements.push(job);
  return job;
}

/** Takes back what was put off. */
export function takeBack(machine: Machine, job: Value | null): void {
  touch(machine.journal, machine.jobs);
  machine.jobs.elements = machine.jobs.elements.filter((each) => each !== job);
}

/** Further jobs than these are taken to follow each other for ever. */
const mostJobs = 2000;

/** Runs what was put off, and what that puts off, until nothing is left. */
export function runJobs(machine: Machine, place: Place): void {
  machine.createdAtOnce = machine.created;
  for (let count = 0; machine.jobs.elements.length > 0; count += 1) {
    if (count > mostJobs) {
      reportEndless(machine, place);
      machine.jobs.elements = [];
      return;
    }
    const { elements } = machine.jobs;
    const waiting = elements.filter((each) => !isReady(each));
    const ready = elements.filter(isReady).sort((a, b) => phaseOf(a) - phaseOf(b));
    const [next = waiting[0]] = ready;
    if (next === undefined) return;
    const doubt = ready.length === 0 ? settleFromOutside(machine, next) : null;
    takeBack(machine, next);
    machine.isInJob = true;
    machine.generation = jobOf(next)?.generation ?? 0;
    const run = () =>
      forEachOption(machine, next, (option) => {
        const call = { machine, args: [], given: [], self: option, place, isNew: false };
        return option.kind === 'native' ? option.call(call) : undefinedValue;
      });
    if (doubt === null) run();
    else perhaps(machine, doubt, run);
    machine.isInJob = false;
    machine.generation = 0;
  }
}

function jobOf(value: Value): Job | undefined {
  return jobs.get(
    value.kind === 'choice' ? (value.options.find((each) => each.kind === 'native') ?? value) : value,
  );
}

function phaseOf(value: Value): number {
  return jobOf(value)?.phase ?? microtask;
}

function isReady(value: Value): boolean {
  return jobOf(value)?.after.every(isSettled) ?? true;
}

/** What nothing in the source settles may be settled by the world outside, at last; gives why that is not known. */
function settleFromOutside(machine: Machine, job: Value): UnknownValue | null {
  let doubt: UnknownValue | null = null;
  for (const promise of jobOf(job)?.after ?? []) {
    if (isSettled(promise)) continue;
    doubt ??= limit('nothing that is read settles the promise', promise.place);
    settle(machine, promise, doubt);
  }
  return doubt;
}

/** Where lists are created on the way, what is left out could create more. */
function reportLeftOut(machine: Machine, place: Place): void {
  machine.report.add({
    code: 'AM1012',
    severity: machine.created > machine.createdAtOnce && machine.guesses === 0 ? 'error' : 'warning',
    message: `Deferred code here defers more code, and whether that ends is unknown; it is followed ${mostGenerations} times.`,
    help: 'If it has to do with lists, make its end depend on values in the source, or name an entry file that does not call it.',
    why: 'limit',
    place,
  });
}

function reportEndless(machine: Machine, place: Place): void {
  machine.report.add({
    code: 'AM1012',
    message: `The code defers more than ${mostJobs} pieces of work; the reader treats them as endless.`,
    help: 'Name an entry file that only defines the lists.',
    why: 'limit',
    place,
  });
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

/** Marks, behind its value, a promise that is rejected. */
const rejection = native('rejected', () => undefinedValue);

/** Gives a promise its value, or the reason why it is rejected; the first one counts. */
export function settle(machine: Machine, promise: ObjectValue, value: Value, isRejected = false): void {
  const entries = promise.inside?.entries;
  if (entries === undefined || entries.elements.length > 0) return;
  touch(machine.journal, entries);
  entries.elements = isRejected ? [value, rejection] : [value];
  if (isRejected && machine.guesses === 0) machine.rejections.add(promise);
}

/** What came of a promise. Whoever asks deals with it, should it be rejected. */
export function outcomeOf(
  machine: Machine,
  promise: ObjectValue,
): { readonly value: Value; readonly isRejected: boolean | UnknownValue } {
  machine.rejections.delete(promise);
  const [value, mark] = promise.inside?.entries.elements ?? [];
  if (value === undefined) {
    return { value: limit('the promise is resolved later', promise.place), isRejected: false };
  }
  return { value: whenPresent(value), isRejected: mark?.kind === 'choice' ? mark.why : mark !== undefined };
}
