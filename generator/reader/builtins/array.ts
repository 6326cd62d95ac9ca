import { callValue } from '../evaluate/functions.ts';
import { append, concatenate, toText } from '../evaluate/literals.ts';
import { combine } from '../evaluate/operators.ts';
import { fork } from '../fork.ts';
import { touch } from '../journal.ts';
import type { Call, Machine } from '../machine.ts';
import { argumentsAsArray, iterate, reasonOf } from '../members.ts';
import { ts } from '../syntax.ts';
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
  stringOf,
  trueValue,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  whenPresent,
} from '../values.ts';
import { argument, membersOf } from './call.ts';

function arrayOf(call: Call): ArrayValue {
  return iterate(call.self, call.place);
}

/** Calls the callback for an element; where the element may not be there, perhaps. */
function perElement(call: Call, array: ArrayValue, run: (element: Value, index: Value) => Value): Value[] {
  return array.elements.map((element, index) => {
    if (!mayBeAbsent(element)) return run(element, primitive(index));
    const results = fork(call.machine, element.why, [
      () => run(whenPresent(element), primitive(index)),
      () => absentValue,
    ]);
    return choice(results, element.why);
  });
}

/** Calls the callback for every element; the results, with the doubt about further ones kept. */
function mapElements(call: Call): ArrayValue {
  const array = arrayOf(call);
  const callback = argument(call, 0);
  const run = (element: Value, index: Value) =>
    callValue(call.machine, callback, [element, index, array], argument(call, 1), call.place);
  const results = perElement(call, array, run);
  const { open } = array;
  if (open !== null) fork(call.machine, open, [() => run(open, open), () => undefinedValue]);
  return newArray(results, call.place, open);
}

/** Those elements that pass; those of which that is unknown may be there or not. */
function filterElements(call: Call): ArrayValue {
  const array = arrayOf(call);
  const passes = perElement(call, array, (element, index) =>
    callValue(call.machine, argument(call, 0), [element, index, array], undefinedValue, call.place),
  );
  const kept = array.elements.flatMap((element, index) => {
    const pass = truth(passes[index] ?? undefinedValue);
    if (typeof pass === 'boolean') return pass ? [element] : [];
    return [choice([element, absentValue], pass)];
  });
  return newArray(kept, call.place, array.open);
}

/** The first element that passes, by index: known, none (-1), or unknown. */
function findFirst(call: Call, elements: readonly Value[]): number | UnknownValue {
  for (const [index, element] of elements.entries()) {
    const args = [presentOr(element), primitive(index)];
    const pass = truth(callValue(call.machine, argument(call, 0), args, undefinedValue, call.place));
    if (typeof pass !== 'boolean') return pass;
    if (pass) return mayBeAbsent(element) ? element.why : index;
  }
  return -1;
}

function find(call: Call, reversed: boolean): Value {
  const array = arrayOf(call);
  const elements = reversed ? [...array.elements].reverse() : array.elements;
  const found = findFirst(call, elements);
  if (typeof found !== 'number') return choice([...array.elements.map(presentOr), undefinedValue], found);
  return found < 0 ? (array.open ?? undefinedValue) : presentOr(elements[found] ?? undefinedValue);
}

function some(call: Call, wanted: boolean): Value {
  const array = arrayOf(call);
  for (const element of array.elements) {
    const pass = truth(
      callValue(call.machine, argument(call, 0), [presentOr(element)], undefinedValue, call.place),
    );
    if (typeof pass !== 'boolean') return pass;
    if (pass === wanted) return mayBeAbsent(element) ? element.why : booleanValue(wanted);
  }
  return array.open ?? booleanValue(!wanted);
}

function indexOf(call: Call): number | UnknownValue {
  const array = arrayOf(call);
  for (const [index, element] of array.elements.entries()) {
    const equal = mayBeAbsent(element) ? element.why : strictlyEqual(element, argument(call, 0));
    if (typeof equal !== 'boolean') return equal;
    if (equal) return index;
  }
  return array.open ?? -1;
}

function reduce(call: Call, reversed: boolean): Value {
  const array = arrayOf(call);
  const elements = reversed ? [...array.elements].reverse() : [...array.elements];
  const hasStart = call.args.length > 1;
  let total = hasStart ? argument(call, 1) : presentOr(elements.shift() ?? undefinedValue);
  const step = (element: Value, index: Value) =>
    callValue(call.machine, argument(call, 0), [total, element, index, array], undefinedValue, call.place);
  for (const [index, element] of elements.entries()) {
    total = mayBeAbsent(element)
      ? choice(
          fork(call.machine, element.why, [() => step(whenPresent(element), primitive(index)), () => total]),
          element.why,
        )
      : step(element, primitive(index));
  }
  const { open } = array;
  return open === null
    ? total
    : choice(fork(call.machine, open, [() => step(open, open), () => total]), open);
}

