import { arrayMembers } from './builtins/array.ts';
import { collectionMembers } from './builtins/collections.ts';
import { readVariable } from './builtins/environment.ts';
import { functionMembers } from './builtins/function.ts';
import { objectMembers } from './builtins/object.ts';
import { promiseMembers } from './builtins/promise.ts';
import { regExpMembers, stringMembers } from './builtins/string.ts';
import { callValue } from './evaluate/functions.ts';
import { fork } from './fork.ts';
import { touch } from './journal.ts';
import { createListFunction } from './keystone/create-list.ts';
import { reportEscapes } from './keystone/escapes.ts';
import type { Machine } from './machine.ts';
import {
  addRest,
  define,
  deleteProperty,
  findProperty,
  isArrayIndex,
  restsOver,
  symbolMark,
} from './objects.ts';
import type { Place } from './place.ts';
import {
  type ArrayValue,
  absentValue,
  choice,
  type ExternalValue,
  external,
  isUndefined,
  lengthOf,
  limit,
  newArray,
  type ObjectValue,
  presentOr,
  primitive,
  stringOf,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from './values.ts';

/** What stands for the name of a property: known, or not. */
export type Key = string | UnknownValue;

/** A value as the name of a property. A choice counts as unknown: who wants each of its names takes it apart first. */
export function toKey(value: Value, place: Place): Key {
  switch (value.kind) {
    case 'primitive':
      return String(value.value);
    case 'unknown':
      return value;
    case 'choice':
      return value.why;
    case 'native':
      return `${symbolMark}${value.name}`;
    case 'external':
      return unknownExternal(value, place);
    default:
      return limit('the name is computed from something that is no text', place);
  }
}

/** `value.key` and `value[key]`. Reading never fails: of undefined it gives something unknown. */
export function getMember(machine: Machine, value: Value, key: Key, place: Place): Value {
  if (value.kind === 'choice') {
    const options = value.options.map((option) => () => getMember(machine, option, key, place));
    return choice(fork(machine, value.why, options), value.why);
  }
  if (typeof key !== 'string') return getUnknownMember(value, key);
  if (value.kind === 'primitive' || value.kind === 'array') {
    // What asynchronous functions give is taken for the value itself, so it can be waited for.
    const promise = promiseMembers.get(key);
    if (promise !== undefined) return promise;
  }
  switch (value.kind) {
    case 'object':
      return getObjectMember(machine, value, key, place);
    case 'array':
      return getArrayMember(value, key);
    case 'function':
      return (
        ownMember(machine, value.own, key, place, value) ??
        (value.parent === null ? null : inheritedStatic(machine, value.parent, key, place)) ??
        (key === 'name' ? primitive(value.name) : (functionMembers.get(key) ?? undefinedValue))
      );
    case 'native':
      if (key === 'name') return primitive(value.name);
      return value.members?.get(key) ?? functionMembers.get(key) ?? undefinedValue;
    case 'primitive':
      return getPrimitiveMember(value.value, key, place);
    case 'regexp':
      return regExpMembers.get(key) ?? undefinedValue;
    case 'external':
      return getExternalMember(value, key, place);
    case 'unknown':
      if (key === 'createList') return createListFunction;
      return readVariable(value, key, place) ?? promiseMembers.get(key) ?? withoutTruth(value);
    default:
      return undefinedValue;
  }
}

function getExternalMember(value: ExternalValue, key: string, place: Place): Value {
  if (key === 'createList') return createListFunction;
  const promise = promiseMembers.get(key);
  if (promise !== undefined) return promise;
  return key === 'default' ? value : external(value.package, [...value.path, key], place);
}

function getObjectMember(machine: Machine, object: ObjectValue, key: string, place: Place): Value {
  const own = ownMember(machine, object, key, place, object);
  if (own !== null) return own;
  if (object.entries !== null) {
    const member = collectionMembers.get(key);
    if (member !== undefined) return key === 'size' ? lengthOf(object.entries) : member;
  }
  const base = baseOf(object);
  if (base !== null) return getMember(machine, base, key, place);
  return objectMembers.get(key) ?? promiseMembers.get(key) ?? undefinedValue;
}

/** The package's class that an object or one of its prototypes comes from. */
export function baseOf(object: ObjectValue): ObjectValue['base'] {
  for (let at: ObjectValue | null = object; at !== null; at = at.proto) {
    if (at.base !== null) return at.base;
  }
  return null;
}

/** A property of an object or its prototypes; null where there is none. */
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
  return restsOver(object, key).reduce<Value | null>((former, rest) => {
    const value = getMember(machine, rest.value, key, place);
    if (value === createListFunction) return value;
    // What is spread in later overrides what is known, but only if it has the property. Of the environment that is known.
    if (isUndefined(value)) return former;
    if (former === null || value.kind === 'primitive') return value;
    return choice([former, value], value.kind === 'unknown' ? value : whyRest(rest.value, rest.place));
  }, known);
}

