import { callValue } from '../evaluate/functions.ts';
import { forEachOption } from '../fork.ts';
import { iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import type { Place } from '../place.ts';
import { decided, strictlyEqual } from '../truth.ts';
import {
  type ArrayValue,
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
import { forElements } from './array.ts';
import { argument, membersOf } from './call.ts';
import { newGenerator } from './generator.ts';

/** `new Map(pairs)` and `new Set(values)`: an object with its entries in order. Those of a Set are pairs of one value. */
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
    else if (element.kind === 'array') put(call, entries, ...pairOf(element));
    else unsettle(entries, reasonOf(element, place) ?? limit('the entry is not known', place));
  }
  return made;
}

/** Leaves open what is in a collection. */
function unsettle(entries: ArrayValue, why: UnknownValue): void {
  entries.elements = [];
  entries.open = why;
}

function pairOf(entry: Value): readonly [key: Value, content: Value] {
  if (entry.kind !== 'array') return [entry, entry];
  const [key = undefinedValue, content = undefinedValue] = entry.elements;
  return [key, content];
}

/** The index of the entry with a key; -1 if there is none. */
function find({ elements, open }: ArrayValue, key: Value): number | UnknownValue {
  for (const [index, entry] of elements.entries()) {
    const equal = optionsIn(entry).map(([own]) => same(own, key) || strictlyEqual(own, key));
    if (equal.every((each) => each === false)) continue;
    if (entry.kind === 'choice') return entry.why;
    const [only = false] = equal;
    return typeof only === 'boolean' ? index : only;
  }
  return open ?? -1;
}

/** The pairs that an entry may be. A branch that may not be taken leaves a choice. */
function optionsIn(entry: Value): readonly (readonly [key: Value, content: Value])[] {
  const options = entry.kind === 'choice' ? entry.options : [entry];
  return options.filter(({ kind }) => kind === 'array').map(pairOf);
}

function put({ machine, place }: Call, entries: ArrayValue, key: Value, content: Value): void {
  touch(machine.journal, entries);
  const at = find(entries, key);
  if (typeof at !== 'number') unsettle(entries, at);
  else if (key.kind === 'choice') unsettle(entries, key.why);
  else entries.elements[at < 0 ? entries.elements.length : at] = newArray([key, content], place);
}

/** A method of Map and Set. */
function method(run: (call: Call, inside: Inside) => Value): (call: Call) => Value {
  return (call) => {
    const inside = call.self.kind === 'object' ? call.self.inside : null;
    const isCollection = inside?.of === 'map' || inside?.of === 'set';
    return isCollection ? run(call, inside) : limit('the collection is not known', call.place);
  };
}

/** A part of each entry. */
function partsOf({ entries }: Inside, place: Place, of: (entry: Value) => Value): ArrayValue {
  const partOf = (option: Value) => (option.kind === 'absent' ? option : of(option));
  const parts = entries.elements.map((entry) =>
    entry.kind === 'choice' ? choice(entry.options.map(partOf), entry.why) : of(entry),
  );
  return newArray(parts, place, entries.open);
}

/** What `for…of` takes from a Map or a Set. */
export function contentsOf(inside: Inside, place: Place): ArrayValue {
  return partsOf(inside, place, (entry) => (inside.of === 'map' ? entry : pairOf(entry)[0]));
}

function iterator(of: (entry: Value) => Value): (call: Call) => Value {
  return method((call, inside) => {
    const { elements, open } = partsOf(inside, call.place, of);
    return newGenerator(elements, call.place, open);
  });
}

function answer(found: number | UnknownValue): Value {
  return decided(typeof found === 'number' ? found >= 0 : found);
}

export const collectionMembers: ReadonlyMap<string, Value> = membersOf(
  'Collection',
  {
    set: method((call, { entries }) => {
      put(call, entries, argument(call, 0), argument(call, 1));
      return call.self;
    }),
    add: method((call, { entries }) => {
      put(call, entries, argument(call, 0), argument(call, 0));
      return call.self;
    }),
    get: method((call, { entries }) => {
      const key = argument(call, 0);
      const found = find(entries, key);
      if (typeof found === 'number')
        return found < 0 ? undefinedValue : pairOf(entries.elements[found] ?? undefinedValue)[1];
      const perhaps = entries.elements
        .flatMap(optionsIn)
        .filter(([own]) => strictlyEqual(own, key) !== false);
      return choice([...perhaps.map(([, content]) => content), entries.open ?? undefinedValue], found);
    }),
    has: method((call, { entries }) => answer(find(entries, argument(call, 0)))),
    delete: method((call, { entries }) => {
      const found = find(entries, argument(call, 0));
      touch(call.machine.journal, entries);
      if (typeof found !== 'number') unsettle(entries, found);
      else if (found >= 0) entries.elements.splice(found, 1);
      return answer(found);
    }),
    keys: iterator((entry) => pairOf(entry)[0]),
    values: iterator((entry) => pairOf(entry)[1]),
    entries: iterator((entry) => entry),
    forEach: method((call, { entries }) => {
      const { machine, place } = call;
      const run = (entry: Value): Value => {
        const [key, content] = pairOf(entry);
        return callValue(machine, argument(call, 0), [content, key, call.self], argument(call, 1), place);
      };
      forElements(machine, entries, (entry) => forEachOption(machine, entry, run), place);
      return undefinedValue;
    }),
  },
  { takesChoices: true },
);
