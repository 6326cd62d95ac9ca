import { callValue } from '../evaluate/functions.ts';
import { spreadValue } from '../evaluate/literals.ts';
import { perhaps } from '../fork.ts';
import { iterate } from '../iterate.ts';
import type { Call, Machine } from '../machine.ts';
import { getMember, setMember, toKey, whyRest } from '../members.ts';
import { deleteProperty, ownKeys, ownNames } from '../objects.ts';
import type { Place } from '../place.ts';
import {
  choice,
  type ExternalValue,
  isUndefined,
  limit,
  type NativeValue,
  native,
  newArray,
  newInstance,
  newObject,
  type ObjectValue,
  primitive,
  undefinedValue,
  unknownExternal,
  type Value,
} from '../values.ts';
import { entryOf, isKeystonePackage } from './packages.ts';

/** All properties of several objects in a new one. */
function mergeAll(call: Call, objects: readonly Value[]): ObjectValue {
  const merged = newObject(call.place);
  for (const object of objects) spreadValue(call.machine, merged, object, call.place);
  return merged;
}

/** `merge(target, ...sources)`: merges objects, and the objects inside them, into the first. */
function mergeDeep(call: Call): Value {
  const [target = undefinedValue, ...sources] = call.args;
  for (const source of sources) mergeInto(call, target, source);
  return target;
}

function mergeInto(call: Call, target: Value, source: Value): void {
  const { machine, place } = call;
  if (target.kind !== 'object') return;
  if (!isPlain(source)) {
    spreadValue(machine, target, source, place);
    return;
  }
  for (const name of ownNames(source)) {
    const value = getMember(machine, source, name, place);
    const former = target.properties.get(name)?.value;
    const at = source.properties.get(name)?.place ?? place;
    if (isPlain(value)) {
      const inner = former !== undefined && isPlain(former) ? former : newObject(at);
      mergeInto(call, inner, value);
      setMember(machine, target, name, inner, at);
    } else if (former === undefined) setMember(machine, target, name, copyDeep(call, value, new Map()), at);
    else if (former.kind === 'object' || former.kind === 'array' || value.kind === 'choice') {
      setMember(machine, target, name, limit('what is merged here is not followed', place), at);
    } else if (!isUndefined(value)) setMember(machine, target, name, value, at);
  }
}

function isPlain(value: Value): value is ObjectValue {
  return (
    value.kind === 'object' &&
    value.rests.length === 0 &&
    value.base === null &&
    value.inside === null &&
    value.proto === null
  );
}

/** A copy of an object or array, with copies of those inside; what is an instance of a class stays. */
function copyDeep(call: Call, value: Value, copies: Map<Value, Value>): Value {
  const { machine, place } = call;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (value.kind === 'choice') {
    return choice(
      value.options.map((option) => copyDeep(call, option, copies)),
      value.why,
    );
  }
  if (value.kind === 'array') {
    const copy = newArray([], value.place, value.open);
    copies.set(value, copy);
    copy.elements = value.elements.map((element) => copyDeep(call, element, copies));
    return copy;
  }
  if (value.kind !== 'object' || value.base !== null || value.inside !== null) return value;
  const copy = newObject(value.place, value.proto);
  copies.set(value, copy);
  spreadValue(machine, copy, value, place);
  for (const [name, property] of copy.properties) {
    copy.properties.set(name, { ...property, value: copyDeep(call, property.value, copies) });
  }
  return copy;
}

