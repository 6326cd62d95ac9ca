import path from 'node:path';
import pluralize from 'pluralize';
import { hostFunction } from '../builtins/host.ts';
import { callValue } from '../evaluate/functions.ts';
import { spreadValue } from '../evaluate/literals.ts';
import { iterate } from '../iterate.ts';
import type { Machine } from '../machine.ts';
import { isDirectory, namesIn } from '../modules/files.ts';
import { importModule } from '../modules/load.ts';
import { define } from '../objects.ts';
import type { Place } from '../place.ts';
import {
  type ExternalValue,
  limit,
  native,
  newInstance,
  newObject,
  outside,
  primitive,
  stringOf,
  undefinedValue,
  unknownExternal,
  type Value,
} from '../values.ts';
import { folderPackages, nameInFolder } from './facts.ts';
import { isExport } from './packages.ts';

/** `compose([f, g])(value)` is `g(f(value))`: each function gets one argument (@keystonejs/utils 5.4). */
function compose(machine: Machine, list: Value, place: Place): Value {
  const { elements, open } = iterate(machine, list, place);
  if (open !== null) return open;
  const run = (value: Value, each: Value) => callValue(machine, each, [value], undefinedValue, place);
  return native('composed', ({ args }) => elements.reduce(run, args[0] ?? undefinedValue), {
    takesChoices: true,
  });
}

/** `objMerge([a, b])` is `{ ...a, ...b }` (@keystonejs/utils 5.4). */
function objMerge(machine: Machine, list: Value, place: Place): Value {
  const { elements, open } = iterate(machine, list, place);
  const merged = newObject(place);
  for (const each of open === null ? elements : [...elements, open])
    spreadValue(machine, merged, each, place);
  return merged;
}

/** `config()` of dotenv sets variables of the environment, which are not known anyway. */
function readDotenv(callee: ExternalValue, place: Place): Value {
  const result = newInstance(unknownExternal(callee, place), [], place);
  result.properties.set('error', { value: undefinedValue, place, order: 0 });
  return result;
}

/** What `require` gives in the file of a place. */
function load(machine: Machine, specifier: Value, place: Place): Value {
  const module = machine.modules.loaded.get(place.file.path);
  return module === undefined
    ? limit('the file is under way', place)
    : importModule(module, specifier, place);
}

/** `requireDirectory(module, './lists')` and `requireAll(__dirname + '/lists')`; null where there are options. */
function requireFolder(machine: Machine, args: readonly Value[], place: Place): Value | null {
  const [first = undefinedValue, second = primitive('.')] = args;
  const given = stringOf(first) ?? stringOf(second);
  const isPlain = args.length === 1 || (args.length === 2 && stringOf(first) === null);
  if (given === null || !isPlain || first.kind === 'unknown') return null;
  if (args.length === 1 && first.kind === 'object' && !first.properties.has('exports')) return null;
  return folderValue(machine, path.resolve(path.dirname(place.file.path), given), place);
}

function folderValue(machine: Machine, folder: string, place: Place): Value {
  const names = namesIn(folder);
  if (names === null) return outside('the folder cannot be read', place);
  const files = newObject(place);
  for (const each of names) {
    const file = path.join(folder, each);
    const isFolder = isDirectory(file);
    const name = nameInFolder(each, isFolder);
    if (name === null || file === place.file.path) continue;
    const value = isFolder ? folderValue(machine, file, place) : load(machine, primitive(file), place);
    define(machine, files, name, { value, place });
  }
  return files;
}

/**
 * The call of a function of a package that makes no lists by itself, but that projects make lists with.
 *
 * @returns null for any other function
 */
export function callUtility(
  machine: Machine,
  callee: ExternalValue,
  args: readonly Value[],
  place: Place,
): Value | null {
  if (/^dotenv(\/|$)/.test(callee.package) && callee.path.at(-1) === 'config') {
    return readDotenv(callee, place);
  }
  if (callee.package === 'pluralize') {
    const [name = 'default'] = callee.path;
    const pure = { default: pluralize, plural: pluralize.plural, singular: pluralize.singular }[name];
    const call = { machine, args, given: args, self: undefinedValue, place, isNew: false };
    return pure === undefined ? null : hostFunction('pluralize', pure, false).call(call);
  }
  if (callee.package === 'esm')
    return native('require', ({ args: [name = undefinedValue] }) => load(machine, name, place));
  if (folderPackages.includes(callee.package)) return requireFolder(machine, args, place);
  const [list = undefinedValue] = args;
  if (isExport(callee, ['utils'], 'compose')) return compose(machine, list, place);
  return isExport(callee, ['utils'], 'objMerge') ? objMerge(machine, list, place) : null;
}
