import path from 'node:path';
import { callValue } from '../evaluate/functions.ts';
import { toPrimitive } from '../evaluate/text.ts';
import { forEachOption } from '../fork.ts';
import { callBack } from '../keystone/escapes.ts';
import { type Call, fail, type Machine, Thrown } from '../machine.ts';
import { reasonOf, reportChanged } from '../members.ts';
import { fromJson } from '../modules/json.ts';
import { symbolMark } from '../objects.ts';
import type { Place } from '../place.ts';
import { decided, truth } from '../truth.ts';
import {
  limit,
  type NativeValue,
  native,
  newInstance,
  type ObjectValue,
  outside,
  primitive,
  stringOf,
  undefinedValue,
  type Value,
} from '../values.ts';
import { arrayMembers, arrayStatics } from './array.ts';
import { argument, membersOf } from './call.ts';
import { collectionMembers, makeCollection } from './collections.ts';
import { environment } from './environment.ts';
import { functionMembers } from './function.ts';
import { hostMembers } from './host.ts';
import { objectMembers, objectStatics } from './object.ts';
import { makePromise, promiseMembers, promiseStatics, putOff, takeBack, tick, timer } from './promise.ts';

type Members = ReadonlyMap<string, Value>;
const none: Members = new Map();

/** A built-in that makes values, with its own members and those of its prototype. */
function type(
  host: { readonly name: string; readonly prototype: object },
  call: NativeValue['call'],
  statics = none,
  members = none,
): [string, Value] {
  const { name } = host;
  const prototype = native(`${name}.prototype`, notFollowed, { members, host: host.prototype });
  const all = new Map<string, Value>([...statics, ['prototype', prototype]]);
  return [name, native(name, call, { members: all, host })];
}

/** An object of functions. */
function namespace(name: string, host: object, members: Members): [string, Value] {
  return [name, native(name, notFollowed, { members, host })];
}

function notFollowed({ place }: Call): Value {
  return limit('what the built-in gives is not followed', place);
}

/** Something that only `new` makes. */
function made(make: NativeValue['call']): NativeValue['call'] {
  return (call) =>
    call.isNew ? make(call) : fail(call.machine, 'a class is called without new', call.place);
}

const computing = [
  'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI',
]; // biome-ignore format: a list of words

/** The global variables that list files use. */
export function globalVariables({ env, globalObject }: Machine, place: Place): ReadonlyMap<string, Value> {
  const math = Object.getOwnPropertyNames(Math).filter(
    (name) => typeof Reflect.get(Math, name) === 'function' && name !== 'random',
  );
  const numbers = hostMembers('Number', Number, ['isInteger', 'isFinite', 'isNaN', 'parseInt', 'parseFloat']);
  const newMap = made((call) => makeCollection(call, 'map'));
  const newSet = made((call) => makeCollection(call, 'set'));
  return new Map<string, Value>([
    ...hostMembers('globalThis', globalThis, computing),
    type(Object, notFollowed, objectStatics, objectMembers),
    type(Array, notFollowed, arrayStatics, arrayMembers),
    type(Map, newMap, none, collectionMembers),
    type(WeakMap, newMap),
    type(Set, newSet, none, collectionMembers),
    type(WeakSet, newSet),
    type(Promise, made(makePromise), promiseStatics, promiseMembers),
    type(String, (call) => convert(call, String)),
    type(Number, (call) => convert(call, Number), numbers),
    type(Boolean, (call) => (call.isNew ? notFollowed(call) : decided(truth(argument(call, 0))))),
    type(Function, codeFromText, none, functionMembers),
    type(RegExp, notFollowed),
    type(Error, makeError),
    type(TypeError, makeError),
    ['eval', native('eval', codeFromText)],
    namespace('Symbol', Symbol, new Map([symbol('iterator'), symbol('toPrimitive')])),
    namespace('JSON', JSON, jsonMembers),
    namespace('Math', Math, hostMembers('Math', Math, math)),
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

function codeFromText(call: Call): Value {
  call.machine.report.add({
    code: 'AM1023',
    severity: call.machine.guessed.size > 0 ? 'warning' : 'error',
    message: 'Code is made from a text here, and is not read.',
    help: 'If it has to do with lists, write it as code.',
    why: 'limit',
    place: call.place,
  });
  return limit('code is made from a text', call.place);
}

/** `String(value)` and `Number(value)`. */
function convert(call: Call, make: (data: unknown) => string | number): Value {
  if (call.isNew || call.args.length === 0) return notFollowed(call);
  const value = toPrimitive(call.machine, argument(call, 0), call.place);
  return forEachOption(call.machine, value, (each) =>
    each.kind === 'primitive'
      ? primitive(make(each.value))
      : (reasonOf(each, call.place) ?? limit('the text is not known', call.place)),
  );
}

function symbol(name: string): [string, Value] {
  return [name, native(`${symbolMark}${name}`, notFollowed, { host: { description: notFollowed } })];
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

const consoleMembers = membersOf(
  'console',
  Object.fromEntries(Object.keys(console).map((name) => [name, () => undefinedValue])),
  { takesChoices: true },
);

/** Calls a function when the code that runs now has ended. Gives a timer, which holds its job. */
function callLater(call: Call, phase: number, args: readonly Value[]): Value {
  const { machine, place } = call;
  const run = () => void callValue(machine, argument(call, 0), args, undefinedValue, place);
  const job = putOff(machine, phase, run, place);
  return newInstance(limit('what a timer has is not followed', place), [job], place);
}

function clearTimer(call: Call): Value {
  const cleared = argument(call, 0);
  for (const job of cleared.kind === 'object' ? cleared.constructedWith : []) takeBack(call.machine, job);
  return undefinedValue;
}

function delayOf(call: Call): number {
  const delay = argument(call, 1);
  return timer + (delay.kind === 'primitive' ? Math.max(1, Number(delay.value) || 1) : 1);
}

/** `process.chdir`, if it is known where to and that it runs. */
function chdir(call: Call): Value {
  const { machine, place } = call;
  const to = stringOf(argument(call, 0));
  if (to === null || machine.journal.trials.length > 0)
    reportChanged(machine, 'the working directory', place);
  else machine.folder = path.resolve(machine.folder, to);
  return undefinedValue;
}

/** What happens to the process may happen at any time, or never. */
function listen({ machine, args, self, place }: Call): Value {
  callBack(machine, args, outside('what happens to the process is not known', place), place);
  return self;
}

function processObject(env: Readonly<Record<string, string>>, place: Place): ObjectValue {
  const process = newInstance(outside('what process has is set outside the source', place), [], place);
  const members = new Map<string, Value>([
    ['env', environment(env, place)],
    ...membersOf('process', {
      cwd: (call) => primitive(call.machine.folder),
      chdir,
      exit: (call) => {
        throw new Thrown(argument(call, 0), call.place, true);
      },
      nextTick: (call) => callLater(call, tick, call.given.slice(1)),
      on: listen,
      once: listen,
    }),
  ]);
  for (const [name, value] of members) process.properties.set(name, { value, place, order: 0 });
  return process;
}
