import type { Place } from '../place.ts';
import { newArray, newObject, type PrimitiveValue, primitive, type Value } from '../values.ts';

/** What `JSON.parse` or plain JavaScript gives, as a value of the program read. */
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

/** A value as plain data, where all of it is known. */
export function toJson(value: Value): { readonly data: unknown } | null {
  switch (value.kind) {
    case 'primitive':
      return { data: value.value };
    case 'array': {
      if (value.open !== null) return null;
      const items = value.elements.map(toJson);
      return items.includes(null) ? null : { data: items.map((item) => item?.data) };
    }
    case 'object': {
      if (value.rests.length > 0 || value.base !== null || value.inside !== null) return null;
      if (value.proto !== null || value.properties.has('toJSON')) return null;
      const data: [string, unknown][] = [];
      for (const [name, property] of value.properties) {
        if (property.value.kind === 'function' || property.value.kind === 'native') continue;
        const item = property.get === undefined ? toJson(property.value) : null;
        if (item === null) return null;
        data.push([name, item.data]);
      }
      return { data: Object.fromEntries(data) };
    }
    default:
      return null;
  }
}
