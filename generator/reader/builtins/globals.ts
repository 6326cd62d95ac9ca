import { callValue } from '../evaluate/functions.ts';
import { toText } from '../evaluate/literals.ts';
import { combine } from '../evaluate/operators.ts';
import { forEachOption } from '../fork.ts';
import { type Call, Thrown } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { fromJson, toJson } from '../modules/json.ts';
import type { Place } from '../place.ts';
import { ts } from '../syntax.ts';
import { truth } from '../truth.ts';
import {
  birth,
  booleanValue,
  limit,
  native,
  newObject,
  type ObjectValue,
  outside,
  primitive,
  stringOf,
  undefinedValue,
  type Value,
} from '../values.ts';
import { arrayMembers, arrayStatics, makeArray } from './array.ts';
import { argument, membersOf } from './call.ts';
import { makeCollection } from './collections.ts';
import { environment } from './environment.ts';
import { functionMembers } from './function.ts';
import { objectMembers, objectStatics } from './object.ts';
import { promiseStatics } from './promise.ts';
import { reflectMembers } from './reflect.ts';
import { stringMembers } from './string.ts';

/** The global variables, as far as programs that define lists use them. */
export function globalVariables(
  env: Readonly<Record<string, string>>,
  place: Place,
): ReadonlyMap<string, Value> {
  const globals = new Map<string, Value>([
    [
      'Object',
      native(
        'Object',
        (call) => (call.args.length === 0 ? newObject(call.place) : argument(call, 0)),
        withPrototype(objectStatics, objectMembers, place),
      ),
    ],
    ['Array', native('Array', makeArray, withPrototype(arrayStatics, arrayMembers, place))],
    ['Map', native('Map', (call) => makeCollection(call, true))],
    ['WeakMap', native('WeakMap', (call) => makeCollection(call, true))],
    ['Set', native('Set', (call) => makeCollection(call, false))],
    ['WeakSet', native('WeakSet', (call) => makeCollection(call, false))],
    ['Promise', native('Promise', newPromise, promiseStatics)],
    ['String', native('String', makeString, withPrototype(stringStatics, stringMembers, place))],
    ['Number', native('Number', makeNumber)],
    ['Boolean', native('Boolean', makeBoolean)],
    ['parseInt', native('parseInt', parseWhole)],
    ['parseFloat', native('parseFloat', (call) => onText(call, Number.parseFloat))],
    ['isNaN', native('isNaN', (call) => onText(call, (text) => Number.isNaN(Number(text))))],
    ['encodeURIComponent', native('encodeURIComponent', (call) => onText(call, encodeURIComponent))],
    ['Symbol', native('Symbol', (call) => symbol(`${toText(argument(call, 0))}#${birth()}`), symbolStatics)],
    ['Function', native('Function', codeFromText, withPrototype(new Map(), functionMembers, place))],
    ['eval', native('eval', codeFromText)],
    ['RegExp', native('RegExp', makeRegExp)],
    ['Error', native('Error', makeError)],
    ['TypeError', native('TypeError', makeError)],
    ['JSON', native('JSON', () => undefinedValue, jsonMembers)],
    ['Math', native('Math', () => undefinedValue, mathMembers)],
    ['Reflect', native('Reflect', () => undefinedValue, reflectMembers)],
    ['console', native('console', () => undefinedValue, consoleMembers)],
    ['NaN', primitive(Number.NaN)],
    ['Infinity', primitive(Number.POSITIVE_INFINITY)],
    ['process', processObject(env, place)],
    ...timers,
  ]);
  const globalObject = newObject(place);
  for (const [name, value] of globals) globalObject.properties.set(name, { value, place, order: 0 });
  globals.set('globalThis', globalObject);
  globals.set('global', globalObject);
  return globals;
}

/** Static members together with `prototype`, whose methods are borrowed with `call`. */
function withPrototype(
  statics: ReadonlyMap<string, Value>,
  members: ReadonlyMap<string, Value>,
  place: Place,
): ReadonlyMap<string, Value> {
  const prototype = newObject(place);
  for (const [name, value] of members) prototype.properties.set(name, { value, place, order: 0 });
  return new Map<string, Value>([...statics, ['prototype', prototype]]);
}

/** Gives the result of a function of one text or number, of each that it may be. */
function onText(call: Call, run: (text: string) => string | number | boolean): Value {
  return forEachOption(call.machine, argument(call, 0), (value) => {
    if (value.kind === 'unknown') return { ...value };
    const text = toText(value);
    return text === null ? limit('the text is not known', call.place) : primitive(run(text));
  });
}

/** `parseInt(text, radix)` */
function parseWhole(call: Call): Value {
  return forEachOption(call.machine, argument(call, 1), (radix) => {
    if (radix.kind === 'primitive') {
      return onText(call, (text) => Number.parseInt(text, Number(radix.value ?? 0)));
    }
    return reasonOf(radix, call.place) ?? limit('the radix is not known', call.place);
  });
}

function codeFromText(call: Call): Value {
  call.machine.report.add({
    code: 'AM1023',
    severity: 'warning',
    message: 'Code is made from a text here, and is not read.',
    help: 'If it has to do with lists, write it as code.',
    why: 'limit',
    place: call.place,
  });
  return limit('code is made from a text', call.place);
}

function makeString(call: Call): Value {
  return call.args.length === 0 ? primitive('') : onText(call, (text) => text);
}

