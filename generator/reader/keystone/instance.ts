import { callValue, construct } from '../evaluate/functions.ts';
import type { Call, Machine } from '../machine.ts';
import { baseOf, getMember, reasonOf, setMember, toKey } from '../members.ts';
import type { Place } from '../place.ts';
import {
  absentValue,
  choice,
  type ExternalValue,
  external,
  limit,
  native,
  newArray,
  newInstance,
  newObject,
  type ObjectValue,
  primitive,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { createListFunction } from './create-list.ts';
import { handOver } from './escapes.ts';
import { methodsWithoutLists, passportSession } from './facts.ts';
import { keystoneExport } from './packages.ts';

/** What else they have in some release. */
const others = [
  'adapter', 'adapters', 'appVersion', 'auth', 'defaultAccess', 'defaultAdapter', 'eventHandlers', 'name', 'queryLimits',
  'registeredTypes', 'constructor',
]; // biome-ignore format: a list of words

/** A member of an instance of a class that is not read, which the instance does not have of its own. */
export function instanceMember(
  machine: Machine,
  base: ExternalValue | UnknownValue,
  key: string,
  place: Place,
): Value {
  const found = keystoneExport(base);
  if (base.kind !== 'external' || found === null) return getMember(machine, base, key, place);
  if (found.path.join('.') === 'Keystone.lists') {
    return key in Object.prototype ? limit(`'${key}' is not followed`, place) : undefinedValue;
  }
  const isKeystone = found.package === 'keystone' && ['', 'Keystone'].includes(found.path.join('.'));
  if (!isKeystone) return external(base.package, [...base.path, 'prototype', key], place);
  switch (key) {
    case 'createList':
      return createListFunction;
    case 'lists':
      return listsByKey(machine, base, place);
    case 'listsArray':
      return newArray(
        [...listsByKey(machine, base, place).properties.values()].map(({ value }) => value),
        place,
        doubtOf(machine, place),
      );
    case 'createAuthStrategy':
      return native('createAuthStrategy', createAuthStrategy);
    case 'getListByKey':
      return native('getListByKey', (call) => {
        const [name = undefinedValue] = call.args;
        return getMember(
          machine,
          listsByKey(machine, base, call.place),
          toKey(machine, name, call.place),
          call.place,
        );
      });
    default:
      if (methodsWithoutLists.includes(key))
        return external(base.package, [...base.path, 'prototype', key], place);
      if (!others.includes(key) && !key.startsWith('_') && !(key in Object.prototype)) return undefinedValue;
      return limit(`'${key}' of a Keystone instance has no model`, place);
  }
}

/**
 * `keystone.createAuthStrategy({ type, list })`: the strategies of @keystonejs/auth-passport (5 and later) create the list
 * `passportSession`, whose `item` is a relationship. One of the project's own is constructed.
 */
function createAuthStrategy({ machine, args, self, place }: Call): Value {
  const [options = undefinedValue] = args;
  const part = (name: string) => getMember(machine, options, name, place);
  const type = part('type');
  const given = [self, part('list'), part('config')];
  const made =
    type.kind === 'function'
      ? construct(machine, type, given, place)
      : newInstance(limit('an authentication strategy has no model', place), given, place);
  const base = type.kind === 'function' && made.kind === 'object' ? baseOf(made) : type;
  const found = base === null ? null : keystoneExport(base);
  if (found === null && type.kind !== 'function') {
    const why = reasonOf(type, place) ?? limit('the strategy is not followed', place);
    handOver(machine, [self], why, place);
  }
  const isThere = machine.registry.entries.some(({ list }) => list.key === passportSession.key);
  if (found !== null && passportSession.packages.includes(found.package) && !isThere) {
    const item = newObject(place);
    setMember(machine, item, 'type', external('@keystonejs/fields', ['Relationship'], place), place);
    // The strategy that the others are made from is told its type first.
    const at = found.path.at(-1) === 'PassportAuthStrategy' ? 2 : 1;
    const told = made.kind === 'object' ? made.constructedWith : given;
    setMember(machine, item, 'ref', told[at] ?? undefinedValue, place);
    const fields = newObject(place);
    for (const name of passportSession.fieldPaths) {
      const field = newObject(place);
      setMember(machine, field, 'type', external('@keystonejs/fields', ['Text'], place), place);
      setMember(machine, fields, name, field, place);
    }
    setMember(machine, fields, passportSession.itemPath, item, place);
    const sessions = newObject(place);
    setMember(machine, sessions, 'fields', fields, place);
    callValue(machine, createListFunction, [primitive(passportSession.key), sessions], self, place);
  }
  return made;
}

/** Which lists belong to which of several instances is not followed. */
function doubtOf(machine: Machine, place: Place): UnknownValue | null {
  return machine.keystones.length > 1
    ? limit('which of several instances has which lists is not followed', place)
    : null;
}

/** `keystone.lists` (@keystonejs/keystone 7 and later): the lists so far, by their keys. */
function listsByKey(machine: Machine, base: ExternalValue, place: Place): ObjectValue {
  const lists = newInstance(external(base.package, ['Keystone', 'lists'], place), [], place);
  for (const { list, condition } of machine.registry.entries) {
    const made = listInstance(list.key, place);
    const value = condition === null ? made : choice([made, absentValue], condition);
    lists.properties.set(list.key, { value, place, order: 0 });
  }
  const doubt = doubtOf(machine, place);
  if (doubt !== null) lists.rests = [{ value: doubt, place, order: 1 }];
  return lists;
}

/** What `createList` gives: an instance of `List`, which knows its key. */
export function listInstance(key: string, place: Place): ObjectValue {
  const list = newInstance(external('@keystonejs/keystone', ['List'], place), [], place);
  list.properties.set('key', { value: primitive(key), place, order: 0 });
  return list;
}
