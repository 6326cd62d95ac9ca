import { reasonOf } from '../members.ts';
import { fromJson } from '../modules/json.ts';
import type { Place } from '../place.ts';
import { limit, type NativeValue, native, undefinedValue, type Value } from '../values.ts';

/** A value as plain data of the reader's own JavaScript; null where not all of it is known. */
export function toData(value: Value): { readonly data: unknown } | null {
  if (value.kind === 'primitive') return { data: value.value };
  // The places where a search goes on are the program's own.
  if (value.kind === 'regexp') return { data: new RegExp(value.regexp.source, value.regexp.flags) };
  return null;
}

/** Plain data as a value; unknown where it is more than that. */
export function fromData(data: unknown, place: Place): Value {
  const made = fromJson(data, place);
  // What a search gives has the place where it was found, too.
  if (Array.isArray(data) && Object.keys(data).length > data.length && made.kind === 'array') {
    made.named = limit('what is known of a match is its texts', place);
  }
  return made;
}

/**
 * A function of JavaScript that computes and does nothing else, as a function of the program: the reader's own JavaScript
 * runs it on what is known. What it throws at is unknown.
 */
export function hostFunction(name: string, method: unknown, isMethod: boolean): NativeValue {
  return native(name, ({ self, args, place }) => {
    const given = isMethod ? [self, ...args] : args;
    const data = given.map(toData);
    const missing = given.find((_, index) => data[index] === null);
    if (missing !== undefined) {
      return reasonOf(missing, place) ?? limit('what it is computed from is not known', place);
    }
    const plain = data.map((each) => each?.data);
    const result =
      typeof method !== 'function'
        ? undefined
        : isMethod
          ? Reflect.apply(method, plain[0], plain.slice(1))
          : Reflect.apply(method, undefined, plain);
    return fromData(result, place);
  });
}

/** Those members of an object of JavaScript that only compute, by their names: methods, or functions of their own. */
export function hostMembers(
  owner: string,
  host: object,
  names: readonly string[],
  isMethod: boolean,
): ReadonlyMap<string, NativeValue> {
  return new Map(
    names.map((name) => [name, hostFunction(`${owner}.${name}`, Reflect.get(host, name), isMethod)]),
  );
}

/** A member of a number, a truth or a regular expression, or a constant of a built-in. */
export function dataMember(host: object, key: string, place: Place): Value {
  if (!(key in host)) return undefinedValue;
  const value: unknown = Reflect.get(host, key);
  const computes = [Number, Boolean, BigInt].some((type) => host instanceof type);
  if (typeof value === 'function' && computes && !/^(constructor|toLocale)/.test(key)) {
    return hostFunction(key, value, true);
  }
  const isConstant = ['string', 'number', 'boolean', 'bigint', 'undefined'].includes(typeof value);
  return isConstant && key !== 'lastIndex' ? fromData(value, place) : limit(`'${key}' has no model`, place);
}
