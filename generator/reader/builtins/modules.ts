import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { callValue } from '../evaluate/functions.ts';
import { toText } from '../evaluate/literals.ts';
import { forEachOption } from '../fork.ts';
import type { Call } from '../machine.ts';
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
  newObject,
  nullValue,
  type ObjectValue,
  outside,
  primitive,
  undefinedValue,
  type Value,
} from '../values.ts';
import { argument, membersOf } from './call.ts';

/** A module of Node. Those that list files use to find other files are known, others are packages. */
export function builtinModule(name: string, place: Place): Value {
  const members = tables.get(name);
  const whole = external(name, [], place);
  return members === undefined ? whole : asObject(members, whole, place);
}

/** The members that are known; the others are those of a package that is not read. */
function asObject(members: ReadonlyMap<string, Value>, whole: ExternalValue, place: Place): ObjectValue {
  const object = newInstance(whole, [], place);
  for (const [name, value] of members) object.properties.set(name, { value, place, order: 0 });
  object.properties.set('default', { value: object, place, order: 0 });
  return object;
}

/** A function of texts alone: the real one is called. */
function onTexts(run: (...texts: string[]) => unknown): (call: Call) => Value {
  return (call) => {
    const texts: string[] = [];
    for (const arg of call.args) {
      if (arg.kind === 'unknown') return arg;
      if (arg.kind === 'choice') {
        return forEachOption(call.machine, arg, (option) =>
          onTexts(run)({ ...call, args: call.args.map((each) => (each === arg ? option : each)) }),
        );
      }
      const text = arg.kind === 'primitive' ? toText(arg) : null;
      if (text === null) return limit('the path is not known', call.place);
      texts.push(text);
    }
    try {
      const result = run(...texts);
      return typeof result === 'boolean' ? booleanValue(result) : primitive(String(result));
    } catch {
      return limit('the path is not known', call.place);
    }
  };
}

function parsePath(call: Call): Value {
  const text = toText(argument(call, 0));
  if (text === null) return limit('the path is not known', call.place);
  const parts = newObject(call.place);
  for (const [name, value] of Object.entries(path.parse(text))) {
    parts.properties.set(name, { value: primitive(value), place: call.place, order: 0 });
  }
  return parts;
}

const pathMembers = new Map<string, Value>([
  ...membersOf('path', {
    join: onTexts((...parts) => path.join(...parts)),
    resolve: (call) => onTexts((...parts) => path.resolve(call.machine.cwd, ...parts))(call),
    basename: onTexts((file, extension) => path.basename(file ?? '', extension)),
    dirname: onTexts((file) => path.dirname(file ?? '')),
    extname: onTexts((file) => path.extname(file ?? '')),
    relative: onTexts((from, to) => path.relative(from ?? '', to ?? '')),
    normalize: onTexts((file) => path.normalize(file ?? '')),
    isAbsolute: onTexts((file) => path.isAbsolute(file ?? '')),
    parse: parsePath,
  }),
  ['sep', primitive(path.sep)],
]);

/** The names in a folder, as texts or, with `withFileTypes`, as entries. */
function readFolder(call: Call): Value {
  return forEachOption(call.machine, argument(call, 0), (folder) => {
    if (folder.kind === 'unknown') return folder;
    const place = toText(folder);
    const names = place === null ? null : namesIn(path.resolve(call.machine.cwd, place));
    if (names === null || place === null) return outside('the folder cannot be read', call.place);
    if (isOn(call, 'recursive')) return limit('the folders in the folder are read, too', call.place);
    if (!isOn(call, 'withFileTypes'))
      return newArray(namesAskedFor(names, call.place.file).map(primitive), call.place);
    return newArray(
      names.map((name) => folderEntry(name, path.resolve(call.machine.cwd, place, name), call)),
      call.place,
    );
  });
}

/** Whether an option is given as true, in an object after the path. */
function isOn(call: Call, option: string): boolean {
  const options = argument(call, 1);
  const value = options.kind === 'object' ? options.properties.get(option)?.value : undefined;
  return value?.kind === 'primitive' && value.value === true;
}

/** A function of Node's that hands its result to a callback where it is given one. */
function withCallback(run: (call: Call) => Value): (call: Call) => Value {
  return (call) => {
    const result = run(call);
    const callback = call.args.at(-1);
    if (callback?.kind !== 'function') return result;
    return callValue(call.machine, callback, [nullValue, result], undefinedValue, call.place);
  };
}

function folderEntry(name: string, file: string, call: Call): ObjectValue {
  const entry = statsOf(file, call);
  entry.properties.set('name', { value: primitive(name), place: call.place, order: 0 });
  return entry;
}

function statsOf(file: string, call: Call): ObjectValue {
  const stats = newObject(call.place);
  const tests = membersOf('stats', {
    isFile: () => booleanValue(isFile(file)),
    isDirectory: () => booleanValue(isDirectory(file)),
    isSymbolicLink: () => booleanValue(false),
  });
  for (const [name, value] of tests) stats.properties.set(name, { value, place: call.place, order: 0 });
  return stats;
}

function readFileText(call: Call): Value {
  return forEachOption(call.machine, argument(call, 0), (file) => {
    if (file.kind === 'unknown') return file;
    const text =
      file.kind === 'primitive' ? readText(path.resolve(call.machine.cwd, toText(file) ?? '')) : null;
    return text === null ? outside('the file cannot be read', call.place) : primitive(text);
  });
}

function statFile(call: Call): Value {
  const file = toText(argument(call, 0));
  return file === null
    ? limit('the path is not known', call.place)
    : statsOf(path.resolve(call.machine.cwd, file), call);
}

const fsMembers = new Map<string, Value>([
  ...membersOf('fs', {
    readdirSync: readFolder,
    readdir: withCallback(readFolder),
    readFileSync: readFileText,
    readFile: withCallback(readFileText),
    existsSync: (call) =>
      onTexts(
        (file) =>
          isFile(path.resolve(call.machine.cwd, file ?? '')) ||
          isDirectory(path.resolve(call.machine.cwd, file ?? '')),
      )(call),
    statSync: statFile,
    lstatSync: statFile,
    stat: withCallback(statFile),
    lstat: withCallback(statFile),
  }),
]);

const urlMembers = membersOf('url', {
  fileURLToPath: onTexts((url) => fileURLToPath(url ?? '')),
});

const utilMembers = membersOf('util', {
  promisify: (call) => argument(call, 0),
});

const tables: ReadonlyMap<string, ReadonlyMap<string, Value>> = new Map<string, ReadonlyMap<string, Value>>([
  ['path', pathMembers],
  ['path/posix', pathMembers],
  ['fs', fsMembers],
  ['fs/promises', fsMembers],
  ['url', urlMembers],
  ['util', utilMembers],
]);

fsMembers.set(
  'promises',
  native('fs.promises', () => undefinedValue, fsMembers),
);
