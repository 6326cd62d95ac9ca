import type { Call, Machine } from '../machine.ts';
import { getMember, reasonOf } from '../members.ts';
import type { Place } from '../place.ts';
import {
  type ExternalValue,
  external,
  limit,
  native,
  newInstance,
  stringOf,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { createListFunction, registerOwn } from './create-list.ts';
import { handOver } from './escapes.ts';
import { membersWithoutLists, passportPackages, passportSession } from './facts.ts';
import { isKeystoneClass, keystoneExport } from './packages.ts';

/** A member of an instance of a class that is not read, which the instance does not have of its own. */
export function instanceMember(
  machine: Machine,
  base: ExternalValue | UnknownValue,
  key: string,
  place: Place,
): Value {
  if (base.kind !== 'external' || keystoneExport(base) === null) return getMember(machine, base, key, place);
  const isKeystone = isKeystoneClass(base);
  if (isKeystone && key === 'createList') return createListFunction;
  if (isKeystone && key === 'createAuthStrategy') return native('createAuthStrategy', createAuthStrategy);
  if (isKeystone && !membersWithoutLists.includes(key)) {
    return limit(`'${key}' of a Keystone instance has no model`, place);
  }
  return external(base.package, [...base.path, 'prototype', key], place);
}

/** `keystone.createAuthStrategy({ type, list })`. Some strategies of Keystone's create a list for sessions. */
function createAuthStrategy({ machine, args, self, place }: Call): Value {
  const [options = undefinedValue] = args;
  const type = getMember(machine, options, 'type', place);
  const found = keystoneExport(type);
  const ref = stringOf(getMember(machine, options, 'list', place));
  const createsList = found !== null && passportPackages.includes(found.package);
  if (createsList && ref !== null) {
    registerOwn(machine, passportSession(ref), place);
  } else if (found === null || createsList) {
    const why = reasonOf(type, place) ?? limit('the strategy is not followed', place);
    handOver(machine, [self], why, place);
    return why;
  }
  return newInstance(external('@keystonejs/keystone', ['BaseAuthStrategy'], place), [], place);
}
