import { contentsOf } from './builtins/collections.ts';
import { takeAll } from './builtins/generator.ts';
import { callBack } from './keystone/escapes.ts';
import { fail, type Machine } from './machine.ts';
import { baseOf, getMember, whyRest } from './members.ts';
import { symbolMark } from './objects.ts';
import type { Place } from './place.ts';
import {
  type ArrayValue,
  choice,
  limit,
  newArray,
  type ObjectValue,
  presentOr,
  primitive,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from './values.ts';

/** The elements that `for…of` and spreading take from a value. */
export function iterate(machine: Machine, value: Value, place: Place): ArrayValue {
  switch (value.kind) {
    case 'array':
      return value;
    case 'object':
      return iterateObject(machine, value, place);
    case 'primitive':
      if (typeof value.value === 'string') return newArray([...value.value].map(primitive), place);
      return newArray([], place, fail(machine, `${String(value.value)} is iterated`, place));
    case 'unknown':
      return newArray([], place, value.truthy === false ? null : withoutTruth(value));
    case 'external':
      return newArray([], place, unknownExternal(value, place));
    case 'choice':
      return iterateChoice(machine, value.options, value.why, place);
    default:
      return newArray([], place, limit('its elements are made by code that is not followed', place));
  }
}

function iterateObject(machine: Machine, value: ObjectValue, place: Place): ArrayValue {
  if (value.inside?.of === 'generator') return takeAll(machine, value.inside.entries, place);
  if (value.inside?.of === 'map' || value.inside?.of === 'set') return contentsOf(value.inside, place);
  const base = value.rests[0]?.value ?? baseOf(value);
  const why =
    base === null ? limit('its elements are made by code that is not followed', place) : whyRest(base, place);
  // The code that makes the elements may do more.
  callBack(machine, [getMember(machine, value, `${symbolMark}iterator`, place)], why, place);
  return newArray([], place, why);
}

/** The elements of each option, by index. Each may be absent. */
function iterateChoice(
  machine: Machine,
  options: readonly Value[],
  why: UnknownValue,
  place: Place,
): ArrayValue {
  const some = options.filter((option) => option.kind !== 'primitive' || (option.value ?? null) !== null);
  const arrays = some.map((option) => iterate(machine, option, place));
  const longest = Math.max(0, ...arrays.map(({ elements }) => elements.length));
  const elements: Value[] = [];
  for (let index = 0; index < longest; index += 1) {
    const each = arrays.map((array): Value => array.elements[index] ?? { kind: 'absent' });
    elements.push(choice(each, why));
  }
  return newArray(elements, place, arrays.find(({ open }) => open !== null)?.open ?? null);
}

/** What is spread into the arguments of a call. If there may be more, the last one stands for them. */
export function argumentsFrom(machine: Machine, value: Value, place: Place): readonly Value[] {
  const { elements, open } = iterate(machine, value, place);
  return open === null ? elements : [...elements, { ...withoutTruth(open), isMany: true }];
}

function isMany(arg: Value): arg is UnknownValue {
  return arg.kind === 'unknown' && arg.isMany === true;
}

/** The argument for a parameter. */
export function argumentAt(args: readonly Value[], index: number): Value {
  const many = args.find(isMany);
  if (many === undefined || index < args.indexOf(many)) return presentOr(args[index] ?? undefinedValue);
  // It is one of the unknown ones, or one that follows them.
  const why = withoutTruth(many);
  return choice([why, ...args.slice(args.indexOf(many) + 1).filter((arg) => !isMany(arg))], why);
}

/** The arguments from an index on, as an array. */
export function argumentsAsArray(args: readonly Value[], start: number, place: Place): ArrayValue {
  const many = args.find(isMany);
  const elements = args.slice(start).filter((arg) => !isMany(arg));
  return newArray(elements, place, many === undefined ? null : withoutTruth(many));
}
