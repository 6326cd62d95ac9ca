import { callValue } from '../evaluate/functions.ts';
import { iterate } from '../iterate.ts';
import { type Call, type Machine, Thrown } from '../machine.ts';
import { getMember } from '../members.ts';
import type { Place } from '../place.ts';
import {
  choice,
  isNullish,
  limit,
  native,
  newArray,
  type ObjectValue,
  presentOr,
  undefinedValue,
  type Value,
} from '../values.ts';
import { argument, membersOf } from './call.ts';
import { isPromise, microtask, newPromise, outcomeOf, outsideTask, putOff, settle } from './jobs.ts';

/** Does something, and settles a promise with what comes of it. */
export function settleWith(machine: Machine, promise: ObjectValue, run: () => Value, place: Place): void {
  const failed = catching(machine, () => follow(machine, promise, run(), place));
  if (failed !== null) settle(machine, promise, failed, true);
}

/** Runs something whose exceptions end in a promise; gives what was thrown, or null. */
export function catching(machine: Machine, run: () => void): Value | null {
  const { depth, tries } = machine;
  machine.tries += 1;
  try {
    run();
    return null;
  } catch (error) {
    if (!(error instanceof Thrown) || error.isExit) throw error;
    machine.depth = depth;
    return error.value;
  } finally {
    machine.tries = tries;
  }
}

/** Settles a promise as another value is settled: with the value itself where that is no promise. */
export function follow(machine: Machine, promise: ObjectValue, value: Value, place: Place): void {
  const isPerhaps = value.kind === 'choice' && value.options.some(isPromise);
  if (isPerhaps) {
    settle(machine, promise, limit('which promise is meant is not known', place));
    return;
  }
  if (isPromise(value)) {
    const pass = () => {
      const { value: result, isRejected } = outcomeOf(machine, value);
      settle(machine, promise, result, isRejected === true);
    };
    putOff(machine, microtask, pass, place, [value]);
    return;
  }
  const then: Value = value.kind === 'object' ? getMember(machine, value, 'then', place) : undefinedValue;
  if (then.kind !== 'function' && then.kind !== 'native') {
    settle(machine, promise, value);
    return;
  }
  const [resolve, reject] = settlers(machine, promise);
  putOff(machine, microtask, () => void callValue(machine, then, [resolve, reject], value, place), place);
}

/** The functions that settle a promise, as its executor gets them. */
function settlers(machine: Machine, promise: ObjectValue): readonly [Value, Value] {
  const resolve = native(
    'resolve',
    (call) => {
      follow(machine, promise, argument(call, 0), call.place);
      return undefinedValue;
    },
    { takesChoices: true },
  );
  const reject = native('reject', (call) => {
    settle(machine, promise, argument(call, 0), true);
    return undefinedValue;
  });
  return [resolve, reject];
}

/** A value as a promise. One that is not known is taken to be one that is settled, with what is not known. */
export function toPromise(machine: Machine, value: Value, place: Place): ObjectValue {
  if (isPromise(value)) return value;
  const promise = newPromise(place);
  follow(machine, promise, value, place);
  return promise;
}

/** Goes on when a promise is settled: `then` with two functions, of which each may be missing. */
function then(call: Call, onResolved: Value, onRejected: Value): Value {
  const { machine, self, place } = call;
  const result = newPromise(place);
  const source = toPromise(machine, self, place);
  const phase = self.kind === 'unknown' || self.kind === 'external' ? outsideTask : microtask;
  const react = () => {
    const { value, isRejected } = outcomeOf(machine, source);
    const succeed = () =>
      isNullish(onResolved) ? value : callValue(machine, onResolved, [value], undefinedValue, place);
    const recover = () => {
      if (isNullish(onRejected)) throw new Thrown(value, place);
      return callValue(machine, onRejected, [value], undefinedValue, place);
    };
    settleWith(machine, result, isRejected === true ? recover : succeed, place);
  };
  putOff(machine, phase, react, place, [source]);
  return result;
}

export const promiseMembers = membersOf('Promise', {
  // biome-ignore lint/suspicious/noThenProperty: the program read may call it
  then: (call) => then(call, argument(call, 0), argument(call, 1)),
  catch: (call) => then(call, undefinedValue, argument(call, 0)),
  finally: (call) => {
    const run = (isRejected: boolean) =>
      native('finally', (inner) => {
        callValue(inner.machine, argument(call, 0), [], undefinedValue, inner.place);
        if (isRejected) throw new Thrown(argument(inner, 0), inner.place);
        return argument(inner, 0);
      });
    return then(call, run(false), run(true));
  },
});

/**
 * `then` and its like of something that is not known. Code that waits for it is sure to run: code that waits for a
 * connection before it creates lists creates them.
 */
export function thenOfUnknown(key: string): Value | null {
  return promiseMembers.get(key) ?? null;
}

/** `new Promise(executor)` */
export function makePromise(call: Call): Value {
  const { machine, place } = call;
  const promise = newPromise(place);
  const [resolve, reject] = settlers(machine, promise);
  const failed = catching(machine, () => {
    callValue(machine, argument(call, 0), [resolve, reject], undefinedValue, place);
  });
  if (failed !== null) settle(machine, promise, failed, true);
  return promise;
}

export const promiseStatics: ReadonlyMap<string, Value> = new Map([
  ...membersOf('Promise', {
    reject: (call) => {
      const promise = newPromise(call.place);
      settle(call.machine, promise, argument(call, 0), true);
      return promise;
    },
    all: (call): Value => {
      const { machine, place } = call;
      const { elements, open } = iterate(machine, argument(call, 0), place);
      const promises = elements.map((each) => toPromise(machine, presentOr(each), place));
      const result = newPromise(place);
      const finish = () => {
        const outcomes = promises.map((each) => outcomeOf(machine, each));
        const failed = outcomes.find(({ isRejected }) => isRejected === true);
        const values = outcomes.map(({ value }, index) => {
          const given = elements[index];
          return given?.kind === 'choice' ? choice([value, { kind: 'absent' }], given.why) : value;
        });
        settle(machine, result, failed?.value ?? newArray(values, place, open), failed !== undefined);
      };
      putOff(machine, microtask, finish, place, promises);
      return result;
    },
  }),
  ...membersOf(
    'Promise',
    { resolve: (call) => toPromise(call.machine, argument(call, 0), call.place) },
    { takesChoices: true },
  ),
]);
