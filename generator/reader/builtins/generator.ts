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

/** An iterator over elements that are known already: it gives them once. */
export function newGenerator(
  elements: readonly Value[],
  place: Place,
  open: UnknownValue | null = null,
): ObjectValue {
  return { ...newObject(place), inside: { of: 'generator', entries: newArray([...elements], place, open) } };
}

/** The elements that an iterator still has; it has none afterwards. */
export function takeAll({ journal }: Machine, entries: ArrayValue, place: Place): ArrayValue {
  const { elements, open } = entries;
  touch(journal, entries);
  entries.elements = [];
  entries.open = null;
  return newArray(elements, place, open);
}
