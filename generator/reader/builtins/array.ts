import { argumentLists } from '../evaluate/expression.ts';
import { callValue } from '../evaluate/functions.ts';
import { append } from '../evaluate/literals.ts';
import { concatenate, toText } from '../evaluate/text.ts';
import { either, fork } from '../fork.ts';
import { argumentsAsArray, iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import { handOver } from '../keystone/escapes.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { unsettleArray } from '../objects.ts';
import { strictlyEqual, truth } from '../truth.ts';
import {
  type ArrayValue,
  absentValue,
  booleanValue,
  choice,
  falseValue,
  isUndefined,
  lengthOf,
  limit,
  mayBeAbsent,
  newArray,
  presentOr,
  primitive,
  same,
  trueValue,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  whenPresent,
} from '../values.ts';
import { argument, doubtIn, membersOf } from './call.ts';
import { newGenerator } from './generator.ts';

function arrayOf(call: Call): ArrayValue {
  const { machine, self, place } = call;
  if (self.kind === 'object' || self.kind === 'function') {
    return newArray([], place, limit('a method of arrays is called for something else', place));
  }
  return iterate(machine, self, place);
}

/** Why it is not known which element stands where; null where it is. */
function doubtOf({ elements, open }: ArrayValue): UnknownValue | null {
  return open ?? elements.find(mayBeAbsent)?.why ?? null;
}

type Run = (element: Value, index: Value) => Value;

/** What calls the callback that is given, as the methods of arrays do. */
function callbackOf(call: Call, array: ArrayValue): Run {
  const [callback, self] = [argument(call, 0), argument(call, 1)];
  return (element, index) => callValue(call.machine, callback, [element, index, array], self, call.place);
}

/** The elements with their indexes, which are not known behind one that may not be there. */
function indexed({ elements }: ArrayValue): readonly [index: Value, element: Value][] {
  let doubt: UnknownValue | null = null;
  return elements.map((element, index) => {
    doubt ??= mayBeAbsent(element) ? element.why : null;
    return [doubt ?? primitive(index), element];
  });
}

/** Calls the callback for every element; where one may not be there, perhaps. The doubt about further ones is kept. */
function mapElements(call: Call): ArrayValue {
  const array = arrayOf(call);
  const run = callbackOf(call, array);
  const results = indexed(array).map(([index, element]) => {
    if (!mayBeAbsent(element)) return run(element, index);
    const both = fork(call.machine, element.why, [() => run(whenPresent(element), index), () => absentValue]);
    return choice(both, element.why);
  });
  const { open } = array;
  if (open !== null) fork(call.machine, open, [() => run(open, open), () => undefinedValue]);
  return newArray(results, call.place, open);
}

/** Those elements that pass; those of which that is unknown may be there or not. */
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
  const { machine } = call;
  const array = arrayOf(call);
  const run = callbackOf(call, array);
  const pairs = indexed(array);
  const from = (start: number): Value => {
    for (const [offset, [index, element]] of pairs.slice(start).entries()) {
      const goOn = () => from(start + offset + 1);
      const test = (): Value => {
        const found = () => hit(whenPresent(element), index);
        const answer = run(whenPresent(element), index);
        return wanted ? either(machine, answer, found, goOn) : either(machine, answer, goOn, found);
      };
      if (mayBeAbsent(element)) return choice(fork(machine, element.why, [test, goOn]), element.why);
      const answer = run(element, index);
      const known = truth(answer);
      if (known === wanted) return hit(element, index);
      if (typeof known !== 'boolean')
        return choice(fork(machine, known, [() => hit(element, index), goOn]), known);
    }
    const { open } = array;
    const perhapsHit = (): Value => {
      if (open !== null) run(open, open);
      return hit(open ?? none, open ?? none);
    };
    return open === null ? none : choice(fork(machine, open, [() => none, perhapsHit]), open);
  };
  return from(0);
}

/** The index of the first element that equals the argument; -1 where none does. */
function indexOf(call: Call, isSame: (a: Value, b: Value) => boolean | UnknownValue): number | UnknownValue {
  const array = arrayOf(call);
  if (call.args.length > 1) return limit('where the search begins is not followed', call.place);
  for (const [index, element] of array.elements.entries()) {
    const equal = mayBeAbsent(element) ? element.why : isSame(element, argument(call, 0));
    if (typeof equal !== 'boolean') return equal;
    if (equal) return index;
  }
  return array.open ?? -1;
}

