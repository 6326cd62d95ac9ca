import { arrayMembers } from './builtins/array.ts';
import { collectionMembers } from './builtins/collections.ts';
import { readVariable } from './builtins/environment.ts';
import { functionMembers } from './builtins/function.ts';
import { dataMember, stringMembers } from './builtins/host.ts';
import { objectMembers, prototypeOfValue, setPrototype } from './builtins/object.ts';
import { promiseMembers } from './builtins/promise.ts';
import { argumentLists } from './evaluate/expression.ts';
import { callValue } from './evaluate/functions.ts';
import { toPrimitive } from './evaluate/text.ts';
import { fork } from './fork.ts';
import { touch } from './journal.ts';
import { createListFunction } from './keystone/create-list.ts';
import { handOver } from './keystone/escapes.ts';
import { instanceMember } from './keystone/instance.ts';
import { exportedMember, keystoneExport } from './keystone/packages.ts';
import { fail, type Machine } from './machine.ts';
import {
  addRest,
  define,
  deleteProperty,
  findProperty,
  isArrayIndex,
  restsOver,
  symbolMark,
  unsettleArray,
} from './objects.ts';
import type { Place } from './place.ts';
import {
  type ArrayValue,
  absentValue,
  choice,
  type ExternalValue,
  type FunctionValue,
  isUndefined,
  lengthOf,
  limit,
  mayBeAbsent,
  type NativeValue,
  type ObjectValue,
  presentOr,
  primitive,
  type Rest,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from './values.ts';

/** The name of a property, known or not. */
export type Key = string | UnknownValue;

/** A value as the name of a property. A choice counts as unknown. */
export function toKey(machine: Machine, value: Value, place: Place): Key {
  if (value.kind === 'choice') return value.why;
  if (value.kind === 'native' && value.name.startsWith(symbolMark)) return value.name;
  const plain = toPrimitive(machine, value, place);
  if (plain.kind === 'primitive') return String(plain.value);
  return reasonOf(plain, place) ?? limit('the name is computed from something that is not a string', place);
}

/** `value.key` and `value[key]`. What is not modelled is unknown. */
export function getMember(machine: Machine, value: Value, key: Key, place: Place): Value {
  if (value.kind === 'choice') {
    const options = value.options.map((option) => () => getMember(machine, option, key, place));
    return choice(fork(machine, value.why, options), value.why);
  }
  if (typeof key !== 'string') return withoutTruth(key);
  switch (value.kind) {
    case 'object':
      return getObjectMember(machine, value, key, place);
    case 'array':
      return getArrayMember(value, key, place);
    case 'function':
      return getFunctionMember(machine, value, key, place);
    case 'native':
      return getNativeMember(value, key, place);
    case 'primitive':
      if (value.value === undefined || value.value === null) {
        const nothing = fail(machine, `'${key}' is read from ${value.value}`, place);
        // The reader has lost the instance, but the call has the key and config of a list.
        return key === 'createList' ? createListFunction : nothing;
      }
      if (typeof value.value === 'string' && stringMembers.has(key))
        return stringMembers.get(key) ?? undefinedValue;
      return dataMember(Object(value.value), key, place);
    case 'regexp':
      return dataMember(value.regexp, key, place);
    case 'external':
      return getExternalMember(value, key, place);
    case 'unknown':
      machine.risks.push(value);
      if (key === 'createList') return createListFunction;
      return readVariable(value, key, place) ?? promiseMembers.get(key) ?? withoutTruth(value);
    default:
      return undefinedValue;
  }
}

const prototypes = {
  Array: Array.prototype,
  Function: Function.prototype,
  Object: Object.prototype,
  Promise: Promise.prototype,
  Map: Map.prototype,
  Set: Set.prototype,
} as const;

/** A member that a value inherits from a built-in: modelled, unknown if JavaScript has it, or absent. */
function inherited(
  members: ReadonlyMap<string, Value>,
  owner: keyof typeof prototypes,
  key: string,
  place: Place,
): Value {
  const name = key === `${symbolMark}iterator` ? Symbol.iterator : key;
  if (!(name in prototypes[owner])) return undefinedValue;
  return members.get(key) ?? objectMembers.get(key) ?? limit(`'${key}' of ${owner} is not followed`, place);
}

function getExternalMember(value: ExternalValue, key: string, place: Place): Value {
  const known = exportedMember(value, key);
  if (known !== null) return known;
  if (key === 'createList') return createListFunction;
  if (key === 'default') return value;
  return promiseMembers.get(key) ?? { ...value, path: [...value.path, key], place };
}

function getNativeMember(value: NativeValue, key: string, place: Place): Value {
  const modelled = value.members?.get(key);
  if (modelled !== undefined) return modelled;
  if (value.host !== undefined && Object.hasOwn(value.host, key)) return dataMember(value.host, key, place);
  if (typeof value.host === 'object') return inherited(objectMembers, 'Object', key, place);
  if (['name', 'length', 'prototype'].includes(key)) {
    return limit(`'${key}' of '${value.name}' is not followed`, place);
  }
  return inherited(functionMembers, 'Function', key, place);
}

function getFunctionMember(machine: Machine, value: FunctionValue, key: string, place: Place): Value {
  const own = ownMember(machine, value.own, key, place, value);
  if (own !== null) return own;
  if (key === 'name') return primitive(value.name);
  const { parent } = value;
  if (parent !== null && parent.kind !== 'function') return getMember(machine, parent, key, place);
  return inherited(functionMembers, 'Function', key, place);
}

function getObjectMember(machine: Machine, object: ObjectValue, key: string, place: Place): Value {
  const own = ownMember(machine, object, key, place, object);
  if (own !== null) return own;
  if (key === '__proto__') return prototypeOfValue(machine, object, place);
  const base = baseOf(object);
  if (base !== null) return instanceMember(machine, base, key, place);
  if (object.inside === null) return inherited(objectMembers, 'Object', key, place);
  const { of, entries } = object.inside;
  if (of === 'promise') return inherited(promiseMembers, 'Promise', key, place);
  if (of === 'generator') return limit(`'${key}' of a generator is not followed`, place);
  if (key === 'size') return lengthOf(entries);
  return inherited(collectionMembers, of === 'map' ? 'Map' : 'Set', key, place);
}

/** The class of a package that an object or one of its prototypes is an instance of. */
export function baseOf(object: ObjectValue): ObjectValue['base'] {
  for (let at: ObjectValue | null = object; at !== null; at = at.proto) {
    if (at.base !== null) return at.base;
  }
  return null;
}

/** A property of an object or its prototypes; null if there is none. */
function ownMember(
  machine: Machine,
  object: ObjectValue,
  key: string,
  place: Place,
  self: Value,
): Value | null {
  const property = findProperty(object, key);
  const known =
    property === null
      ? null
      : property.get === undefined
        ? presentOr(property.value)
        : callValue(machine, property.get, [], self, place);
  const rests: Rest[] = [];
  // No package gives an object a method of its own that every object has.
  if (property === null && objectMembers.has(key)) return null;
  for (let at: ObjectValue | null = object; at !== null; at = at.proto) {
    rests.unshift(...restsOver(at, key));
    if (at.properties.has(key)) break;
  }
  return rests.reduce<Value | null>((former, rest) => {
    const value = getMember(machine, rest.value, key, place);
    if (value === createListFunction) return value;
    // Something spread later overrides the known value, if it has the property. For the environment that is known.
    if (isUndefined(value)) return former;
    if (former === null || value.kind === 'primitive') return value;
    return choice([former, value], value.kind === 'unknown' ? value : whyRest(rest.value, rest.place));
  }, known);
}

/** The reason why a part of an object is unknown. */
export function whyRest(value: ExternalValue | UnknownValue, place: Place): UnknownValue {
  return value.kind === 'unknown' ? value : unknownExternal(value, place);
}

/** Why a value is not known; null if it is. */
export function reasonOf(value: Value, place: Place): UnknownValue | null {
  if (value.kind === 'unknown') return value;
  if (value.kind === 'choice') return value.why;
  return value.kind === 'external' ? unknownExternal(value, place) : null;
}

function getArrayMember(array: ArrayValue, key: string, place: Place): Value {
  if (key === 'length') return lengthOf(array);
  if (isArrayIndex(key)) {
    const index = Number(key);
    // If an earlier element is absent, this is another one.
    const doubt = array.elements.slice(0, index + 1).find(mayBeAbsent);
    if (doubt !== undefined)
      return choice([...array.elements.slice(index).map(presentOr), undefinedValue], doubt.why);
    return presentOr(array.elements[index] ?? array.open ?? undefinedValue);
  }
  const method = inherited(arrayMembers, 'Array', key, place);
  return isUndefined(method) ? (array.named ?? method) : method;
}

/** `value.key = …` */
export function setMember(machine: Machine, target: Value, key: Key, value: Value, place: Place): void {
  switch (target.kind) {
    case 'choice': {
      const options = target.options.map((option) => () => setMember(machine, option, key, value, place));
      fork(machine, target.why, options);
      return;
    }
    case 'object':
    case 'function':
      setProperty(machine, target, key, value, place);
      return;
    case 'array':
      setElement(machine, target, key, value, place);
      return;
    case 'native':
      reportChanged(machine, `'${target.name}', which JavaScript has`, place);
      return;
    case 'external':
    case 'unknown': {
      const found = keystoneExport(target);
      if (found !== null)
        reportChanged(machine, `'${[found.package, ...found.path].join('.')}' of Keystone`, place);
      handOver(machine, [value], whyRest(target, place), place);
      return;
    }
    default:
      if (target.kind === 'primitive' && (target.value ?? null) === null) {
        fail(machine, 'a property of undefined or null is set', place);
      }
  }
}

/** Reports a change of something that the whole program shares. What follows from it is not read. */
export function reportChanged(machine: Machine, what: string, place: Place): void {
  machine.report.add({
    code: 'AM1023',
    message: `The code changes ${what}, and what follows from that is not read.`,
    help: 'If it has to do with lists, avoid it where the lists are created.',
    why: 'limit',
    place,
  });
}

function setProperty(
  machine: Machine,
  target: ObjectValue | FunctionValue,
  key: Key,
  value: Value,
  place: Place,
): void {
  const object = target.kind === 'object' ? target : target.own;
  const { base } = object;
  const name = base === null ? '' : (keystoneExport(base)?.path.at(-1) ?? '');
  if (base !== null && !/^keystone$|^implementation$/i.test(name)) {
    // An object of a package may do anything with a value. Instances and fields of Keystone have no setters.
    handOver(machine, [value], whyRest(base, place), place);
  }
  const holder = machine.escaped.get(object);
  if (holder !== undefined) handOver(machine, [value], holder, place);
  if (typeof key !== 'string') {
    addRest(machine, object, key, place);
    return;
  }
  if (key === '__proto__') {
    setPrototype(machine, target, value, place);
    return;
  }
  const property = findProperty(object, key);
  if (property?.set !== undefined) callValue(machine, property.set, [value], target, place);
  else if (property?.isFixed === true || property?.get !== undefined) {
    addRest(machine, object, limit('something that cannot be changed is given another value', place), place);
  } else define(machine, object, key, { value, place, ...(property?.isHidden && { isHidden: true }) });
  // Code that holds the object may change it again at any time.
  if (holder !== undefined) addRest(machine, object, holder, place);
}

function setElement(machine: Machine, array: ArrayValue, key: Key, value: Value, place: Place): void {
  const holder = machine.escaped.get(array);
  if (holder !== undefined) handOver(machine, [value], holder, place);
  if (argumentLists.has(array)) reportChanged(machine, 'the `arguments` of a function', place);
  const isIndex = typeof key === 'string' && isArrayIndex(key);
  const isSure = array.open === null && !array.elements.some(mayBeAbsent) && holder === undefined;
  if (isIndex && isSure && Number(key) <= array.elements.length) {
    touch(machine.journal, array);
    array.elements[Number(key)] = value;
    return;
  }
  const why =
    typeof key === 'string' ? limit('the array is changed in a way that is not followed', place) : key;
  if (typeof key === 'string' && !isIndex && key !== 'length') {
    array.named ??= why;
    handOver(machine, [value], why, place);
    return;
  }
  unsettleArray(machine.journal, array, reasonOf(value, place) ?? why);
  array.elements.push(choice([value, absentValue], why));
}

/** `delete value.key` */
export function deleteMember(machine: Machine, target: Value, key: Key, place: Place): void {
  const object = target.kind === 'function' ? target.own : target;
  const why = typeof key === 'string' ? limit('what is deleted here is not followed', place) : key;
  if (object.kind === 'object') {
    if (typeof key !== 'string' || machine.escaped.has(object)) addRest(machine, object, why, place);
    else deleteProperty(machine, object, key);
  } else if (object.kind === 'array') unsettleArray(machine.journal, object, why);
  else if (object.kind === 'native') reportChanged(machine, `'${object.name}', which JavaScript has`, place);
  else if (keystoneExport(object) !== null) reportChanged(machine, 'what Keystone has', place);
  else if (object.kind === 'choice') {
    const options = object.options.map((option) => () => deleteMember(machine, option, key, place));
    fork(machine, object.why, options);
  }
}
