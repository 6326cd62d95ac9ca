import { fork } from './fork.ts';
import { touch } from './journal.ts';
import type { Machine } from './machine.ts';
import type { Place } from './place.ts';
import {
  absentValue,
  choice,
  type ExternalValue,
  mayBeAbsent,
  type ObjectValue,
  type Property,
  primitive,
  type Rest,
  type UnknownValue,
  type Value,
} from './values.ts';

/** Gives an object a property of its own, whatever it or its prototypes have under the name. */
export function define(
  machine: Machine,
  object: ObjectValue,
  name: string,
  property: Omit<Property, 'order'>,
): void {
  touch(machine.journal, object);
  machine.clock += 1;
  const { value, place } = property;
  const isPlain = property.get === undefined && property.set === undefined;
  const made = isPlain ? { value, place, order: machine.clock } : { ...property, order: machine.clock };
  object.properties.set(name, made);
}

/** Takes a property of its own from an object; those of its prototypes stay. */
export function deleteProperty(machine: Machine, object: ObjectValue, name: string): void {
  touch(machine.journal, object);
  object.properties.delete(name);
}

/** Notes that properties came in of which not all are known. */
export function addRest(machine: Machine, object: ObjectValue, value: Rest['value'], place: Place): void {
  touch(machine.journal, object);
  machine.clock += 1;
  object.rests = [...object.rests, { value, place, order: machine.clock }];
}

/** A property of the object itself or of its prototypes. */
export function findProperty(object: ObjectValue, name: string): Property | null {
  for (let at: ObjectValue | null = object; at !== null; at = at.proto) {
    const property = at.properties.get(name);
    if (property !== undefined) return property;
  }
  return null;
}

/** Those unknown things in an object that may have set or overridden a property. */
export function restsOver(object: ObjectValue, name: string): readonly Rest[] {
  const property = object.properties.get(name);
  return object.rests.filter((rest) => property === undefined || rest.order > property.order);
}

/** What the name of a property begins with whose key is a symbol. */
export const symbolMark = '@@';

/** The keys of an object's own properties that are texts: what `Object.keys` gives. */
export function ownNames(object: ObjectValue): readonly string[] {
  return ownKeys(object).filter((key) => !key.startsWith(symbolMark));
}

/** The keys of an object's own properties, in JavaScript's order: whole numbers first. */
export function ownKeys(object: ObjectValue): readonly string[] {
  const keys = [...object.properties.keys()];
  const numbers = keys.filter(isArrayIndex).sort((a, b) => Number(a) - Number(b));
  return numbers.length === 0 ? keys : [...numbers, ...keys.filter((key) => !isArrayIndex(key))];
}

/** Whether the name of a property is the number of an element. */
export function isArrayIndex(key: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(key);
}

/**
 * Copies the properties of a value into an object, as a spread or `Object.assign` does. Of a value that
 * may be one thing or another, each property may come or not.
 */
export function spreadInto(
  machine: Machine,
  target: ObjectValue,
  value: Value,
  place: Place,
  get: (object: ObjectValue, name: string) => Value,
): void {
  switch (value.kind) {
    case 'object':
      // What the package's class has set came before all that the source did.
      if (value.base !== null) addRest(machine, target, value.base, place);
      for (const name of ownKeys(value)) {
        const property = value.properties.get(name);
        if (property !== undefined) copyProperty(machine, target, name, property, get(value, name));
      }
      for (const rest of value.rests) addRest(machine, target, rest.value, rest.place);
      return;
    case 'array':
      for (const [index, element] of value.elements.entries()) {
        define(machine, target, String(index), { value: element, place });
      }
      if (value.open !== null) addRest(machine, target, value.open, place);
      return;
    case 'function':
      spreadInto(machine, target, value.own, place, get);
      return;
    case 'external':
      addRest(machine, target, value, place);
      return;
    case 'unknown':
      if (value.truthy !== false) addRest(machine, target, value, place);
      return;
    case 'choice':
      fork(
        machine,
        value.why,
        value.options.map((option) => () => spreadInto(machine, target, option, place, get)),
      );
      return;
    case 'primitive':
      if (typeof value.value === 'string') {
        for (const [index, letter] of [...value.value].entries()) {
          define(machine, target, String(index), { value: primitive(letter), place });
        }
      }
      return;
    default:
  }
}

/** A property that may be absent leaves standing what was there before. */
function copyProperty(
  machine: Machine,
  target: ObjectValue,
  name: string,
  property: Property,
  value: Value,
): void {
  if (!mayBeAbsent(property.value)) {
    define(machine, target, name, { value, place: property.place });
    return;
  }
  const former = target.properties.get(name)?.value ?? absentValue;
  const options = property.value.options.map((option) => (option.kind === 'absent' ? former : option));
  define(machine, target, name, { value: choice(options, property.value.why), place: property.place });
}

/** Whether the object surely is, surely is not, or may be an own or inherited owner of the property. */
export function has(object: ObjectValue, name: string): boolean | UnknownValue | ExternalValue {
  const property = findProperty(object, name);
  if (property !== null) {
    const { value } = property;
    if (mayBeAbsent(value)) return value.why;
    if (value.kind !== 'absent') return true;
  }
  return object.rests[0]?.value ?? object.base ?? false;
}
