import { callValue } from '../evaluate/functions.ts';
import { toText } from '../evaluate/text.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { fromJson } from '../modules/json.ts';
import { limit, native, primitive, stringOf, undefinedValue, type Value } from '../values.ts';
import { argument, membersOf } from './call.ts';
import { hostMembers, toData } from './host.ts';

/** The methods of strings that compute, and do nothing else. */
const plain = [
  'toLowerCase', 'toUpperCase', 'toLocaleLowerCase', 'toLocaleUpperCase', 'trim', 'trimStart', 'trimEnd',
  'slice', 'substring', 'substr', 'charAt', 'charCodeAt', 'at', 'concat', 'startsWith', 'endsWith', 'includes',
  'indexOf', 'lastIndexOf', 'padStart', 'padEnd', 'repeat', 'split', 'match', 'search', 'normalize',
  'localeCompare', 'toString', 'valueOf', 'codePointAt',
]; // biome-ignore format: a list of words

/** `replace` and `replaceAll`, with a text or a function for what comes instead. */
function replace(call: Call, all: boolean): Value {
  const text = stringOf(call.self);
  const pattern = toData(argument(call, 0))?.data;
  const by = argument(call, 1);
  if (text === null || !(typeof pattern === 'string' || pattern instanceof RegExp)) {
    const why = reasonOf(call.self, call.place) ?? reasonOf(argument(call, 0), call.place);
    return why ?? limit('the text is not known', call.place);
  }
  const doubts: Value[] = [];
  const makeText = (...found: unknown[]): string => {
    const args = found.map((each) => fromJson(each, call.place));
    const made = by.kind === 'primitive' ? by : callValue(call.machine, by, args, undefinedValue, call.place);
    const piece = toText(made);
    if (piece === null) doubts.push(made);
    return piece ?? '';
  };
  // A text may name groups as `$1`, so that it is handed on as it is.
  const literal = stringOf(by);
  const method = all ? text.replaceAll : text.replace;
  const replaced: string = Reflect.apply(method, text, [pattern, literal ?? makeText]);
  const [doubt] = doubts;
  if (doubt === undefined) return primitive(replaced);
  return reasonOf(doubt, call.place) ?? limit('the text is not known', call.place);
}

export const stringMembers: ReadonlyMap<string, Value> = new Map([
  ...hostMembers('String', String.prototype, plain, true),
  ...membersOf('String', {
    replace: (call) => replace(call, false),
    replaceAll: (call) => replace(call, true),
  }),
]);

/** `test` and `exec`; those that go on where the last search ended are not followed. */
export const regExpMembers: ReadonlyMap<string, Value> = new Map(
  [...hostMembers('RegExp', RegExp.prototype, ['test', 'exec'], true)].map(([name, computed]) => [
    name,
    native(`RegExp.${name}`, (call) => {
      const { self, place } = call;
      if (self.kind !== 'regexp') return limit('the regular expression is not known', place);
      const isSticky = self.regexp.global || self.regexp.sticky;
      if (isSticky) return limit('a search that continues where the last one ended is not followed', place);
      return computed.call(call);
    }),
  ]),
);
