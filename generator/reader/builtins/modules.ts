import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { callValue } from '../evaluate/functions.ts';
import { toText } from '../evaluate/text.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { namesAskedFor } from '../modules/compiled-names.ts';
import { isDirectory, isFile, namesIn, readText } from '../modules/files.ts';
import type { Place } from '../place.ts';
import {
  booleanValue,
  external,
  limit,
  native,
  newArray,
  newInstance,
  nullValue,
  type ObjectValue,
  outside,
  primitive,
  undefinedValue,
  type Value,
} from '../values.ts';
import { argument, membersOf } from './call.ts';
import { hostFunction } from './host.ts';
import { newPromise, outsideTask, putOff, settle } from './jobs.ts';

/** A module of Node. Those that list files use to find other files are known, others are packages. */
export function builtinModule(name: string, place: Place): Value {
  const members = tables.get(name);
  return members === undefined ? external(name, [], place) : asObject(members, name, place);
}

/** The members that are known; the others are those of a package that is not read. */
function asObject(members: ReadonlyMap<string, Value>, name: string, place: Place): ObjectValue {
  const object = newInstance(external(name, [], place), [], place);
  for (const [each, value] of members) object.properties.set(each, { value, place, order: 0 });
  object.properties.set('default', { value: object, place, order: 0 });
  return object;
}

const pathMembers = new Map<string, Value>([
  ...(
    ['join', 'basename', 'dirname', 'extname', 'relative', 'normalize', 'isAbsolute', 'parse'] as const
  ).map((name): [string, Value] => [name, hostFunction(`path.${name}`, path[name], false)]),
  [
    'resolve',
    native('path.resolve', (call) => {
      const fromHere = (...parts: string[]) => path.resolve(call.machine.folder, ...parts);
      const resolve = hostFunction('path.resolve', fromHere, false);
      return resolve.call(call);
    }),
  ],
  ['sep', primitive(path.sep)],
]);

/** Where a path that is given leads; null where it is not known. */
function pathOf({ machine }: Call, value: Value): string | null {
  const text = value.kind === 'primitive' ? toText(value) : null;
  return text === null ? null : path.resolve(machine.folder, text);
}

/** A function of a path. Anything else that it may be given stands in `options`; other options are not followed. */
function ofPath(options: readonly string[], run: (file: string, call: Call) => Value): (call: Call) => Value {
  return (call) => {
    const [given = undefinedValue, asked = undefinedValue] = call.args;
    const file = pathOf(call, given);
    if (file === null) return reasonOf(given, call.place) ?? limit('the path is not known', call.place);
    const names = asked.kind === 'object' ? [...asked.properties.keys()] : [];
    const isFollowed =
      asked.kind !== 'object' || (asked.rests.length === 0 && names.every((name) => options.includes(name)));
    return isFollowed ? run(file, call) : limit('an option is not followed', call.place);
  };
}

/** The names in a folder, as texts or, with `withFileTypes`, as entries. */
const readFolder = ofPath(['withFileTypes', 'encoding'], (folder, call) => {
  const names = namesIn(folder);
  if (names === null) return outside('the folder cannot be read', call.place);
  const options = argument(call, 1);
  const typed = options.kind === 'object' ? options.properties.get('withFileTypes')?.value : undefined;
  if (typed === undefined) return newArray(namesAskedFor(names, call.place.file).map(primitive), call.place);
  if (typed.kind !== 'primitive') return limit('an option is not followed', call.place);
  if (typed.value !== true) return newArray(names.map(primitive), call.place);
  const entries = names.map((name) => {
    const entry = statsOf(path.join(folder, name), call);
    entry.properties.set('name', { value: primitive(name), place: call.place, order: 0 });
    return entry;
  });
  return newArray(entries, call.place);
});

function statsOf(file: string, call: Call): ObjectValue {
  const stats = newInstance(outside('what else is known of a file is not read', call.place), [], call.place);
  const tests = membersOf('stats', {
    isFile: () => booleanValue(isFile(file)),
    isDirectory: () => booleanValue(isDirectory(file)),
  });
  for (const [name, value] of tests) stats.properties.set(name, { value, place: call.place, order: 0 });
  return stats;
}

const readFileText = ofPath(['encoding'], (file, call) => {
  const text = readText(file);
  if (text === null) return outside('the file cannot be read', call.place);
  // Without an encoding it gives bytes, which `JSON.parse` and `toString` make a text of.
  return primitive(text);
});

const statFile = ofPath([], statsOf);

const exists = ofPath([], (file) => booleanValue(isFile(file) || isDirectory(file)));

/** The functions that answer at once, by their names without `Sync`. */
const fileFunctions = { readdir: readFolder, readFile: readFileText, stat: statFile, lstat: statFile };

/** A function of Node's that hands its result to a callback, once the world outside has answered. */
function withCallback(run: (call: Call) => Value): (call: Call) => Value {
  return (call) => {
    const callback = call.args.at(-1) ?? undefinedValue;
    const result = run({ ...call, args: call.args.slice(0, -1) });
    later(call, () => callValue(call.machine, callback, [nullValue, result], undefinedValue, call.place));
    return undefinedValue;
  };
}

/** A promise of what a function gives, once the world outside has answered. */
function promiseOf(call: Call, run: (call: Call) => Value): Value {
  const promise = newPromise(call.place);
  const result = run(call);
  later(call, () => settle(call.machine, promise, result));
  return promise;
}

function later({ machine, place }: Call, run: () => void): void {
  putOff(machine, outsideTask, run, place);
}

const promised = membersOf(
  'fs.promises',
  Object.fromEntries(
    Object.entries(fileFunctions).map(([name, run]) => [name, (call: Call) => promiseOf(call, run)]),
  ),
);

const fsMembers = new Map<string, Value>([
  ...membersOf('fs', {
    ...Object.fromEntries(
      Object.entries(fileFunctions).flatMap(([name, run]) => [
        [`${name}Sync`, run],
        [name, withCallback(run)],
      ]),
    ),
    existsSync: exists,
  }),
  ['promises', native('fs.promises', () => undefinedValue, { members: promised, host: {} })],
]);

/** `promisify` of one of the functions above: its callback's result in a promise. */
const promisify = (call: Call): Value => {
  const given = argument(call, 0);
  const name = given.kind === 'native' ? given.name.replace(/^fs\./, '') : '';
  return (
    promised.get(name) ??
    limit('a function that returns a promise instead of taking a callback is not followed', call.place)
  );
};

const tables: ReadonlyMap<string, ReadonlyMap<string, Value>> = new Map<string, ReadonlyMap<string, Value>>([
  ['path', pathMembers],
  ['path/posix', pathMembers],
  ['fs', fsMembers],
  ['fs/promises', promised],
  ['url', new Map([['fileURLToPath', hostFunction('url.fileURLToPath', fileURLToPath, false)]])],
  ['util', membersOf('util', { promisify })],
]);
