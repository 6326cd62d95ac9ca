import { callValue } from '../evaluate/functions.ts';
import { fork } from '../fork.ts';
import { touch } from '../journal.ts';
import type { Call } from '../machine.ts';
import { iterate } from '../members.ts';
import { strictlyEqual } from '../truth.ts';
import {
  type ArrayValue,
  booleanValue,
  isNullish,
  newArray,
  newObject,
  type ObjectValue,
  presentOr,
  type UnknownValue,
  undefinedValue,
  unknown,
  type Value,
} from '../values.ts';
import { argument, membersOf } from './call.ts';

/** `new Map(pairs)` and `new Set(values)`: an object with its entries in order. */
export function makeCollection(call: Call, isMap: boolean): Value {
  const entries = newArray([], call.place);
  const made: ObjectValue = { ...newObject(call.place), entries, isMap };
  const source = argument(call, 0);
  if (isNullish(source)) return made;
  const { elements, open } = iterate(source, call.place);
  entries.open = open;
  for (const element of elements) {
    const item = presentOr(element);
    if (!isMap) put(call, entries, item, item);
    else if (item.kind === 'array') put(call, entries, item.elements[0] ?? undefinedValue, item);
    else entries.open ??= item.kind === 'unknown' ? item : unknown('the entry is not known', call.place);
  }
  return made;
}

function keyOf(entry: Value): Value {
  return entry.kind === 'array' ? (entry.elements[0] ?? undefinedValue) : entry;
}

/** Where the entry with a key is: its index, -1, or unknown. */
function find(entries: ArrayValue, key: Value, isMap: boolean): number | UnknownValue {
  for (const [index, entry] of entries.elements.entries()) {
    const equal = strictlyEqual(isMap ? keyOf(entry) : entry, key);
    if (equal === true) return index;
    if (typeof equal !== 'boolean') return equal;
  }
  return entries.open ?? -1;
}

function put(call: Call, entries: ArrayValue, key: Value, entry: Value): void {
  const isMap = entry !== key;
  touch(call.machine.journal, entries);
  const at = entries.elements.findIndex((each) => strictlyEqual(isMap ? keyOf(each) : each, key) === true);
  if (at < 0) entries.elements.push(entry);
  else entries.elements[at] = entry;
}

function entriesOf(call: Call): ArrayValue | null {
  return call.self.kind === 'object' ? call.self.entries : null;
}

function withEntries(call: Call, run: (entries: ArrayValue) => Value): Value {
  const entries = entriesOf(call);
  return entries === null ? unknown('the collection is not known', call.place) : run(entries);
}

function isMapOf(call: Call): boolean {
  return call.self.kind === 'object' && call.self.isMap;
}

function part(call: Call, index: 0 | 1): Value {
  return withEntries(call, (entries) => {
    const items = entries.elements.map((entry) =>
      isMapOf(call) && entry.kind === 'array' ? (entry.elements[index] ?? undefinedValue) : entry,
    );
    return newArray(items, call.place, entries.open);
  });
}

export const collectionMembers: ReadonlyMap<string, Value> = membersOf('Collection', {
  size: () => undefinedValue,
  set: (call) =>
    withEntries(call, (entries) => {
      put(call, entries, argument(call, 0), newArray([argument(call, 0), argument(call, 1)], call.place));
      return call.self;
    }),
  add: (call) =>
    withEntries(call, (entries) => {
      put(call, entries, argument(call, 0), argument(call, 0));
      return call.self;
    }),
  get: (call) =>
    withEntries(call, (entries) => {
      const at = find(entries, argument(call, 0), true);
      if (typeof at !== 'number') return at;
      const entry = entries.elements[at];
      return entry?.kind === 'array' ? presentOr(entry.elements[1] ?? undefinedValue) : undefinedValue;
    }),
  has: (call) =>
    withEntries(call, (entries) => {
      const at = find(entries, argument(call, 0), isMapOf(call));
      return typeof at === 'number' ? booleanValue(at >= 0) : at;
    }),
  delete: (call) =>
    withEntries(call, (entries) => {
      touch(call.machine.journal, entries);
      entries.elements = entries.elements.filter(
        (entry) => strictlyEqual(isMapOf(call) ? keyOf(entry) : entry, argument(call, 0)) !== true,
      );
      return booleanValue(true);
    }),
  keys: (call) => part(call, 0),
  values: (call) => part(call, 1),
  entries: (call) =>
    withEntries(call, (entries) => newArray([...entries.elements], call.place, entries.open)),
  forEach: (call) =>
    withEntries(call, ({ elements, open }) => {
      const run = (entry: Value) => {
        const [key, value] = isMapOf(call) && entry.kind === 'array' ? entry.elements : [entry, entry];
        const args = [value ?? undefinedValue, key ?? undefinedValue, call.self];
        return callValue(call.machine, argument(call, 0), args, undefinedValue, call.place);
      };
      for (const entry of elements) run(presentOr(entry));
      if (open !== null) fork(call.machine, open, [() => run(open), () => undefinedValue]);
      return undefinedValue;
    }),
});
