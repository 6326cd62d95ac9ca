import { touch } from '../journal.ts';
import type { Machine } from '../machine.ts';
import type { Place } from '../place.ts';
import {
  type ArrayValue,
  native,
  newArray,
  newObject,
  type ObjectValue,
  type UnknownValue,
  type Value,
} from '../values.ts';

/** What a generator has inside of it until somebody wants its elements. */
const bodyName = '@@body';

/** An iterator over elements that are known already: it gives them once. */
export function newGenerator(
  elements: readonly Value[],
  place: Place,
  open: UnknownValue | null = null,
): ObjectValue {
  return { ...newObject(place), inside: { of: 'generator', entries: newArray([...elements], place, open) } };
}

/** A generator whose body has not run yet; `run` gives what it yields. */
export function lateGenerator(run: () => ArrayValue, place: Place): ObjectValue {
  const body = native(bodyName, run);
  return newGenerator([body], place);
}

/** The elements that a generator still has; it has none afterwards. */
export function takeAll(machine: Machine, entries: ArrayValue, place: Place): ArrayValue {
  const [first] = entries.elements;
  const { elements, open } = entries;
  touch(machine.journal, entries);
  entries.elements = [];
  entries.open = null;
  if (first?.kind !== 'native' || first.name !== bodyName) return newArray(elements, place, open);
  const call = { machine, args: [], given: [], self: first, place, isNew: false };
  const made = first.call(call);
  return made.kind === 'array' ? made : newArray([], place, open);
}
