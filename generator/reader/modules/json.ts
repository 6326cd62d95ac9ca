import type { Place } from '../place.ts';
import { newArray, newObject, type PrimitiveValue, primitive, type Value } from '../values.ts';

/** Plain data as a value of the program that is read. */
export function fromJson(data: unknown, place: Place): Value {
  if (Array.isArray(data)) {
    return newArray(
      data.map((each) => fromJson(each, place)),
      place,
    );
  }
  if (typeof data !== 'object' || data === null) return primitive(data as PrimitiveValue['value']);
  const object = newObject(place);
  for (const [index, [name, each]] of Object.entries(data).entries()) {
    object.properties.set(name, { value: fromJson(each, place), place, order: index - 1e9 });
  }
  return object;
}