/** The reason why a part of an object is unknown. */
export function whyRest(value: ExternalValue | UnknownValue, place: Place): UnknownValue {
  return value.kind === 'unknown' ? value : unknownExternal(value, place);
}

/** Why a value is not known; null where it is. */
export function reasonOf(value: Value, place: Place): UnknownValue | null {
  if (value.kind === 'unknown') return value;
  if (value.kind === 'choice') return value.why;
  return value.kind === 'external' ? unknownExternal(value, place) : null;
}

function inheritedStatic(machine: Machine, parent: Value, key: string, place: Place): Value | null {
  const value = getMember(machine, parent, key, place);
  return value.kind === 'primitive' && value.value === undefined ? null : value;
}

function getArrayMember(array: ArrayValue, key: string): Value {
  if (key === 'length') return lengthOf(array);
  if (isArrayIndex(key)) return presentOr(array.elements[Number(key)] ?? array.open ?? undefinedValue);
  return arrayMembers.get(key) ?? undefinedValue;
}

function getPrimitiveMember(value: unknown, key: string, place: Place): Value {
  if (value === undefined || value === null) return limit(`'${key}' is read from ${value}`, place);
  if (typeof value !== 'string') return objectMembers.get(key) ?? undefinedValue;
  if (key === 'length') return primitive(value.length);
  if (isArrayIndex(key)) return primitive(value[Number(key)]);
  return stringMembers.get(key) ?? undefinedValue;
}

/** A member whose name is unknown: one of those there are. */
function getUnknownMember(value: Value, key: UnknownValue): Value {
  if (value.kind === 'object' && value.rests.length === 0 && value.base === null) {
    const members = [...value.properties.values()];
    if (members.every((property) => property.get === undefined)) {
      return choice([...members.map((property) => presentOr(property.value)), undefinedValue], key);
    }
  }
  if (value.kind === 'array' && value.open === null) {
    return choice([...value.elements.map(presentOr), undefinedValue], key);
  }
  return withoutTruth(key);
}

/** `value.key = …`. Writing to what is not known has no effect that could be followed. */
export function setMember(machine: Machine, target: Value, key: Key, value: Value, place: Place): void {
  if (target.kind === 'choice') {
    fork(
      machine,
      target.why,
      target.options.map((option) => () => setMember(machine, option, key, value, place)),
    );
  } else if (target.kind === 'object' || target.kind === 'function') {
    const object = target.kind === 'object' ? target : target.own;
    if (typeof key !== 'string') {
      addRest(machine, object, key, place);
      return;
    }
    const setter = findProperty(object, key)?.set;
    if (setter === undefined) define(machine, object, key, { value, place });
    else callValue(machine, setter, [value], target, place);
  } else if (target.kind === 'array') {
    setElement(machine, target, key, value, place);
  } else if (target.kind === 'unknown') {
    reportEscapes(machine, [value], target, place);
  }
}

/** So many elements that are undefined may lie between those there are and a new one. */
const widestGap = 1000;

