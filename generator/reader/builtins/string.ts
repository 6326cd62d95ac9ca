import { callValue } from '../evaluate/functions.ts';
import { toText } from '../evaluate/literals.ts';
import { forEachOption } from '../fork.ts';
import type { Call } from '../machine.ts';
import { fromJson } from '../modules/json.ts';
import {
  booleanValue,
  limit,
  nullValue,
  primitive,
  stringOf,
  undefinedValue,
  type Value,
} from '../values.ts';
import { argument, membersOf } from './call.ts';

/** The methods of strings that need nothing but known arguments: JavaScript's own do the work. */
const plain = [
  'toLowerCase', 'toUpperCase', 'toLocaleLowerCase', 'toLocaleUpperCase', 'trim', 'trimStart', 'trimEnd',
  'slice', 'substring', 'substr', 'charAt', 'charCodeAt', 'at', 'concat', 'startsWith', 'endsWith', 'includes',
  'indexOf', 'lastIndexOf', 'padStart', 'padEnd', 'repeat', 'split', 'match', 'search', 'normalize',
  'localeCompare', 'toString', 'valueOf', 'codePointAt',
] as const; // biome-ignore format: a list of words

/** What a known argument is in JavaScript; null where it is not known. */
function plainArgument(value: Value): { readonly data: unknown } | null {
  if (value.kind === 'primitive') return { data: value.value };
  return value.kind === 'regexp' ? { data: value.regexp } : null;
}

function callPlain(name: string, call: Call): Value {
  return forEachOption(call.machine, call.self, (self) => {
    const text = stringOf(self);
    if (text === null) return self.kind === 'unknown' ? self : limit('the text is not known', call.place);
    const args = call.args.map(plainArgument);
    const missing = call.args.find((_, index) => args[index] === null);
    if (missing !== undefined)
      return missing.kind === 'unknown' ? missing : limit('the text is not known', call.place);
    try {
      const method: unknown = Reflect.get(String.prototype, name);
      if (typeof method !== 'function') return undefinedValue;
      const result: unknown = Reflect.apply(
        method,
        text,
        args.map((arg) => arg?.data),
      );
      return fromJson(result === undefined ? undefined : result, call.place);
    } catch {
      return limit(`'${name}' fails here`, call.place);
    }
  });
}

/** `replace` and `replaceAll`, with a text or a function for what comes instead. */
function replace(call: Call, all: boolean): Value {
  return forEachOption(call.machine, call.self, (self) => {
    const text = stringOf(self);
    const pattern = plainArgument(argument(call, 0))?.data;
    const by = argument(call, 1);
    if (self.kind === 'unknown') return self;
    if (text === null || !(typeof pattern === 'string' || pattern instanceof RegExp)) {
      return limit('the text is not known', call.place);
    }
    const doubts: Value[] = [];
    const makeText = (...found: unknown[]): string => {
      const args = found.filter((each) => typeof each !== 'object').map((each) => fromJson(each, call.place));
      const made =
        by.kind === 'primitive' ? by : callValue(call.machine, by, args, undefinedValue, call.place);
      const piece = toText(made);
      if (piece === null) doubts.push(made);
      return piece ?? '';
    };
    // A text may name groups as `$1`, so that it is handed on as it is.
    const literal = stringOf(by);
    const replaced =
      literal === null
        ? all
          ? text.replaceAll(pattern, makeText)
          : text.replace(pattern, makeText)
        : all
          ? text.replaceAll(pattern, literal)
          : text.replace(pattern, literal);
    const [doubt] = doubts;
    if (doubt === undefined) return primitive(replaced);
    return doubt.kind === 'unknown' ? doubt : limit('the text is not known', call.place);
  });
}

export const stringMembers: ReadonlyMap<string, Value> = membersOf('String', {
  ...Object.fromEntries(plain.map((name) => [name, (call: Call) => callPlain(name, call)])),
  replace: (call) => replace(call, false),
  replaceAll: (call) => replace(call, true),
});

export const regExpMembers = membersOf('RegExp', {
  test: (call) => {
    const text = argument(call, 0);
    if (text.kind === 'unknown') return text;
    const known = toText(text);
    if (call.self.kind !== 'regexp' || known === null) return limit('the text is not known', call.place);
    return booleanValue(
      new RegExp(call.self.regexp.source, call.self.regexp.flags.replace('g', '')).test(known),
    );
  },
  exec: (call) => {
    const text = argument(call, 0);
    if (text.kind === 'unknown') return text;
    const known = toText(text);
    if (call.self.kind !== 'regexp' || known === null) return limit('the text is not known', call.place);
    const found = call.self.regexp.exec(known);
    return found === null ? nullValue : fromJson([...found], call.place);
  },
});
