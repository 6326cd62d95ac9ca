import { callValue } from '../evaluate/functions.ts';
import { fork } from '../fork.ts';
import { iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import type { Place } from '../place.ts';
import { strictlyEqual } from '../truth.ts';
import {
  type ArrayValue,
  booleanValue,
  choice,
  type Inside,
  isNullish,
  limit,
  newArray,
  newObject,
  same,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { argument, membersOf } from './call.ts';
import { newGenerator } from './generator.ts';

/** `new Map(pairs)` and `new Set(values)`: an object with its entries in order, those of a Set as pairs of one value. */
export function makeCollection(call: Call, of: 'map' | 'set'): Value {
  const { machine, place } = call;
  const entries = newArray([], place);
  const made: Value = { ...newObject(place), inside: { of, entries } };
  const source = argument(call, 0);
  if (isNullish(source)) return made;
  const { elements, open } = iterate(machine, source, place);
  if (open !== null) unsettle(entries, open);
  for (const element of elements) {
    if (of === 'set') put(call, entries, element, element);
    else if (element.kind !== 'array')
      unsettle(entries, reasonOf(element, place) ?? limit('the entry is not known', place));
    else put(call, entries, element.elements[0] ?? undefinedValue, element.elements[1] ?? undefinedValue);
  }
  return made;
}

/** Leaves open what is in a collection: any entry may be another, or gone, and there may be more. */
function unsettle(entries: ArrayValue, why: UnknownValue): void {
  entries.elements = [];
  entries.open = why;
}

function pairOf(entry: Value): readonly [key: Value, content: Value] {
  const [key = undefinedValue, content = undefinedValue] = entry.kind === 'array' ? entry.elements : [];
  return [key, content];
}

/** Where the entry with a key stands; -1 where there is none, and why where that is not known. */
function find({ elements, open }: ArrayValue, key: Value): number | UnknownValue {
  for (const [index, entry] of elements.entries()) {
    const options = entry.kind === 'choice' ? entry.options.filter(({ kind }) => kind !== 'absent') : [entry];
    const equal = options.map(pairOf).map(([own]) => same(own, key) || strictlyEqual(own, key));
    if (equal.every((each) => each === false)) continue;
    if (entry.kind === 'choice') return entry.why;
    const [only = false] = equal;
    return typeof only === 'boolean' ? index : only;
  }
  return open ?? -1;
}

function put({ machine, place }: Call, entries: ArrayValue, key: Value, content: Value): void {
  touch(machine.journal, entries);
  const at = find(entries, key);
  if (typeof at !== 'number' || key.kind === 'choice') {
    unsettle(entries, typeof at === 'number' ? (reasonOf(key, place) ?? limit('', place)) : at);
  } else entries.elements[at < 0 ? entries.elements.length : at] = newArray([key, content], place);
}

function withEntries({ self, place }: Call, run: (inside: Inside) => Value): Value {
  const inside = self.kind === 'object' ? self.inside : null;
  return inside?.of === 'map' || inside?.of === 'set'
    ? run(inside)
    : limit('the collection is not known', place);
}

/** A part of each entry, which may not be there after a branch that may not be taken. */
function partsOf({ entries }: Inside, place: Place, of: (entry: Value) => Value): ArrayValue {
  const parts = entries.elements.map((entry) => eachOption(entry, of));
  return newArray(parts, place, entries.open);
}

function eachOption(entry: Value, run: (entry: Value) => Value): Value {
  const each = (option: Value) => (option.kind === 'absent' ? option : run(option));
  return entry.kind === 'choice' ? choice(entry.options.map(each), entry.why) : each(entry);
}

/** What `for…of` takes from a Map, which are pairs, or from a Set. */
export function contentsOf(inside: Inside, place: Place): ArrayValue {
  return partsOf(inside, place, (entry) => (inside.of === 'map' ? entry : pairOf(entry)[0]));
}

function iterator(call: Call, of: (entry: Value) => Value): Value {
  return withEntries(call, (inside) => {
    const { elements, open } = partsOf(inside, call.place, of);
    return newGenerator(elements, call.place, open);
  });
}

function forEach(call: Call): Value {
  const { machine, place } = call;
  return withEntries(call, ({ entries: { elements, open } }) => {
    const run = (entry: Value): Value => {
      const [key, content] = entry.kind === 'array' ? pairOf(entry) : [entry, entry];
      return callValue(machine, argument(call, 0), [content, key, call.self], argument(call, 1), place);
    };
    for (const entry of elements) {
      const options = entry.kind === 'choice' ? entry.options : [entry];
      const runs = options.map((each) => () => (each.kind === 'absent' ? each : run(each)));
      if (entry.kind === 'choice') fork(machine, entry.why, runs);
      else run(entry);
    }
    if (open !== null) fork(machine, open, [() => run(open), () => undefinedValue]);
    return undefinedValue;
  });
}

const add = (call: Call, content: Value) =>
  withEntries(call, ({ entries }) => {
    put(call, entries, argument(call, 0), content);
    return call.self;
  });

const has = (call: Call) =>
  withEntries(call, ({ entries }) => {
    const found = find(entries, argument(call, 0));
    return typeof found === 'number' ? booleanValue(found >= 0) : found;
  });

export const collectionMembers: ReadonlyMap<string, Value> = membersOf(
  'Collection',
  {
    set: (call) => add(call, argument(call, 1)),
    add: (call) => add(call, argument(call, 0)),
    get: (call) =>
      withEntries(call, ({ entries }) => {
        const key = argument(call, 0);
        const found = find(entries, key);
        if (typeof found === 'number') return pairOf(entries.elements[found] ?? undefinedValue)[1];
        const pairs = entries.elements.flatMap((entry) =>
          entry.kind === 'choice' ? entry.options : [entry],
        );
        const perhaps = pairs.filter(
          (pair) => pair.kind === 'array' && strictlyEqual(pairOf(pair)[0], key) !== false,
        );
        return choice([...perhaps.map((pair) => pairOf(pair)[1]), entries.open ?? undefinedValue], found);
      }),
    has,
    delete: (call) =>
      withEntries(call, ({ entries }) => {
        const answer = has(call);
        const found = find(entries, argument(call, 0));
        touch(call.machine.journal, entries);
        if (typeof found !== 'number') unsettle(entries, found);
        else if (found >= 0) entries.elements.splice(found, 1);
        return answer;
      }),
    keys: (call) => iterator(call, (entry) => pairOf(entry)[0]),
    values: (call) => iterator(call, (entry) => pairOf(entry)[1]),
    entries: (call) => iterator(call, (entry) => entry),
    forEach,
  },
  { takesChoices: true },
);