/** A symbol is told from others by its name alone, so that of a new one has a number in it. */
function symbol(name: string): Value {
  return native(name, () => undefinedValue);
}

const symbolStatics = new Map<string, Value>([
  [
    'for',
    native('Symbol.for', (call) =>
      forEachOption(call.machine, argument(call, 0), (key) => symbol(`for ${toText(key)}`)),
    ),
  ],
  ['iterator', symbol('iterator')],
  ['asyncIterator', symbol('asyncIterator')],
]);

const stringStatics = membersOf('String', {
  raw: (call) => {
    const [texts, ...values] = call.args;
    const pieces = texts?.kind === 'array' ? texts.elements : [];
    return pieces.reduce((text, piece, index) => {
      const next = combine(ts.SyntaxKind.PlusToken, text, piece, call.place);
      const value = values[index];
      return value === undefined ? next : combine(ts.SyntaxKind.PlusToken, next, value, call.place);
    }, primitive(''));
  },
});

function makeNumber(call: Call): Value {
  return onText(call, Number);
}

function makeBoolean(call: Call): Value {
  const known = truth(argument(call, 0));
  return typeof known === 'boolean' ? booleanValue(known) : known;
}

function makeRegExp(call: Call): Value {
  const [pattern = undefinedValue, flags] = call.args;
  const source = pattern.kind === 'regexp' ? pattern.regexp.source : stringOf(pattern);
  if (source === null) return limit('the pattern is not known', call.place);
  try {
    return { kind: 'regexp', regexp: new RegExp(source, flags === undefined ? '' : (stringOf(flags) ?? '')) };
  } catch {
    return limit('the pattern is not understood', call.place);
  }
}

function makeError(call: Call): Value {
  const error = newObject(call.place);
  error.properties.set('message', { value: argument(call, 0), place: call.place, order: 0 });
  return error;
}

/** A promise is the value that it is resolved with while its function runs. */
function newPromise(call: Call): Value {
  let value: Value = limit('the promise is resolved later', call.place);
  const resolve = native('resolve', ({ args }) => {
    value = args[0] ?? undefinedValue;
    return undefinedValue;
  });
  const reject = native('reject', () => undefinedValue);
  callValue(call.machine, argument(call, 0), [resolve, reject], undefinedValue, call.place);
  return value;
}

const jsonMembers = membersOf('JSON', {
  parse: (call) => {
    const value = argument(call, 0);
    if (value.kind === 'unknown') return value;
    try {
      return fromJson(JSON.parse(toText(value) ?? ''), call.place);
    } catch {
      return limit('the text is no JSON that is known', call.place);
    }
  },
  stringify: (call) => {
    const value = toJson(argument(call, 0));
    if (value === null) return limit('what is made JSON of is not all known', call.place);
    return primitive(JSON.stringify(value.data));
  },
});

const mathMembers = membersOf('Math', {
  ...Object.fromEntries(
    (['floor', 'ceil', 'round', 'abs', 'trunc', 'sqrt'] as const).map((name) => [
      name,
      (call: Call) => onText(call, (text) => Math[name](Number(text))),
    ]),
  ),
  max: (call) => extreme(call, Math.max),
  min: (call) => extreme(call, Math.min),
  random: (call) => outside('it is a random number', call.place),
});

function extreme(call: Call, run: (...numbers: number[]) => number): Value {
  const doubt = call.args.find((arg) => arg.kind !== 'primitive');
  if (doubt !== undefined)
    return doubt.kind === 'unknown' ? doubt : limit('the number is not known', call.place);
  return primitive(run(...call.args.map((arg) => (arg.kind === 'primitive' ? Number(arg.value) : 0))));
}

const consoleMembers = membersOf(
  'console',
  Object.fromEntries(
    [
      'log',
      'info',
      'warn',
      'error',
      'debug',
      'trace',
      'table',
      'time',
      'timeEnd',
      'group',
      'groupEnd',
      'assert',
    ].map((name) => [name, () => undefinedValue]),
  ),
);

/** What is put off is taken to happen at once: nothing else happens meanwhile. */
function callLater(call: Call, args: readonly Value[]): Value {
  callValue(call.machine, argument(call, 0), args, undefinedValue, call.place);
  return undefinedValue;
}

const timers: [string, Value][] = [
  ['setTimeout', native('setTimeout', (call) => callLater(call, call.args.slice(2)))],
  ['setImmediate', native('setImmediate', (call) => callLater(call, call.args.slice(1)))],
  ['queueMicrotask', native('queueMicrotask', (call) => callLater(call, []))],
];

function processObject(env: Readonly<Record<string, string>>, place: Place): ObjectValue {
  const process = newObject(place);
  const members = new Map<string, Value>([
    ['env', environment(env, place)],
    ['argv', outside('process.argv is set outside the source', place)],
    ['platform', outside('process.platform is set outside the source', place)],
    ...membersOf('process', {
      cwd: (call) => primitive(call.machine.cwd),
      exit: (call) => {
        throw new Thrown(argument(call, 0), call.place, true);
      },
      nextTick: (call) => callLater(call, call.args.slice(1)),
      on: (call) => call.self,
      once: (call) => call.self,
    }),
  ]);
  for (const [name, value] of members) process.properties.set(name, { value, place, order: 0 });
  return process;
}
