import path from 'node:path';
import { callValue } from '../evaluate/functions.ts';
import { toPrimitive, toText } from '../evaluate/text.ts';
import { forEachOption } from '../fork.ts';
import { callBack } from '../keystone/escapes.ts';
import { type Call, fail, type Machine, Thrown } from '../machine.ts';
import { reasonOf, reportChanged } from '../members.ts';
import { fromJson } from '../modules/json.ts';
import { symbolMark } from '../objects.ts';
import type { Place } from '../place.ts';
import { truth } from '../truth.ts';
import {
  birth,
  booleanValue,
  isUndefined,
  limit,
  type NativeValue,
  native,
  newInstance,
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
import { collectionMembers, makeCollection } from './collections.ts';
import { environment } from './environment.ts';
import { functionMembers } from './function.ts';
import { fromData, hostMembers } from './host.ts';
import { putOff, takeBack, tick, timer } from './jobs.ts';
import { objectMembers, objectStatics } from './object.ts';
import { makePromise, promiseMembers, promiseStatics } from './promise.ts';
import { stringMembers } from './string.ts';

type Members = ReadonlyMap<string, Value>;
const none: Members = new Map();

/** A built-in that makes values, with its own members and those of its prototype. */
function type(
  name: string,
  host: { readonly prototype: object },
  call: NativeValue['call'],
  statics: Members,
  members: Members,
): [string, Value] {
  const prototype = native(`${name}.prototype`, notCallable, { members, host: host.prototype });
  const all = new Map<string, Value>([...statics, ['prototype', prototype]]);
  return [name, native(name, call, { members: all, host })];
}

/** An object of functions. */
function namespace(name: string, host: object, members: Members): [string, Value] {
  return [name, native(name, notCallable, { members, host })];
}

/** Something that is made by `new` alone. */
function made(make: NativeValue['call']): NativeValue['call'] {
  return (call) =>
    call.isNew ? make(call) : fail(call.machine, 'a class is called without new', call.place);
}

function notCallable({ place }: Call): Value {
  return limit('something that is not a function is called', place);
}

/** The global variables, as far as programs that define lists use them. */
export function globalVariables({ env, globalObject }: Machine, place: Place): ReadonlyMap<string, Value> {
  const number = hostMembers(
    'Number',
    Number,
    ['isInteger', 'isFinite', 'isNaN', 'parseInt', 'parseFloat'],
    false,
  );
  const math = Object.getOwnPropertyNames(Math).filter(
    (name) => typeof Reflect.get(Math, name) === 'function',
  );
  const global = hostMembers('globalThis', globalThis, ['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI'], false); // biome-ignore format: a list of words
  return new Map<string, Value>([
    ...global,
    type('Object', Object, makeObject, objectStatics, objectMembers),
    type('Array', Array, makeArray, arrayStatics, arrayMembers),
    type(
      'Map',
      Map,
      made((call) => makeCollection(call, 'map')),
      none,
      collectionMembers,
    ),
    type(
      'WeakMap',
      WeakMap,
      made((call) => makeCollection(call, 'map')),
      none,
      none,
    ),
    type(
      'Set',
      Set,
      made((call) => makeCollection(call, 'set')),
      none,
      collectionMembers,
    ),
    type(
      'WeakSet',
      WeakSet,
      made((call) => makeCollection(call, 'set')),
      none,
      none,
    ),
    type('Promise', Promise, made(makePromise), promiseStatics, promiseMembers),
    type('String', String, makeString, none, stringMembers),
    type('Number', Number, (call) => convert(call, Number), number, none),
    type('Boolean', Boolean, makeBoolean, none, none),
    type('Function', Function, codeFromText, none, functionMembers),
    type('RegExp', RegExp, makeRegExp, none, none),
    type('Error', Error, makeError, none, none),
    type('TypeError', TypeError, makeError, none, none),
    [
      'Symbol',
      native('Symbol', (call) => symbol(`${toText(argument(call, 0))}#${birth()}`), {
        members: symbolStatics,
        host: Symbol,
      }),
    ],
    ['eval', native('eval', codeFromText)],
    namespace('JSON', JSON, jsonMembers),
    namespace(
      'Math',
      Math,
      hostMembers(
        'Math',
        Math,
        math.filter((name) => name !== 'random'),
        false,
      ),
    ),
    namespace('Reflect', Reflect, none),
    namespace('console', console, consoleMembers),
    ['Date', outside('what the time is depends on when the code runs', place)],
    ['NaN', primitive(Number.NaN)],
    ['Infinity', primitive(Number.POSITIVE_INFINITY)],
    ['process', processObject(env, place)],
    ['globalThis', globalObject],
    ['global', globalObject],
    ...membersOf('timers', {
      setTimeout: (call) => callLater(call, delayOf(call), call.given.slice(2)),
      setImmediate: (call) => callLater(call, timer, call.given.slice(1)),
      clearTimeout: clearTimer,
      clearImmediate: clearTimer,
      queueMicrotask: (call) => callLater(call, tick + 1, []),
    }),
  ]);
}

function makeObject(call: Call): Value {
  const given = argument(call, 0);
  if (given.kind === 'primitive') {
    return (given.value ?? null) === null
      ? newObject(call.place)
      : limit('an object of a text or number is not followed', call.place);
  }
  return given;
}

function codeFromText(call: Call): Value {
  call.machine.report.add({
    code: 'AM1023',
    severity: call.machine.guesses > 0 ? 'warning' : 'error',
    message: 'Code is made from a text here, and is not read.',
    help: 'If it has to do with lists, write it as code.',
    why: 'limit',
    place: call.place,
  });
  return limit('code is made from a text', call.place);
}

/** A text or number of what is given, as the built-in makes it. */
function convert(call: Call, make: (data: unknown) => string | number): Value {
  if (call.args.length === 0) return primitive(make === Number ? 0 : '');
  if (call.isNew) return limit('an object of a text or number is not followed', call.place);
  const value = toPrimitive(call.machine, argument(call, 0), call.place);
  return forEachOption(call.machine, value, (each) =>
    each.kind === 'primitive'
      ? fromData(make(each.value), call.place)
      : (reasonOf(each, call.place) ?? limit('the text is not known', call.place)),
  );
}

function makeString(call: Call): Value {
  const [first] = call.args;
  return first?.kind === 'regexp' ? primitive(String(first.regexp)) : convert(call, String);
}

/** A symbol is told from others by its name alone, so that of a new one has a number in it. */
function symbol(name: string): Value {
  return native(`${symbolMark}${name}`, notCallable, { host: {} });
}

const symbolStatics = new Map<string, Value>([
  ...membersOf('Symbol', { for: (call) => symbol(`for ${toText(argument(call, 0))}`) }),
  ['iterator', symbol('iterator')],
  ['toPrimitive', symbol('toPrimitive')],
]);

function makeBoolean(call: Call): Value {
  if (call.isNew) return limit('an object of a text or number is not followed', call.place);
  const known = truth(argument(call, 0));
  return typeof known === 'boolean' ? booleanValue(known) : known;
}

function makeRegExp(call: Call): Value {
  const [pattern = undefinedValue, flags] = call.args;
  const source = pattern.kind === 'regexp' ? pattern.regexp.source : stringOf(pattern);
  const given = flags === undefined || isUndefined(flags) ? '' : stringOf(flags);
  if (source === null || given === null || pattern.kind === 'regexp')
    return limit('the pattern is not known', call.place);
  try {
    return { kind: 'regexp', regexp: new RegExp(source, given) };
  } catch {
    return limit('the pattern is not understood', call.place);
  }
}

function makeError(call: Call): Value {
  const error = newInstance(limit('what an error has is not followed', call.place), [], call.place);
  error.properties.set('message', { value: argument(call, 0), place: call.place, order: 0 });
  return error;
}

const jsonMembers = membersOf('JSON', {
  parse: (call) => {
    const value = argument(call, 0);
    if (value.kind !== 'primitive' || call.args.length > 1) {
      return reasonOf(value, call.place) ?? limit('what is parsed is not known', call.place);
    }
    return fromJson(JSON.parse(String(value.value)), call.place);
  },
});

/** What is written to the console has no effect on lists. */
const consoleMembers = membersOf(
  'console',
  Object.fromEntries(Object.keys(console).map((name) => [name, () => undefinedValue])),
  { takesChoices: true },
);

/** What is put off runs when the code that puts it off has come to its end. */
function callLater(call: Call, phase: number, args: readonly Value[]): Value {
  const { machine, place } = call;
  const run = () => void callValue(machine, argument(call, 0), args, undefinedValue, place);
  const timer = newInstance(limit('what a timer is known by is not followed', place), [], place);
  timers.set(timer, putOff(machine, phase, run, place));
  return timer;
}

/** The jobs of timers, which can be taken back. */
const timers = new WeakMap<Value, Value | null>();

function clearTimer(call: Call): Value {
  const job = timers.get(argument(call, 0));
  if (job !== undefined) takeBack(call.machine, job);
  return undefinedValue;
}

function delayOf(call: Call): number {
  const delay = argument(call, 1);
  return timer + (delay.kind === 'primitive' ? Math.max(1, Number(delay.value) || 1) : 1);
}

/** `process.chdir`, where it is known what it changes, and that it is run. */
function chdir(call: Call): Value {
  const { machine, place } = call;
  const to = stringOf(argument(call, 0));
  if (to === null || machine.journal.trials.length > 0)
    reportChanged(machine, 'the working directory', place);
  else machine.folder = path.resolve(machine.folder, to);
  return undefinedValue;
}

function processObject(env: Readonly<Record<string, string>>, place: Place): ObjectValue {
  const process = newInstance(outside('what process has is set outside the source', place), [], place);
  // What happens to the process may happen at any time, or never.
  const listens = (call: Call): Value => {
    callBack(
      call.machine,
      call.args,
      outside('what happens to the process is not known', call.place),
      call.place,
    );
    return call.self;
  };
  const members = new Map<string, Value>([
    ['env', environment(env, place)],
    ...membersOf('process', {
      cwd: (call) => primitive(call.machine.folder),
      chdir,
      exit: (call) => {
        throw new Thrown(argument(call, 0), call.place, true);
      },
      nextTick: (call) => callLater(call, tick, call.given.slice(1)),
      on: listens,
      once: listens,
    }),
  ]);
  for (const [name, value] of members) process.properties.set(name, { value, place, order: 0 });
  return process;
}