function reduce(call: Call, isReversed: boolean): Value {
  const { machine, place } = call;
  const array = arrayOf(call);
  const pairs = isReversed ? [...indexed(array)].reverse() : [...indexed(array)];
  const doubt = doubtOf(array);
  const isGiven = call.args.length > 1;
  if (!isGiven && (doubt !== null || pairs.length === 0)) {
    mapElements({ ...call, self: array, args: [argument(call, 0)] });
    return doubt ?? limit('there is nothing to begin with', place);
  }
  const step = (total: Value, element: Value, index: Value) =>
    callValue(machine, argument(call, 0), [total, element, index, array], undefinedValue, place);
  let total = isGiven ? argument(call, 1) : presentOr(pairs.shift()?.[1] ?? undefinedValue);
  for (const [index, element] of pairs) {
    const former = total;
    total = mayBeAbsent(element)
      ? choice(
          fork(machine, element.why, [() => step(former, whenPresent(element), index), () => former]),
          element.why,
        )
      : step(former, element, index);
  }
  const { open } = array;
  return open === null
    ? total
    : choice(fork(machine, open, [() => step(total, open, open), () => total]), open);
}

function join(call: Call): Value {
  const { machine, place } = call;
  const { elements, open } = arrayOf(call);
  const doubt = open ?? elements.find(mayBeAbsent)?.why;
  if (doubt !== undefined) return doubt;
  const separator = isUndefined(argument(call, 0)) ? primitive(',') : argument(call, 0);
  return elements.reduce<Value>((text, element, index) => {
    const isEmpty = element.kind === 'primitive' && (element.value ?? null) === null;
    const before = index === 0 ? text : concatenate(machine, text, separator, place);
    return concatenate(machine, before, isEmpty ? primitive('') : element, place);
  }, primitive(''));
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

/** A part of an array by numbers; where these or the places of the elements are not known, any of them may be in it. */
function slice(call: Call): Value {
  const array = arrayOf(call);
  const { elements } = array;
  const doubt = doubtIn(call.args, call) ?? doubtOf(array);
  if (doubt !== null) {
    return newArray(
      elements.map((each) => choice([each, absentValue], doubt)),
      call.place,
      array.open,
    );
  }
  return newArray(
    elements.slice(numberOr(argument(call, 0), 0), numberOr(argument(call, 1), elements.length)),
    call.place,
  );
}

/** Changes an array in place by a method of JavaScript's own; where that is not known, in a way that is not followed. */
function change(call: Call, run: (elements: Value[]) => Value, numbers: readonly Value[] = []): Value {
  const { machine, self, place } = call;
  if (self.kind !== 'array') return limit('the array is not known', place);
  const isFrozen = machine.frozen.has(self) ? limit('the array may be frozen', place) : null;
  const doubt = isFrozen ?? doubtIn(numbers, call) ?? doubtOf(self);
  if (doubt !== null) {
    unsettleArray(machine.journal, self, doubt);
    self.elements.push(...call.given.map((each) => choice([each, absentValue], doubt)));
    return doubt;
  }
  touch(machine.journal, self);
  return run(self.elements);
}

/** Adds to the end or the start: what is there may be doubtful, and stays so. */
function add(call: Call, isAtStart: boolean): Value {
  const { machine, self, place } = call;
  if (self.kind !== 'array') return limit('the array is not known', place);
  const added = argumentsAsArray(call.given, 0, place);
  const holder = machine.escaped.get(self);
  if (holder !== undefined) {
    handOver(machine, call.args, holder, place);
    unsettleArray(machine.journal, self, holder);
  }
  if (machine.frozen.has(self)) unsettleArray(machine.journal, self, limit('the array may be frozen', place));
  if (isAtStart) {
    touch(machine.journal, self);
    self.elements.unshift(...added.elements);
    self.open ??= added.open;
  } else append(machine, self, added);
  return lengthOf(self);
}

/** Sorts as the comparing function says, where that is known; the order may be any other where it is not. */
function sorted(call: Call, array: ArrayValue): Value[] | UnknownValue {
  const compare = argument(call, 0);
  let doubt = doubtOf(array);
  const byText = (a: Value, b: Value): number => {
    const [first, second] = [toText(a), toText(b)];
    if (first === null || second === null) doubt ??= limit('what is sorted is not a string', call.place);
    if (isUndefined(a) || isUndefined(b)) return Number(isUndefined(a)) - Number(isUndefined(b));
    return (first ?? '') < (second ?? '') ? -1 : Number((first ?? '') > (second ?? ''));
  };
  const byCallback = (a: Value, b: Value): number => {
    const answer = callValue(call.machine, compare, [a, b], undefinedValue, call.place);
    if (answer.kind !== 'primitive')
      doubt ??= reasonOf(answer, call.place) ?? limit('the order is not known', call.place);
    return numberOr(answer, 0);
  };
  const result = [...array.elements].sort(isUndefined(compare) ? byText : byCallback);
  return doubt ?? result;
}

function sortInPlace(call: Call): Value {
  if (call.self.kind !== 'array') return limit('the array is not known', call.place);
  const result = sorted(call, call.self);
  if (Array.isArray(result)) {
    return change(call, (elements) => {
      elements.splice(0, elements.length, ...result);
      return call.self;
    });
  }
  unsettleArray(call.machine.journal, call.self, result);
  return call.self;
}

const taking = { takesChoices: true } as const;

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
      return typeof found === 'number' ? booleanValue(found >= 0) : found;
    },
    indexOf: (call) => {
      const found = indexOf(call, strictlyEqual);
      return typeof found === 'number' ? primitive(found) : found;
    },
    reduce: (call) => reduce(call, false),
    reduceRight: (call) => reduce(call, true),
    join,
    toString: (call: Call) => join({ ...call, args: [] }),
    concat: (call) => {
      const result = newArray([], call.place);
      for (const part of [call.self, ...call.args]) {
        const isList = part.kind === 'array' || part.kind === 'unknown' || part.kind === 'external';
        if (isList) append(call.machine, result, iterate(call.machine, part, call.place));
        else result.elements.push(part);
      }
      return result;
    },
    slice,
    entries: (call) => {
      const array = arrayOf(call);
      const pairs = indexed(array).map(([index, element]) => {
        const pair = newArray([index, whenPresent(element)], call.place);
        return mayBeAbsent(element) ? choice([pair, absentValue], element.why) : pair;
      });
      return newGenerator(pairs, call.place, array.open);
    },
    pop: (call) => change(call, (elements) => elements.pop() ?? undefinedValue),
    shift: (call) => change(call, (elements) => elements.shift() ?? undefinedValue),
    reverse: (call) =>
      change(call, (elements) => {
        elements.reverse();
        return call.self;
      }),
    sort: sortInPlace,
  }),
  ...membersOf('Array', { push: (call) => add(call, false), unshift: (call) => add(call, true) }, taking),
]);

