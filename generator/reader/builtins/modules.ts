import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { callValue } from '../evaluate/functions.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { namesAskedFor } from '../modules/compiled-names.ts';
import { isDirectory, isFile, namesIn, readText } from '../modules/files.ts';
import type { Place } from '../place.ts';
import {
  booleanValue,
  type ExternalValue,
  external,
  limit,
  native,
  newArray,
  newInstance,
  nullValue,
  type ObjectValue,
  outside,
  primitive,
  stringOf,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { membersOf } from './call.ts';
import { hostFunction, hostMembers } from './host.ts';
import { newPromise, outsideTask, putOff, settle } from './promise.ts';

/** A module of Node. Those that list files use to find other files are known; the others are packages. */
export function builtinModule(name: string, place: Place): Value {
  const members = tables.get(name);
  const base = external(name, [], place);
  if (members === undefined) return base;
  const object = asObject(members, base, place);
  object.properties.set('default', { value: object, place, order: 0 });
  return object;
}

/** An object with the members that are known. The others are those of `base`. */
function asObject(
  members: ReadonlyMap<string, Value>,
  base: ExternalValue | UnknownValue,
  place: Place,
): ObjectValue {
  const object = newInstance(base, [], place);
  for (const [each, value] of members) object.properties.set(each, { value, place, order: 0 });
  return object;
}

const pathMembers = new Map<string, Value>([
  ...hostMembers('path', path, [
    'join', 'basename', 'dirname', 'extname', 'relative', 'normalize', 'isAbsolute', 'parse',
  ]), // biome-ignore format: a list of words
  [
    'resolve',
    native('path.resolve', (call) => {
      const fromHere = (...parts: string[]) => path.resolve(call.machine.folder, ...parts);
      return hostFunction('path.resolve', fromHere, false).call(call);
    }),
  ],
  ['sep', primitive(path.sep)],
]);

/** A function of a path. It may also be given an encoding; other options are not followed. */
function ofPath(run: (file: string, call: Call) => Value): (call: Call) => Value {
  return (call) => {
    const [given = undefinedValue, options] = call.args;
    const name = stringOf(given);
    if (name === null) return reasonOf(given, call.place) ?? limit('the path is not known', call.place);
    const isFollowed = options?.kind !== 'object' || options.properties.has('encoding');
    if (!isFollowed && !isTyped(options)) return notFollowed(call);
    return run(path.resolve(call.machine.folder, name), call);
  };
}

function notFollowed({ place }: Call): Value {
  return limit('what the function of Node gives is not followed', place);
}

/** Whether a folder gives its entries instead of their names. */
function isTyped(options: Value | undefined): boolean {
  const typed = options?.kind === 'object' ? options.properties.get('withFileTypes')?.value : undefined;
  return typed?.kind === 'primitive' && typed.value === true;
}

function statsOf(file: string, { place }: Call): ObjectValue {
  const tests = membersOf('stats', {
    isFile: () => booleanValue(isFile(file)),
    isDirectory: () => booleanValue(isDirectory(file)),
  });
  return asObject(tests, outside('what else is known of a file is not read', place), place);
}

type Run = (call: Call) => Value;

/** The functions that read, by their names without `Sync`. */
const reading: readonly (readonly [name: string, run: Run])[] = [
  [
    'readdir',
    ofPath((folder, call) => {
      const { args, place } = call;
      const names = namesIn(folder);
      if (names === null) return outside('the folder cannot be read', place);
      if (isTyped(args[1])) {
        const entries = names.map((name) => {
          const entry = statsOf(path.join(folder, name), call);
          entry.properties.set('name', { value: primitive(name), place, order: 0 });
          return entry;
        });
        return newArray(entries, place);
      }
      return newArray(namesAskedFor(names, place.file).map(primitive), place);
    }),
  ],
  [
    'readFile',
    // Without an encoding, a file gives bytes. `JSON.parse` and `toString` turn those into a text.
    ofPath((file, { place }) => {
      const text = readText(file);
      return text === null ? outside('the file cannot be read', place) : primitive(text);
    }),
  ],
  ['stat', ofPath(statsOf)],
  ['lstat', ofPath(statsOf)],
];

function withCallback(run: Run): Run {
  return (call) => {
    const { machine, args, place } = call;
    const [callback = undefinedValue] = args.slice(-1);
    const hand = () => void callValue(machine, callback, [nullValue, run(call)], undefinedValue, place);
    putOff(machine, outsideTask, hand, place);
    return undefinedValue;
  };
}

function withPromise(run: Run): Run {
  return (call) => {
    const { machine, place } = call;
    const promise = newPromise(place);
    putOff(machine, outsideTask, () => settle(machine, promise, run(call)), place);
    return promise;
  };
}

const promised = membersOf(
  'fs.promises',
  Object.fromEntries(reading.map(([name, run]) => [name, withPromise(run)])),
);

const fsMembers = new Map<string, Value>([
  ...membersOf('fs', {
    ...Object.fromEntries(reading.map(([name, run]) => [`${name}Sync`, run])),
    ...Object.fromEntries(reading.map(([name, run]) => [name, withCallback(run)])),
    existsSync: ofPath((file) => booleanValue(isFile(file) || isDirectory(file))),
  }),
  ['promises', native('fs.promises', notFollowed, { members: promised, host: {} })],
]);

const tables: ReadonlyMap<string, ReadonlyMap<string, Value>> = new Map<string, ReadonlyMap<string, Value>>([
  ['path', pathMembers],
  ['path/posix', pathMembers],
  ['fs', fsMembers],
  ['fs/promises', promised],
  ['url', new Map([['fileURLToPath', hostFunction('url.fileURLToPath', fileURLToPath, false)]])],
  ['util', membersOf('util', { promisify: notFollowed })],
]);