function join(call: Call): Value {
  const { elements, open } = arrayOf(call);
  if (open !== null) return open;
  const separator = isUndefined(argument(call, 0)) ? primitive(',') : argument(call, 0);
  return elements.reduce<Value>((text, element, index) => {
    const next = presentOr(element);
    const piece = next.kind === 'primitive' && (next.value ?? null) === null ? primitive('') : next;
    const before = index === 0 ? text : concatenate(text, separator, call.place);
    return concatenate(before, piece, call.place);
  }, primitive(''));
}

function flat(call: Call, array: ArrayValue, depth: number): ArrayValue {
  const result = newArray([], call.place, array.open);
  for (const element of array.elements) {
    if (
      depth > 0 &&
      (element.kind === 'array' ||
        (element.kind === 'choice' && element.options.some((o) => o.kind === 'array')))
    ) {
      append(call.machine, result, flat(call, iterate(element, call.place), depth - 1));
    } else if ((element.kind === 'unknown' || element.kind === 'external') && depth > 0) {
      result.open ??= iterate(element, call.place).open;
    } else result.elements.push(element);
  }
  return result;
}

function numberOr(value: Value, fallback: number): number {
  return value.kind === 'primitive' && value.value !== undefined ? Number(value.value) : fallback;
}

/** Why one of the two numbers that say which elements are meant is not known. */
function doubtIn([first = undefinedValue, second = undefinedValue]: readonly Value[], { place }: Call) {
  return reasonOf(first, place) ?? reasonOf(second, place);
}

/** The elements of which some may be left out, nobody knows which. */
function perhapsAll(array: ArrayValue, why: UnknownValue, call: Call): ArrayValue {
  const elements = array.elements.map((element) => choice([element, absentValue], why));
  return newArray(elements, call.place, array.open);
}

function slice(call: Call): Value {
  const doubt = doubtIn(call.args, call);
  if (doubt !== null) return perhapsAll(arrayOf(call), doubt, call);
  const { elements, open } = arrayOf(call);
  const end = isUndefined(argument(call, 1)) ? undefined : numberOr(argument(call, 1), elements.length);
  return newArray(elements.slice(numberOr(argument(call, 0), 0), end), call.place, open);
}

/** Changes the array in place, when it is one. */
function change(call: Call, run: (array: ArrayValue) => Value): Value {
  if (call.self.kind !== 'array') return limit('the array is not known', call.place);
  touch(call.machine.journal, call.self);
  return run(call.self);
}

/** Sorts as the comparing function says, where that is known; otherwise the order stays. */
function sorted(call: Call, array: ArrayValue): Value[] {
  const compare = argument(call, 0);
  const texts = array.elements.map((element) => toText(presentOr(element)));
  if (isUndefined(compare)) {
    if (texts.includes(null)) return array.elements;
    return [...array.elements].sort((a, b) =>
      (toText(presentOr(a)) ?? '') < (toText(presentOr(b)) ?? '') ? -1 : 1,
    );
  }
  return [...array.elements].sort((a, b) =>
    numberOr(callValue(call.machine, compare, [presentOr(a), presentOr(b)], undefinedValue, call.place), 0),
  );
}

function concat(machine: Machine, call: Call): Value {
  const result = newArray([], call.place);
  for (const part of [call.self, ...call.args]) {
    const isList = part.kind === 'array' || part.kind === 'choice' || part.kind === 'unknown';
    if (isList) append(machine, result, iterate(part, call.place));
    else result.elements.push(part);
  }
  return result;
}

