import { touch } from '../journal.ts';
import type { Machine } from '../machine.ts';
import type { Place } from '../place.ts';
import {
  type ArrayValue,
  newArray,
  newObject,
  type ObjectValue,
  type UnknownValue,
  type Value,
} from '../values.ts';

/** An iterator over known elements, which it gives once. */
export function newGenerator(
  elements: readonly Value[],
  place: Place,
  open: UnknownValue | null = null,
): ObjectValue {
  return { ...newObject(place), inside: { of: 'generator', entries: newArray([...elements], place, open) } };
}

/** Takes the elements that an iterator still has. */
export function takeAll({ journal }: Machine, entries: ArrayValue, place: Place): ArrayValue {
  const { elements, open } = entries;
  touch(journal, entries);
  entries.elements = [];
  entries.open = null;
  return newArray(elements, place, open);
}
