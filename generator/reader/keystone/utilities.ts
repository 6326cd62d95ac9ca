import { arrayMembers } from '../builtins/array.ts';
import { objectStatics } from '../builtins/object.ts';
import { callValue } from '../evaluate/functions.ts';
import { spreadValue } from '../evaluate/literals.ts';
import { forEachOption, perhaps } from '../fork.ts';
import type { Call, Machine } from '../machine.ts';
import { getMember, iterate, setMember, toKey, whyRest } from '../members.ts';
import { define, deleteProperty, ownKeys } from '../objects.ts';
import type { Place } from '../place.ts';
import { truth } from '../truth.ts';
import {
  absentValue,
  booleanValue,
  choice,
  type ExternalValue,
  isNullish,
  isUndefined,
  type NativeValue,
  native,
  newArray,
  newObject,
  type ObjectValue,
  presentOr,
  primitive,
  stringOf,
  undefinedValue,
  unknownExternal,
  type Value,
} from '../values.ts';
import { entryOf, isKeystonePackage } from './packages.ts';

/** An array's method as a function, whose first argument stands where the method has `this`. */
function ofArray(name: string): (call: Call) => Value {
  return (call) => {
    const [self = undefinedValue, ...args] = call.args;
    return callValue(call.machine, arrayMembers.get(name) ?? undefinedValue, args, self, call.place);
  };
}

function ofObject(name: string): (call: Call) => Value {
  return (call) =>
    callValue(call.machine, objectStatics.get(name) ?? undefinedValue, call.args, undefinedValue, call.place);
}

/** All properties of several objects in a new one. */
function mergeAll(call: Call, objects: readonly Value[]): ObjectValue {
  const merged = newObject(call.place);
  for (const object of objects) spreadValue(call.machine, merged, object, call.place);
  return merged;
}

/** Merges objects, and the objects inside them, into the first. */
function mergeDeep(call: Call): Value {
  const [target = undefinedValue, ...sources] = call.args;
  for (const source of sources) mergeInto(call, target, source);
  return target;
}

