import { type Machine, Thrown } from '../machine.ts';
import { getMember } from '../members.ts';
import type { Place } from '../place.ts';
import { nullish } from '../truth.ts';
import {
  type ExternalValue,
  newInstance,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
} from '../values.ts';
import { handOver } from './escapes.ts';
import { isExport, keystoneExport } from './packages.ts';
import { listPlugin } from './plugins.ts';
import { callUtility } from './utilities.ts';

/** The call of a function of a package, where it is known what that does; null where it is not. */
export function callExternal(
  machine: Machine,
  callee: ExternalValue,
  args: readonly Value[],
  place: Place,
): Value | null {
  return listPlugin(callee, args) ?? callUtility(machine, callee, args, place);
}

/** `new` of a class of a package: an instance. What a package that is not read is given may be changed by it. */
export function constructExternal(
  machine: Machine,
  callee: ExternalValue,
  args: readonly Value[],
  place: Place,
): Value {
  noteConstruction(machine, callee, args);
  if (isExport(callee, ['file-adapters'], 'CloudinaryAdapter')) checkCloudinary(machine, args, place);
  else if (keystoneExport(callee) === null) {
    const why = unknownExternal(callee, place);
    machine.risks.push(why);
    handOver(machine, args, why, place);
  }
  return newInstance(callee, args, place);
}

/** Remembers the configs of Keystone instances, also of those made by a class that extends Keystone's. */
export function noteConstruction(machine: Machine, parent: Value, args: readonly Value[]): void {
  const found = keystoneExport(parent);
  const isKeystone = found?.package === 'keystone' && ['', 'Keystone'].includes(found.path.join('.'));
  if (isKeystone) machine.keystones.push(args[0] ?? undefinedValue);
}

/** `CloudinaryAdapter` of @keystonejs/file-adapters throws where one of its credentials is missing. */
function checkCloudinary(machine: Machine, args: readonly Value[], place: Place): void {
  const [options = undefinedValue] = args;
  for (const name of ['cloudName', 'apiKey', 'apiSecret']) {
    const missing: boolean | UnknownValue = nullish(getMember(machine, options, name, place));
    if (missing === true) throw new Thrown(undefinedValue, place);
    if (missing !== false) machine.risks.push(missing);
  }
}
