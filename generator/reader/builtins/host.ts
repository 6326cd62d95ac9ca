import { callValue } from '../evaluate/functions.ts';
import { toText } from '../evaluate/text.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { fromJson } from '../modules/json.ts';
import { symbolMark } from '../objects.ts';
import type { Place } from '../place.ts';
import {
  limit,
  type NativeValue,
  native,
  primitive,
  stringOf,
  undefinedValue,
  type Value,
} from '../values.ts';
import { argument, membersOf } from './call.ts';

/** A value as data of the reader's own JavaScript; null if not all of it is known. */
function toData(value: Value): { readonly data: unknown } | null {
  if (value.kind === 'primitive') return { data: value.value };
  // A search changes the expression that it is made with.
  if (value.kind === 'regexp') return { data: new RegExp(value.regexp.source, value.regexp.flags) };
  return null;
}

/** Data as a value; unknown if it is more than that. */
function fromData(data: unknown, place: Place): Value {
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  const isPlain = !isObject || Object.getPrototypeOf(data) === Object.prototype;
  if (!isPlain || typeof data === 'function') return limit('what a built-in makes is not followed', place);
  const made = fromJson(data, place);
  // The result of a search also has the position where something was found.
  if (Array.isArray(data) && Object.keys(data).length > data.length && made.kind === 'array') {
    made.named = limit('only the texts of a match are followed', place);
  }
  return made;
}

/** A function of JavaScript that only computes, as a function of the program. JavaScript itself runs it on known values. */
export function hostFunction(name: string, method: unknown, isMethod: boolean): NativeValue {
  return native(name, ({ self, args, place }) => {
    const given = isMethod ? [self, ...args] : [undefinedValue, ...args];
    const data = given.map(toData);
    const missing = given.find((_, index) => data[index] === null);
    if (missing !== undefined || typeof method !== 'function') {
      const why = missing === undefined ? null : reasonOf(missing, place);
      return why ?? limit('what it is computed from is not known', place);
    }
    const [plainSelf, ...plain] = data.map((each) => each?.data);
    return fromData(Reflect.apply(method, plainSelf, plain), place);
  });
}

/** Those functions of an object that only compute. */
export function hostMembers(
  owner: string,
  host: object,
  names: readonly string[],
): ReadonlyMap<string, NativeValue> {
  return new Map(
    names.map((name) => [name, hostFunction(`${owner}.${name}`, Reflect.get(host, name), false)]),
  );
}

/** A member of a string, a number, a boolean or a regular expression, or a constant of a built-in. */
export function dataMember(host: object, key: string, place: Place): Value {
  if (!(key in host) && !key.startsWith(symbolMark)) return undefinedValue;
  const value: unknown = Reflect.get(host, key);
  if (typeof value === 'function' && computes(host, key)) return hostFunction(key, value, true);
  const isConstant = ['string', 'number', 'boolean', 'bigint', 'undefined'].includes(typeof value);
  const isFollowed = isConstant && key in host && key !== 'lastIndex';
  return isFollowed ? fromData(value, place) : limit(`'${key}' has no model`, place);
}

/** Whether a method only computes. A search with the flag `g` or `y` continues where the last one ended. */
function computes(host: object, key: string): boolean {
  if (host instanceof RegExp) return (key === 'test' || key === 'exec') && !host.global && !host.sticky;
  const isData = [String, Number, Boolean, BigInt].some((type) => host instanceof type);
  return isData && !/^(constructor|toLocaleString)$/.test(key);
}

/** `replace` and `replaceAll`, which may call a function for each match. */
function replace(call: Call, name: 'replace' | 'replaceAll'): Value {
  const { machine, place } = call;
  const text = stringOf(call.self);
  const pattern = toData(argument(call, 0))?.data;
  const by = argument(call, 1);
  const isKnown = typeof pattern === 'string' || pattern instanceof RegExp;
  if (by.kind !== 'function' || text === null || !isKnown) {
    return hostFunction(name, String.prototype[name], true).call(call);
  }
  let doubt: Value | null = null;
  const replaced: string = Reflect.apply(text[name], text, [
    pattern,
    (...found: unknown[]) => {
      const args = found.map((each) => fromJson(each, place));
      const made = callValue(machine, by, args, undefinedValue, place);
      const piece = toText(made);
      if (piece === null) doubt ??= made;
      return piece ?? '';
    },
  ]);
  if (doubt === null) return primitive(replaced);
  return reasonOf(doubt, place) ?? limit('the text is not known', place);
}

/** The methods of strings that do more than compute. */
export const stringMembers = membersOf('String', {
  replace: (call) => replace(call, 'replace'),
  replaceAll: (call) => replace(call, 'replaceAll'),
});
