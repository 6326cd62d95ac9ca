import { fork } from './fork.ts';
import { type Journal, touch } from './journal.ts';
import type { Machine } from './machine.ts';
import type { Place } from './place.ts';
import {
  type ArrayValue,
  absentValue,
  choice,
  type ExternalValue,
  limit,
  mayBeAbsent,
  type ObjectValue,
  type Property,
  type Rest,
  type UnknownValue,
  type Value,
} from './values.ts';

/** Gives an object a property of its own. */
export function define(
  machine: Machine,
  object: ObjectValue,
  name: string,
  property: Omit<Property, 'order'>,
): void {
  touch(machine.journal, object);
  machine.clock += 1;
  object.properties.set(name, { ...property, order: machine.clock });
}

/** Removes a property of the object itself. */
export function deleteProperty(machine: Machine, object: ObjectValue, name: string): void {
  touch(machine.journal, object);
  object.properties.delete(name);
}

/** Notes that an object got properties that are not all known. */
export function addRest(machine: Machine, object: ObjectValue, value: Rest['value'], place: Place): void {
  touch(machine.journal, object);
  machine.clock += 1;
  object.rests = [...object.rests, { value, place, order: machine.clock }];
}

/** Notes that unknown code changed an array: each element may be another, or gone. */
export function unsettleArray(journal: Journal, array: ArrayValue, why: UnknownValue): void {
  touch(journal, array);
  array.elements = array.elements.map((element) => choice([element, why, absentValue], why));
  array.open ??= why;
  array.named ??= why;
}

/** A property of the object itself or of its prototypes. */
export function findProperty(object: ObjectValue, name: string): Property | null {
  for (let at: ObjectValue | null = object; at !== null; at = at.proto) {
    const property = at.properties.get(name);
    if (property !== undefined) return property;
  }
  return null;
}

/** The unknown things in an object that may have set or overridden a property. */
export function restsOver(object: ObjectValue, name: string): readonly Rest[] {
  const property = object.properties.get(name);
  return object.rests.filter((rest) => property === undefined || rest.order > property.order);
}

/** The prefix of a property name whose key is a symbol. */
export const symbolMark = '@@';
/** The prefix of a private member's name. No computed key begins with it. */
export const privateMark = '\0#';

/** What `Object.keys` gives. */
export function ownNames(object: ObjectValue): readonly string[] {
  return ownKeys(object).filter(
    (key) => !key.startsWith(symbolMark) && object.properties.get(key)?.isHidden !== true,
  );
}

/** The keys of an object's own properties in JavaScript's order: whole numbers first. */
export function ownKeys(object: ObjectValue): readonly string[] {
  const keys = [...object.properties.keys()].filter((key) => !key.startsWith(privateMark));
  const numbers = keys.filter(isArrayIndex).sort((a, b) => Number(a) - Number(b));
  return numbers.length === 0 ? keys : [...numbers, ...keys.filter((key) => !isArrayIndex(key))];
}

/** Whether a property name is the index of an element. */
export function isArrayIndex(key: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(key);
}

/** How a copied property gets into an object. */
export interface Copying {
  get(object: ObjectValue, name: string): Value;
  put(name: string, value: Value, place: Place): void;
}

/** Copies the properties of a value into an object, as a spread or `Object.assign` does. */
export function spreadInto(
  machine: Machine,
  target: ObjectValue,
  value: Value,
  place: Place,
  copying: Copying,
): void {
  switch (value.kind) {
    case 'object':
      // The class of a package set its properties before the source did anything.
      if (value.base !== null) addRest(machine, target, value.base, place);
      for (const name of ownKeys(value)) {
        const property = value.properties.get(name);
        if (property === undefined || property.isHidden === true) continue;
        const copied = property.get === undefined ? property.value : absentValue;
        const former = target.properties.get(name)?.value ?? absentValue;
        const got = copying.get(value, name);
        // A property that may be absent may leave the former value.
        const options = mayBeAbsent(copied)
          ? choice(
              copied.options.map((each) => (each.kind === 'absent' ? former : each)),
              copied.why,
            )
          : got;
        copying.put(name, options, property.place);
      }
      for (const rest of value.rests) addRest(machine, target, rest.value, rest.place);
      return;
    case 'external':
      addRest(machine, target, value, place);
      return;
    case 'unknown':
      if (value.truthy !== false) addRest(machine, target, value, place);
      return;
    case 'choice': {
      const spread = value.options.map((option) => () => spreadInto(machine, target, option, place, copying));
      fork(machine, value.why, spread);
      return;
    }
    case 'primitive':
      if (typeof value.value !== 'string') return;
      break;
    default:
  }
  addRest(machine, target, limit('what is copied here is not followed', place), place);
}

/** Whether an object or one of its prototypes has a property; what is unknown if that is not known. */
export function has(object: ObjectValue, name: string): boolean | UnknownValue | ExternalValue {
  for (let at: ObjectValue | null = object; at !== null; at = at.proto) {
    const own = hasOwn(at, name);
    if (own !== false) return own;
  }
  return false;
}

/** Whether an object has a property of its own. */
export function hasOwn(object: ObjectValue, name: string): boolean | UnknownValue | ExternalValue {
  const value = object.properties.get(name)?.value;
  if (value !== undefined && mayBeAbsent(value)) return value.why;
  if (value !== undefined && value.kind !== 'absent') return true;
  return object.rests[0]?.value ?? object.base ?? false;
}