function mapValues(call: Call): Value {
  const { machine, place } = call;
  const [object = undefinedValue, callback = undefinedValue] = call.args;
  if (object.kind !== 'object') return iterate(machine, object, place).open ?? newObject(place);
  const mapped = newObject(place);
  for (const name of ownNames(object)) {
    const value = getMember(machine, object, name, place);
    const made = callValue(machine, callback, [value, primitive(name), object], undefinedValue, place);
    setMember(machine, mapped, name, made, object.properties.get(name)?.place ?? place);
  }
  const inherited = object.base === null ? [] : [{ value: object.base, place: object.place }];
  for (const rest of [...inherited, ...object.rests]) {
    const why = whyRest(rest.value, rest.place);
    perhaps(machine, why, () => callValue(machine, callback, [why, why, object], undefinedValue, place));
    spreadValue(machine, mapped, rest.value, rest.place);
  }
  return mapped;
}

/** `omit(object, names)` and `pick(object, names)`, the names in one array or as arguments. */
function choose(call: Call, keep: boolean): Value {
  const { machine, place } = call;
  const [object = undefinedValue, ...rest] = call.args;
  const chosen = mergeAll(call, [object]);
  const names = rest
    .flatMap((arg) =>
      arg.kind === 'array' ? [...arg.elements, ...(arg.open === null ? [] : [arg.open])] : [arg],
    )
    .map((name) => toKey(machine, name, place));
  const doubt = names.find((name) => typeof name !== 'string');
  if (doubt !== undefined && typeof doubt !== 'string') spreadValue(machine, chosen, doubt, place);
  for (const name of ownKeys(chosen)) {
    if (names.includes(name) !== keep) deleteProperty(machine, chosen, name);
  }
  return chosen;
}

/** `compose([f, g])(value)` is `g(f(value))`: each function gets one argument (@keystonejs/utils 5.4). */
const compose = (call: Call): Value => {
  const { elements: functions, open } = iterate(call.machine, call.args[0] ?? undefinedValue, call.place);
  if (open !== null) return open;
  return native('composed', ({ machine, args, place }) =>
    functions.reduce(
      (value, each) => callValue(machine, each, [value], undefinedValue, place),
      args[0] ?? undefinedValue,
    ),
  );
};

/** The functions of lodash that projects make lists with; what the others give is not known. */
const lodash: Readonly<Record<string, (call: Call) => Value>> = {
  merge: mergeDeep,
  mapValues,
  omit: (call) => choose(call, false),
  pick: (call) => choose(call, true),
  cloneDeep: (call) => copyDeep(call, call.args[0] ?? undefinedValue, new Map()),
};

const keystoneUtils: Readonly<Record<string, (call: Call) => Value>> = {
  objMerge: (call) => {
    const { elements, open } = iterate(call.machine, call.args[0] ?? undefinedValue, call.place);
    return mergeAll(call, open === null ? elements : [...elements, open]);
  },
  mapKeys: mapValues,
  compose,
  omit: (call) => choose(call, false),
  pick: (call) => choose(call, true),
};

/** `config()` of dotenv, which sets variables of the environment that are not known anyway. */
function readDotenv({ place }: Call, callee: ExternalValue): Value {
  const result = newInstance(unknownExternal(callee, place), [], place);
  result.properties.set('error', { value: undefinedValue, place, order: 0 });
  return result;
}

/** A call of one of those functions; null where it is none. */
export function callUtility(
  machine: Machine,
  callee: ExternalValue,
  args: readonly Value[],
  place: Place,
): Value | null {
  const run = utilityOf(callee);
  if (run === null) return null;
  const call = native(callee.path.join('.'), run);
  return callValue(machine, call, args, undefinedValue, place);
}

function utilityOf(callee: ExternalValue): NativeValue['call'] | null {
  const { package: name, path } = callee;
  if (/^dotenv(\/|$)/.test(name) && path.at(-1) === 'config') return (call) => readDotenv(call, callee);
  if (isKeystonePackage(name)) {
    return name.endsWith('/utils') && path.length === 1 ? entryOf(keystoneUtils, path[0] ?? '') : null;
  }
  const match = /^lodash(?:-es)?(?:[./](\w+))?$/.exec(name);
  if (match === null) return null;
  const member = match[1] ?? path[0] ?? '';
  return entryOf(lodash, member);
}