export const arrayMembers = membersOf('Array', {
  map: mapElements,
  forEach: (call) => {
    mapElements(call);
    return undefinedValue;
  },
  filter: filterElements,
  flatMap: (call) => flat(call, mapElements(call), 1),
  flat: (call) => flat(call, arrayOf(call), numberOr(argument(call, 0), 1)),
  find: (call) => find(call, false),
  findLast: (call) => find(call, true),
  findIndex: (call) => {
    const { elements, open } = arrayOf(call);
    const found = findFirst(call, elements);
    if (typeof found !== 'number') return found;
    return found < 0 && open !== null ? open : primitive(found);
  },
  some: (call) => some(call, true),
  every: (call) => some(call, false),
  includes: (call) => {
    const found = indexOf(call);
    return typeof found === 'number' ? booleanValue(found >= 0) : found;
  },
  indexOf: (call) => {
    const found = indexOf(call);
    return typeof found === 'number' ? primitive(found) : found;
  },
  reduce: (call) => reduce(call, false),
  reduceRight: (call) => reduce(call, true),
  join,
  toString: join,
  concat: (call) => concat(call.machine, call),
  slice,
  at: (call) =>
    doubtIn(call.args, call) ??
    presentOr(arrayOf(call).elements.at(numberOr(argument(call, 0), 0)) ?? undefinedValue),
  keys: (call) =>
    newArray(
      arrayOf(call).elements.map((_, index) => primitive(index)),
      call.place,
      arrayOf(call).open,
    ),
  values: arrayOf,
  entries: (call) => {
    const array = arrayOf(call);
    const pairs = array.elements.map((element, index) =>
      newArray([primitive(index), presentOr(element)], call.place),
    );
    return newArray(pairs, call.place, array.open);
  },
  push: (call) =>
    change(call, (array) => {
      append(call.machine, array, argumentsAsArray(call.given, 0, call.place));
      return lengthOf(array);
    }),
  unshift: (call) =>
    change(call, (array) => {
      const { elements, open } = argumentsAsArray(call.given, 0, call.place);
      array.elements.unshift(...elements);
      array.open ??= open;
      return lengthOf(array);
    }),
  pop: (call) => change(call, (array) => presentOr(array.elements.pop() ?? undefinedValue)),
  shift: (call) => change(call, (array) => presentOr(array.elements.shift() ?? undefinedValue)),
  splice: (call) =>
    change(call, (array) => {
      const doubt = doubtIn(call.args, call);
      const added = argumentsAsArray(call.given, 2, call.place);
      array.open ??= added.open;
      if (doubt !== null) {
        const all = perhapsAll(array, doubt, call);
        array.elements = [...all.elements, ...added.elements];
        return all;
      }
      const count = call.args.length < 2 ? array.elements.length : numberOr(argument(call, 1), 0);
      const removed = array.elements.splice(numberOr(argument(call, 0), 0), count, ...added.elements);
      return newArray(removed, call.place, array.open);
    }),
  reverse: (call) =>
    change(call, (array) => {
      array.elements.reverse();
      return array;
    }),
  sort: (call) =>
    change(call, (array) => {
      array.elements = sorted(call, array);
      return array;
    }),
  toSorted: (call) => newArray(sorted(call, arrayOf(call)), call.place, arrayOf(call).open),
  toReversed: (call) => newArray([...arrayOf(call).elements].reverse(), call.place, arrayOf(call).open),
  fill: (call) =>
    change(call, (array) => {
      const [value, ...bounds] = [argument(call, 0), argument(call, 1), argument(call, 2)];
      const doubt = doubtIn(bounds, call);
      if (doubt !== null) {
        array.elements = array.elements.map((element) => choice([element, value], doubt));
        return array;
      }
      const [start, end] = bounds.map((bound) => (isUndefined(bound) ? undefined : numberOr(bound, 0)));
      array.elements = [...array.elements].fill(value, start, end);
      return array;
    }),
});

/** `Array` itself. */
export const arrayStatics = membersOf('Array', {
  isArray: (call) => {
    const value = argument(call, 0);
    if (value.kind === 'unknown') return value;
    if (value.kind === 'external') return unknownExternal(value, call.place);
    if (value.kind === 'choice') {
      return choice(
        value.options.map((option) => booleanValue(option.kind === 'array')),
        value.why,
      );
    }
    return value.kind === 'array' ? trueValue : falseValue;
  },
  of: (call) => argumentsAsArray(call.given, 0, call.place),
  from: (call) => {
    const source = argument(call, 0);
    const callback = argument(call, 1);
    const length = source.kind === 'object' ? source.properties.get('length')?.value : undefined;
    const array =
      length?.kind === 'primitive' && typeof length.value === 'number' && length.value < 100_000
        ? newArray(
            Array.from({ length: length.value }, () => undefinedValue),
            call.place,
          )
        : copyOf(iterate(source, call.place), call);
    return isUndefined(callback) ? array : mapElements({ ...call, self: array, args: [callback] });
  },
});

function copyOf(array: ArrayValue, call: Call): ArrayValue {
  return newArray([...array.elements], call.place, array.open);
}

/** `new Array(…)` and `Array(…)`. */
export function makeArray(call: Call): Value {
  const [first] = call.args;
  if (call.args.length !== 1 || first === undefined || stringOf(first) !== null)
    return argumentsAsArray(call.given, 0, call.place);
  const length = numberOr(combine(ts.SyntaxKind.PlusToken, first, primitive(0), call.place), 0);
  return newArray(
    Array.from({ length: Math.min(length, 100_000) }, () => undefinedValue),
    call.place,
  );
}