function mergeInto(call: Call, target: Value, source: Value): void {
  const { machine, place } = call;
  const isKnown = source.kind === 'object' && source.rests.length === 0 && source.base === null;
  if (target.kind !== 'object' || !isKnown) {
    if (target.kind === 'object') spreadValue(machine, target, source, place);
    return;
  }
  for (const [name, property] of source.properties) {
    const former = target.properties.get(name)?.value;
    if (former?.kind === 'object' && property.value.kind === 'object' && former.base === null) {
      const inner = mergeAll(call, [former]);
      mergeInto(call, inner, property.value);
      setMember(machine, target, name, inner, property.place);
    } else setMember(machine, target, name, getMember(machine, source, name, place), property.place);
  }
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
  if (value.kind !== 'object' || value.base !== null || value.entries !== null) return value;
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
  if (object.kind !== 'object') return iterate(object, place).open ?? newObject(place);
  const mapped = newObject(place);
  for (const name of ownKeys(object)) {
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
    .map((name) => toKey(name, place));
  const doubt = names.find((name) => typeof name !== 'string');
  if (doubt !== undefined && typeof doubt !== 'string') spreadValue(machine, chosen, doubt, place);
  for (const name of ownKeys(chosen)) {
    if (names.includes(name) !== keep) deleteProperty(machine, chosen, name);
  }
  return chosen;
}

/** `pickBy(object, test)` and `omitBy`: of what a property may be, that stays which the test lets stay. */
function chooseBy(call: Call, keep: boolean): Value {
  const { machine, place } = call;
  const [object = undefinedValue, test] = call.args;
  const chosen = mergeAll(call, [object]);
  for (const name of ownKeys(chosen)) {
    const stays = (value: Value): Value => {
      const answer =
        test === undefined
          ? value
          : callValue(machine, test, [value, primitive(name)], undefinedValue, place);
      const known = truth(answer);
      if (typeof known !== 'boolean') return choice([value, absentValue], known);
      return known === keep ? value : absentValue;
    };
    const value = forEachOption(machine, getMember(machine, chosen, name, place), stays);
    if (value.kind === 'absent') deleteProperty(machine, chosen, name);
    else define(machine, chosen, name, { value, place: chosen.properties.get(name)?.place ?? place });
  }
  return chosen;
}

/** `get(object, path, fallback)`, the path a text with dots or an array. */
function getByPath(call: Call): Value {
  const { machine, place } = call;
  const [object = undefinedValue, path = undefinedValue, fallback = undefinedValue] = call.args;
  return forEachOption(machine, path, (each) => {
    const text = stringOf(each);
    const keys: readonly Value[] =
      text === null
        ? each.kind === 'array'
          ? each.elements
          : [each]
        : (text.match(/[^.[\]]+/g) ?? []).map((key) => primitive(key));
    const found = keys.reduce<Value>(
      (value, key) =>
        forEachOption(machine, value, (option) =>
          isNullish(option) ? undefinedValue : getMember(machine, option, toKey(key, place), place),
        ),
      object,
    );
    return forEachOption(machine, found, (option) => (isUndefined(option) ? fallback : option));
  });
}

/** A question about a value that the answer is known to, as soon as it is known what the value is. */
function whether(test: (value: Value) => boolean): (call: Call) => Value {
  return (call) =>
    forEachOption(call.machine, call.args[0] ?? undefinedValue, (value) => {
      if (value.kind === 'unknown') return value;
      if (value.kind === 'external') return unknownExternal(value, call.place);
      return booleanValue(test(value));
    });
}

const isObject = (value: Value): boolean =>
  value.kind === 'object' || value.kind === 'array' || value.kind === 'function' || value.kind === 'native';

function forEachIn(call: Call): Value {
  const [collection = undefinedValue] = call.args;
  if (collection.kind !== 'object' || collection.entries !== null) return ofArray('forEach')(call);
  mapValues(call);
  return collection;
}

function mapIn(call: Call): Value {
  const [collection = undefinedValue] = call.args;
  if (collection.kind !== 'object' || collection.entries !== null) return ofArray('map')(call);
  return ofObject('values')({ ...call, args: [mapValues(call)] });
}

const compose = (call: Call): Value => {
  const { elements: functions, open } = iterate(call.args[0] ?? undefinedValue, call.place);
  if (open !== null) return open;
  return native('composed', (inner) =>
    [...functions]
      .reverse()
      .reduce(
        (value, each) => callValue(inner.machine, each, [value], undefinedValue, inner.place),
        inner.args[0] ?? undefinedValue,
      ),
  );
};

/** Functions that many projects take from lodash, and those of @keystonejs/utils. */
const lodash: Readonly<Record<string, (call: Call) => Value>> = {
  merge: mergeDeep,
  assign: ofObject('assign'),
  extend: ofObject('assign'),
  keys: ofObject('keys'),
  values: ofObject('values'),
  entries: ofObject('entries'),
  toPairs: ofObject('entries'),
  fromPairs: ofObject('fromEntries'),
  mapValues,
  omit: (call) => choose(call, false),
  pick: (call) => choose(call, true),
  omitBy: (call) => chooseBy(call, false),
  pickBy: (call) => chooseBy(call, true),
  get: getByPath,
  identity: (call) => call.args[0] ?? undefinedValue,
  isArray: whether((value) => value.kind === 'array'),
  isFunction: whether((value) => value.kind === 'function' || value.kind === 'native'),
  isNil: whether(isNullish),
  isObject: whether(isObject),
  isString: whether((value) => stringOf(value) !== null),
  isUndefined: whether(isUndefined),
  forEach: forEachIn,
  each: forEachIn,
  map: mapIn,
  filter: ofArray('filter'),
  reduce: ofArray('reduce'),
  concat: ofArray('concat'),
  flatten: ofArray('flat'),
  clone: (call) => mergeAll(call, call.args),
  cloneDeep: (call) => copyDeep(call, call.args[0] ?? undefinedValue, new Map()),
};

const keystoneUtils: Readonly<Record<string, (call: Call) => Value>> = {
  objMerge: (call) => {
    const { elements, open } = iterate(call.args[0] ?? undefinedValue, call.place);
    return mergeAll(call, open === null ? elements : [...elements, open]);
  },
  mapKeys: mapValues,
  flatten: ofArray('flat'),
  compose,
  omit: (call) => choose(call, false),
  pick: (call) => choose(call, true),
};

/** `config()` of dotenv, which sets variables of the environment that are not known anyway. */
function readDotenv({ place }: Call, callee: ExternalValue): Value {
  const result = newObject(place);
  result.properties.set('parsed', { value: unknownExternal(callee, place), place, order: 0 });
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
  return run === null
    ? null
    : run({ machine, args: args.map(presentOr), given: args, self: undefinedValue, place, isNew: false });
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