function setElement(machine: Machine, array: ArrayValue, key: Key, value: Value, place: Place): void {
  touch(machine.journal, array);
  if (typeof key !== 'string') array.open = key;
  else if (key === 'length') setLength(array, value, place);
  else if (!isArrayIndex(key)) return;
  else if (Number(key) <= array.elements.length + widestGap) {
    while (array.elements.length < Number(key)) array.elements.push(undefinedValue);
    array.elements[Number(key)] = value;
  } else array.open ??= limit(`the array has an element ${key} far behind the others`, place);
}

function setLength(array: ArrayValue, value: Value, place: Place): void {
  const length = value.kind === 'primitive' ? Number(value.value) : Number.NaN;
  if (Number.isInteger(length) && length >= 0 && length <= array.elements.length + widestGap) {
    while (array.elements.length < length) array.elements.push(undefinedValue);
    array.elements.length = length;
    return;
  }
  const why = reasonOf(value, place) ?? limit('the array is given a length that is not followed', place);
  array.elements = array.elements.map((element) => choice([element, absentValue], why));
  array.open ??= why;
}

/** `delete value.key` */
export function deleteMember(machine: Machine, target: Value, key: Key): void {
  if (target.kind === 'object' && typeof key === 'string') deleteProperty(machine, target, key);
  if (target.kind === 'object' && typeof key !== 'string') addRest(machine, target, key, key.place);
}

/** The elements of anything that `for…of` and spreading take; `open` says why there may be more. */
export function iterate(value: Value, place: Place): ArrayValue {
  if (value.kind === 'array') return value;
  if (value.kind === 'object' && value.entries !== null) return value.entries;
  const text = stringOf(value);
  if (text !== null) return newArray([...text].map(primitive), place);
  if (value.kind === 'unknown')
    return newArray([], place, value.truthy === false ? null : withoutTruth(value));
  if (value.kind === 'external') return newArray([], place, unknownExternal(value, place));
  if (value.kind === 'choice') return iterateChoice(value.options, value.why, place);
  if (value.kind === 'primitive' || value.kind === 'absent') return newArray([], place);
  return newArray([], place, reasonNotIterated(value, place));
}

/** What is spread into the arguments of a call; the last stands for all that may follow where there may be more. */
export function argumentsFrom(value: Value, place: Place): readonly Value[] {
  const { elements, open } = iterate(value, place);
  return open === null ? elements : [...elements, { ...withoutTruth(open), isMany: true }];
}

function isMany(arg: Value): arg is UnknownValue {
  return arg.kind === 'unknown' && arg.isMany === true;
}

/** The argument for a parameter. */
export function argumentAt(args: readonly Value[], index: number): Value {
  const many = args.find(isMany);
  if (many === undefined || index < args.indexOf(many)) return presentOr(args[index] ?? undefinedValue);
  // It is one of those that are not known, or one of those behind them.
  const why = withoutTruth(many);
  return choice([why, ...args.slice(args.indexOf(many) + 1).filter((arg) => !isMany(arg))], why);
}

/** The arguments from one on, as an array. */
export function argumentsAsArray(args: readonly Value[], start: number, place: Place): ArrayValue {
  const many = args.find(isMany);
  const elements = args.slice(start).filter((arg) => !isMany(arg));
  return newArray(elements, place, many === undefined ? null : withoutTruth(many));
}

/** Objects that make their elements by code of their own are not followed. */
function reasonNotIterated(value: Value, place: Place): UnknownValue {
  const base = value.kind === 'object' ? (value.rests[0]?.value ?? baseOf(value)) : null;
  return base === null
    ? limit('its elements are made by code that is not followed', place)
    : whyRest(base, place);
}

/** All that could come, each of which may not come. */
function iterateChoice(options: readonly Value[], why: UnknownValue, place: Place): ArrayValue {
  const arrays = options.map((option) => iterate(option, place));
  const longest = Math.max(...arrays.map(({ elements }) => elements.length));
  const elements: Value[] = [];
  for (let index = 0; index < longest; index += 1) {
    const each = arrays.map((array): Value => array.elements[index] ?? { kind: 'absent' });
    elements.push(choice(each, why));
  }
  return newArray(elements, place, arrays.find(({ open }) => open !== null)?.open ?? null);
}
