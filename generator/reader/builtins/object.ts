import { spreadValue } from '../evaluate/literals.ts';
import { touch } from '../journal.ts';
import type { Call } from '../machine.ts';
import { baseOf, getMember, iterate, reasonOf, setMember, toKey, whyRest } from '../members.ts';
import { define, has, ownNames } from '../objects.ts';
import { decided, strictlyEqual } from '../truth.ts';
import {
  absentValue,
  booleanValue,
  limit,
  mayBeAbsent,
  newArray,
  newObject,
  type ObjectValue,
  presentOr,
  primitive,
  restBelow,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  whenPresent,
} from '../values.ts';
import { argument, membersOf } from './call.ts';

/** What every object has. */
export const objectMembers = membersOf('Object', {
  hasOwnProperty: (call: Call) => hasProperty(call, call.self, argument(call, 0)),
  toString: () => primitive('[object Object]'),
  valueOf: (call: Call) => call.self,
});

function hasProperty(call: Call, object: Value, name: Value): Value {
  const key = toKey(name, call.place);
  if (object.kind !== 'object' || typeof key !== 'string')
    return limit('the object is not known', call.place);
  const found = has(object, key);
  if (typeof found === 'boolean') return booleanValue(found);
  return found.kind === 'unknown' ? found : unknownExternal(found, call.place);
}

/** The names of an object's own properties; open where something unknown was spread into it. */
function listProperties(call: Call, item: (name: string, value: () => Value) => Value): Value {
  const object = argument(call, 0);
  const { machine, place } = call;
  if (object.kind === 'array') {
    const items = object.elements.map((element, index) => item(String(index), () => presentOr(element)));
    return newArray(items, place, object.open);
  }
  const owner = object.kind === 'function' ? object.own : object;
  if (owner.kind !== 'object') {
    return newArray([], place, owner.kind === 'primitive' ? null : iterate(owner, place).open);
  }
  const items = ownNames(owner)
    .filter((name) => object.kind !== 'function' || name !== 'prototype')
    .map((name): Value => {
      const value = owner.properties.get(name)?.value;
      if (value === undefined || !mayBeAbsent(value)) {
        return item(name, () => getMember(machine, owner, name, place));
      }
      const made = item(name, () => whenPresent(value));
      return { kind: 'choice', options: [made, absentValue], why: value.why };
    });
  return newArray(items, place, doubtOf(owner));
}

function doubtOf(object: ObjectValue): UnknownValue | null {
  const [rest] = object.rests;
  if (rest !== undefined) return whyRest(rest.value, rest.place);
  const base = baseOf(object);
  return base === null || object.properties.size > 0 ? null : whyRest(base, object.place);
}

function fromEntries(call: Call): Value {
  const { machine, place } = call;
  const made = newObject(place);
  const entries = iterate(argument(call, 0), place);
  for (const entry of entries.elements) addEntry(call, made, entry);
  if (entries.open !== null) spreadValue(machine, made, entries.open, place);
  return made;
}

function addEntry(call: Call, target: ObjectValue, entry: Value): void {
  const { machine, place } = call;
  const pair = presentOr(entry);
  const single = newObject(place);
  const options = pair.kind === 'choice' ? pair.options : [pair];
  for (const option of options) {
    if (option.kind === 'unknown') spreadValue(machine, single, option, place);
    if (option.kind !== 'array') continue;
    const [name = undefinedValue, value = undefinedValue] = option.elements;
    setMember(machine, single, toKey(name, place), value, placeOfValue(value, call));
  }
  if (entry.kind === 'choice' || options.length > 1) {
    const why = entry.kind === 'choice' ? entry.why : limit('the entry is not known', place);
    spreadValue(machine, target, { kind: 'choice', options: [single, { kind: 'absent' }], why }, place);
  } else spreadValue(machine, target, single, place);
}

/** Properties made by the program are placed where their values are written. */
function placeOfValue(value: Value, call: Call) {
  return value.kind === 'object' ? value.place : call.place;
}

function defineProperty(call: Call, target: Value, name: Value, descriptor: Value): void {
  const { machine, place } = call;
  const key = toKey(name, place);
  if (target.kind !== 'object' && target.kind !== 'function') return;
  const object = target.kind === 'object' ? target : target.own;
  if (typeof key !== 'string' || descriptor.kind !== 'object') {
    const why = typeof key === 'string' ? limit('the property is not known', place) : key;
    spreadValue(machine, object, why, place);
    return;
  }
  const get = descriptor.properties.get('get')?.value;
  const value = getMember(machine, descriptor, 'value', place);
  define(machine, object, key, get === undefined ? { value, place } : { value, get, place });
}

/** `Object` itself. */
export const objectStatics = membersOf('Object', {
  keys: (call) => listProperties(call, (name) => primitive(name)),
  getOwnPropertyNames: (call) => listProperties(call, (name) => primitive(name)),
  values: (call) => listProperties(call, (_, value) => value()),
  entries: (call) => listProperties(call, (name, value) => newArray([primitive(name), value()], call.place)),
  assign: (call) => {
    const target = argument(call, 0);
    const object = target.kind === 'function' ? target.own : target;
    if (object.kind === 'object') {
      for (const source of call.args.slice(1)) spreadValue(call.machine, object, source, call.place);
    }
    return target;
  },
  freeze: (call) => argument(call, 0),
  seal: (call) => argument(call, 0),
  preventExtensions: (call) => argument(call, 0),
  setPrototypeOf: (call) => {
    const target = argument(call, 0);
    if (target.kind === 'object') setPrototype(call, target, argument(call, 1));
    return target;
  },
  getPrototypeOf: (call) => {
    const target = argument(call, 0);
    return target.kind === 'object' && target.proto !== null ? target.proto : undefinedValue;
  },
  fromEntries,
  create: (call) => {
    const made = newObject(call.place);
    setPrototype(call, made, argument(call, 0));
    defineAll(call, made, argument(call, 1));
    return made;
  },
  defineProperty: (call) => {
    defineProperty(call, argument(call, 0), argument(call, 1), argument(call, 2));
    return argument(call, 0);
  },
  defineProperties: (call) => {
    defineAll(call, argument(call, 0), argument(call, 1));
    return argument(call, 0);
  },
  is: (call) => {
    const [a, b] = [argument(call, 0), argument(call, 1)];
    // Numbers are told apart by more than `===` does: NaN is itself, and 0 is not -0.
    return a.kind === 'primitive' && b.kind === 'primitive'
      ? booleanValue(Object.is(a.value, b.value))
      : decided(strictlyEqual(a, b));
  },
  hasOwn: (call) => hasProperty(call, argument(call, 0), argument(call, 1)),
});

/** Of a prototype that is not known, anything may come that the object does not have itself. */
function setPrototype(call: Call, object: ObjectValue, proto: Value): void {
  touch(call.machine.journal, object);
  object.proto = proto.kind === 'object' ? proto : null;
  const why = reasonOf(proto, call.place);
  if (why !== null) object.rests = [restBelow(why), ...object.rests];
}

function defineAll(call: Call, target: Value, descriptors: Value): void {
  if (descriptors.kind !== 'object') return;
  for (const [name, { value }] of descriptors.properties)
    defineProperty(call, target, primitive(name), value);
}
