import { argumentLists } from '../evaluate/expression.ts';
import { callValue } from '../evaluate/functions.ts';
import { append } from '../evaluate/literals.ts';
import { concatenate } from '../evaluate/text.ts';
import { fork, perhaps } from '../fork.ts';
import { argumentsAsArray, iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import { handOver } from '../keystone/escapes.ts';
import type { Call, Machine } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { unsettleArray } from '../objects.ts';
import type { Place } from '../place.ts';
import { decided, strictlyEqual, truth } from '../truth.ts';
import {
  type ArrayValue,
  absentValue,
  booleanValue,
  choice,
  falseValue,
  isNullish,
  isUndefined,
  lengthOf,
  limit,
  mayBeAbsent,
  newArray,
  primitive,
  same,
  stringOf,
  trueValue,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  whenPresent,
  withoutTruth,
} from '../values.ts';
import { argument, doubtIn, membersOf } from './call.ts';

function arrayOf({ machine, self, place }: Call): ArrayValue {
  return iterate(machine, self, place);
}

/** Why the positions of the elements are unknown; null if they are known. */
function doubtOf({ elements, open }: ArrayValue): UnknownValue | null {
  return open ?? elements.find(mayBeAbsent)?.why ?? null;
}

type Run = (element: Value, index: Value) => Value;

/** Calls the callback as the methods of arrays do. */
function callbackOf(call: Call, array: ArrayValue): Run {
  const [callback, self] = [argument(call, 0), argument(call, 1)];
  return (element, index) => callValue(call.machine, callback, [element, index, array], self, call.place);
}

/** Runs something for every element, and perhaps for one that may be absent. The result is open if the array is. */
export function forElements(machine: Machine, array: ArrayValue, run: Run, place: Place): ArrayValue {
  const { elements, open } = array;
  const firstDoubt = elements.findIndex(mayBeAbsent);
  const results = elements.map((element, at) => {
    const doubt = firstDoubt < 0 || at < firstDoubt ? null : doubtOf(array);
    const index = doubt ?? primitive(at);
    if (!mayBeAbsent(element)) return run(element, index);
    const { why } = element;
    return choice(fork(machine, why, [() => run(whenPresent(element), index), () => absentValue]), why);
  });
  if (open !== null) perhaps(machine, open, () => run(open, open));
  return newArray(results, place, open);
}

function mapElements(call: Call): ArrayValue {
  const array = arrayOf(call);
  return forElements(call.machine, array, callbackOf(call, array), call.place);
}

/** The elements that pass. Where that is unknown, the element may be there. */
function filterElements(call: Call): ArrayValue {
  const array = arrayOf(call);
  const passes = mapElements({ ...call, self: array });
  const kept = array.elements.flatMap((element, index) => {
    const pass = truth(passes.elements[index] ?? undefinedValue);
    if (typeof pass === 'boolean') return pass ? [element] : [];
    return [choice([element, absentValue], pass)];
  });
  return newArray(kept, call.place, array.open);
}

/** Calls the callback until it answers as `wanted`; gives what `hit` makes of that element, or `none`. */
function search(call: Call, wanted: boolean, hit: Run, none: Value): Value {
  const { machine, place } = call;
  const array = arrayOf(call);
  const { elements, open } = array;
  const run = callbackOf(call, array);
  const inDoubt = (why: UnknownValue, others: readonly Value[]): Value => {
    perhaps(machine, why, () => forElements(machine, newArray([...others], place, open), run, place));
    return withoutTruth(why);
  };
  for (const [at, element] of elements.entries()) {
    if (mayBeAbsent(element)) return inDoubt(element.why, elements.slice(at));
    const index = primitive(at);
    const answer = truth(run(element, index));
    if (typeof answer !== 'boolean') return inDoubt(answer, elements.slice(at + 1));
    if (answer === wanted) return hit(element, index);
  }
  return open === null ? none : inDoubt(open, []);
}

/** The index of the first element that equals the argument; -1 if none does. */
function indexOf(call: Call, isSame: (a: Value, b: Value) => boolean | UnknownValue): number | UnknownValue {
  const { elements, open } = arrayOf(call);
  if (call.args.length > 1) return limit('where the search begins is not followed', call.place);
  for (const [index, element] of elements.entries()) {
    const equal = mayBeAbsent(element) ? element.why : isSame(element, argument(call, 0));
    if (typeof equal !== 'boolean') return equal;
    if (equal) return index;
  }
  return open ?? -1;
}

function reduce(call: Call): Value {
  const { machine, place } = call;
  const array = arrayOf(call);
  const isGiven = call.args.length > 1;
  const doubt = doubtOf(array);
  if (doubt !== null) {
    handOver(machine, [...call.args, array], doubt, place);
    return doubt;
  }
  const step = (total: Value, element: Value, index: number) =>
    callValue(machine, argument(call, 0), [total, element, primitive(index), array], undefinedValue, place);
  return isGiven ? array.elements.reduce(step, argument(call, 1)) : array.elements.reduce(step);
}

function join(call: Call): Value {
  const { machine, place } = call;
  const array = arrayOf(call);
  const separator = isUndefined(argument(call, 0)) ? primitive(',') : argument(call, 0);
  const texts = array.elements.map((each) => (isNullish(each) ? primitive('') : each));
  const add = (text: Value, element: Value) =>
    concatenate(machine, concatenate(machine, text, separator, place), element, place);
  return doubtOf(array) ?? (texts.length === 0 ? primitive('') : texts.reduce(add));
}

function flat(call: Call, array: ArrayValue, depth: number): ArrayValue {
  const { machine, place } = call;
  const result = newArray([], place, array.open);
  for (const element of array.elements) {
    const isArray = element.kind === 'choice' && element.options.every(({ kind }) => kind === 'array');
    if (depth > 0 && (element.kind === 'array' || isArray)) {
      append(machine, result, flat(call, iterate(machine, element, place), depth - 1));
    } else if (depth > 0 && reasonOf(element, place) !== null) {
      result.open ??= reasonOf(element, place);
    } else result.elements.push(element);
  }
  return result;
}

function numberOr(value: Value, fallback: number): number {
  return value.kind === 'primitive' && value.value !== undefined ? Number(value.value) : fallback;
}

/** A part of an array. If it is unknown which, each element may be in it. */
function slice(call: Call): Value {
  const array = arrayOf(call);
  const { elements } = array;
  const doubt = doubtIn(call.args, call) ?? doubtOf(array);
  const part =
    doubt === null
      ? elements.slice(numberOr(argument(call, 0), 0), numberOr(argument(call, 1), elements.length))
      : elements.map((each) => choice([each, absentValue], doubt));
  return newArray(part, call.place, array.open);
}

/** Changes an array in place; if its elements are not all known, each may be another. */
function change(call: Call, run: (elements: Value[]) => Value): Value {
  const { machine, self, place } = call;
  if (self.kind !== 'array') return limit('the array is not known', place);
  const doubt = machine.escaped.get(self) ?? doubtOf(self);
  if (doubt === null) {
    touch(machine.journal, self);
    return run(self.elements);
  }
  unsettleArray(machine.journal, self, doubt);
  return doubt;
}

/** Adds to the end or the start. Elements that may be absent stay so. */
function add(call: Call, isAtStart: boolean): Value {
  const { machine, self, place } = call;
  if (self.kind !== 'array') return limit('the array is not known', place);
  const holder = machine.escaped.get(self);
  if (holder !== undefined) {
    handOver(machine, call.args, holder, place);
    unsettleArray(machine.journal, self, holder);
  }
  const added = argumentsAsArray(call.given, 0, place);
  append(machine, self, added);
  if (isAtStart)
    self.elements.unshift(...self.elements.splice(-added.elements.length, added.elements.length));
  return lengthOf(self);
}

/** Sorts strings in place. The order of anything else is not followed. */
function sort(call: Call): Value {
  const { self, place } = call;
  const isText = (each: Value) => stringOf(each) !== null;
  if (self.kind !== 'array' || !isUndefined(argument(call, 0)) || !self.elements.every(isText)) {
    return limit('the order of the elements is not followed', place);
  }
  return change(call, (elements) => {
    const texts = elements.map(stringOf).sort();
    elements.splice(0, elements.length, ...texts.map(primitive));
    return self;
  });
}

export const arrayMembers: ReadonlyMap<string, Value> = new Map([
  ...membersOf('Array', {
    map: mapElements,
    forEach: (call) => {
      mapElements(call);
      return undefinedValue;
    },
    filter: filterElements,
    flatMap: (call) => flat(call, mapElements(call), 1),
    flat: (call) => doubtIn(call.args, call) ?? flat(call, arrayOf(call), numberOr(argument(call, 0), 1)),
    find: (call) => search(call, true, (element) => element, undefinedValue),
    findIndex: (call) => search(call, true, (_, index) => index, primitive(-1)),
    some: (call) => search(call, true, () => trueValue, falseValue),
    every: (call) => search(call, false, () => falseValue, trueValue),
    includes: (call) => {
      const found = indexOf(call, (a, b) => same(a, b) || strictlyEqual(a, b));
      return decided(typeof found === 'number' ? found >= 0 : found);
    },
    indexOf: (call) => {
      const found = indexOf(call, strictlyEqual);
      return typeof found === 'number' ? primitive(found) : found;
    },
    reduce,
    join,
    toString: (call: Call) => join({ ...call, args: [] }),
    concat: (call) => {
      const result = newArray([], call.place);
      for (const part of [call.self, ...call.args]) {
        const isList = part.kind === 'array' || part.kind === 'unknown' || part.kind === 'external';
        append(
          call.machine,
          result,
          isList ? iterate(call.machine, part, call.place) : newArray([part], call.place),
        );
      }
      return result;
    },
    slice,
    pop: (call) => change(call, (elements) => elements.pop() ?? undefinedValue),
    shift: (call) => change(call, (elements) => elements.shift() ?? undefinedValue),
    sort,
  }),
  ...membersOf(
    'Array',
    { push: (call) => add(call, false), unshift: (call) => add(call, true) },
    { takesChoices: true },
  ),
]);

/** `Array` itself. */
export const arrayStatics: ReadonlyMap<string, Value> = membersOf('Array', {
  isArray: (call) => {
    const value = argument(call, 0);
    if (value.kind === 'unknown') return value;
    if (value.kind === 'external') return unknownExternal(value, call.place);
    return booleanValue(value.kind === 'array' && !argumentLists.has(value));
  },
  from: (call) => {
    const { elements, open } = iterate(call.machine, argument(call, 0), call.place);
    const array = newArray([...elements], call.place, open);
    if (isUndefined(argument(call, 1))) return array;
    return mapElements({ ...call, self: array, args: call.args.slice(1) });
  },
});
