import { spreadValue } from '../evaluate/literals.ts';
import { iterate } from '../iterate.ts';
import { type Machine, Thrown } from '../machine.ts';
import { getMember } from '../members.ts';
import { importModule } from '../modules/load.ts';
import type { Place } from '../place.ts';
import { nullish } from '../truth.ts';
import {
  type ExternalValue,
  limit,
  native,
  newInstance,
  newObject,
  undefinedValue,
  unknownExternal,
  type Value,
} from '../values.ts';
import { handOver } from './escapes.ts';
import { isKeystoneClass, keystoneExport } from './packages.ts';
import { listPlugin } from './plugins.ts';

/** The call of a function of a package; null if it is not known what that does. */
export function callExternal(
  machine: Machine,
  callee: ExternalValue,
  args: readonly Value[],
  place: Place,
): Value | null {
  if (/^dotenv(\/|$)/.test(callee.package) && callee.path.at(-1) === 'config') {
    // It sets variables of the environment, which are not known anyway.
    const result = newInstance(unknownExternal(callee, place), [], place);
    result.properties.set('error', { value: undefinedValue, place, order: 0 });
    return result;
  }
  if (callee.package !== 'esm') return listPlugin(callee, args) ?? objMerge(machine, callee, args, place);
  return native('require', ({ args: [name = undefinedValue], place: at }) => {
    const module = machine.modules.loaded.get(at.file.path);
    return module === undefined ? limit('the file is being loaded', at) : importModule(module, name, at);
  });
}

/** `objMerge([a, b])` is `{ ...a, ...b }` (@keystonejs/utils 5.4). */
function objMerge(
  machine: Machine,
  callee: ExternalValue,
  [list = undefinedValue]: readonly Value[],
  place: Place,
): Value | null {
  const found = keystoneExport(callee);
  if (found?.package !== 'utils' || found.path.join('.') !== 'objMerge') return null;
  const { elements, open } = iterate(machine, list, place);
  const merged = newObject(place);
  for (const each of open === null ? elements : [...elements, open]) {
    spreadValue(machine, merged, each, place);
  }
  return merged;
}

/** `new` of a class of a package: an instance. A package that is not read may change what it gets. */
export function constructExternal(
  machine: Machine,
  callee: ExternalValue,
  args: readonly Value[],
  place: Place,
): Value {
  noteConstruction(machine, callee, args);
  const found = keystoneExport(callee);
  if (found === null) {
    const why = unknownExternal(callee, place);
    machine.risks.push(why);
    handOver(machine, args, why, place);
  } else if (found.path.join('.') === 'CloudinaryAdapter') checkCloudinary(machine, args, place);
  return newInstance(callee, args, place);
}

/** Remembers the configs of Keystone instances, also of those made by a class that extends Keystone's. */
export function noteConstruction(machine: Machine, parent: Value, args: readonly Value[]): void {
  if (isKeystoneClass(parent)) machine.keystones.push(args[0] ?? undefinedValue);
}

/** `CloudinaryAdapter` of @keystonejs/file-adapters throws if one of its credentials is missing. */
function checkCloudinary(machine: Machine, [options = undefinedValue]: readonly Value[], place: Place): void {
  for (const name of ['cloudName', 'apiKey', 'apiSecret']) {
    const missing = nullish(getMember(machine, options, name, place));
    if (missing === true) throw new Thrown(undefinedValue, place);
    if (missing !== false) machine.risks.push(missing);
  }
}