/** `Array` itself. */
export const arrayStatics: ReadonlyMap<string, Value> = membersOf('Array', {
  isArray: (call) => {
    const value = argument(call, 0);
    if (value.kind === 'unknown') return value;
    if (value.kind === 'external') return unknownExternal(value, call.place);
    return booleanValue(value.kind === 'array' && !argumentLists.has(value));
  },
  of: (call) => argumentsAsArray(call.given, 0, call.place),
  from: (call) => {
    const { machine, place } = call;
    const [source, callback] = [argument(call, 0), argument(call, 1)];
    const length = source.kind === 'object' ? source.properties.get('length')?.value : undefined;
    const isCounted =
      length?.kind === 'primitive' && source.kind === 'object' && source.properties.size === 1;
    const { elements, open } = isCounted
      ? newArray(
          Array.from({ length: numberOr(length, 0) }, () => undefinedValue),
          place,
        )
      : iterate(machine, source, place);
    const array = newArray([...elements], place, open);
    return isUndefined(callback) ? array : mapElements({ ...call, self: array, args: call.args.slice(1) });
  },
});

/** `new Array(…)` and `Array(…)`. */
export function makeArray(call: Call): Value {
  const [first] = call.args;
  const isLength = call.args.length === 1 && first !== undefined && typeof valueIn(first) !== 'string';
  if (!isLength) return argumentsAsArray(call.given, 0, call.place);
  return newArray(
    [],
    call.place,
    reasonOf(first, call.place) ?? limit('an array with holes is not followed', call.place),
  );
}

function valueIn(value: Value): unknown {
  return value.kind === 'primitive' ? value.value : undefined;
}
