import { spreadValue } from '../evaluate/literals.ts';
import { iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import { type Call, fail, type Machine } from '../machine.ts';
import { baseOf, getMember, reasonOf, setMember, toKey, whyRest } from '../members.ts';
import { addRest, define, hasOwn, ownNames, restsOver } from '../objects.ts';
import type { Place } from '../place.ts';
import { decided, truth } from '../truth.ts';
import {
  absentValue,
  choice,
  isNullish,
  isUndefined,
  limit,
  mayBeAbsent,
  newArray,
  newObject,
  type ObjectValue,
  optionsOf,
  presentOr,
  primitive,
  restBelow,
  type UnknownValue,
  undefinedValue,
  type Value,
  whenPresent,
} from '../values.ts';
import { argument, membersOf } from './call.ts';

/** The members that every object has. */
export const objectMembers = membersOf('Object', {
  hasOwnProperty: (call: Call) => hasProperty(call, call.self, argument(call, 0)),
});

function hasProperty({ machine, place }: Call, target: Value, name: Value): Value {
  const key = toKey(machine, name, place);
  if (typeof key !== 'string') return key;
  if (target.kind !== 'object') {
    return reasonOf(target, place) ?? limit('what it has of its own is not followed', place);
  }
  const found = hasOwn(target, key);
  return decided(typeof found === 'boolean' ? found : whyRest(found, place));
}

/** Something of each of an object's own properties. The result is open if the object may have more. */
function listProperties(call: Call, item: (name: string, value: () => Value) => Value): Value {
  const { machine, place } = call;
  const given = argument(call, 0);
  const object = given.kind === 'function' ? given.own : given;
  if (isNullish(object)) return fail(machine, 'undefined and null have no properties', place);
  if (object.kind === 'array') {
    const doubt = object.open ?? object.named ?? object.elements.find(mayBeAbsent)?.why ?? null;
    const items = object.elements.map((element, index) => item(String(index), () => presentOr(element)));
    return newArray(doubt === null ? items : [], place, doubt);
  }
  if (object.kind !== 'object') {
    return newArray([], place, reasonOf(object, place) ?? limit('its properties are not followed', place));
  }
  const items = ownNames(object).map((name): Value => {
    const value = object.properties.get(name)?.value;
    if (value === undefined || !mayBeAbsent(value)) {
      return item(name, () => getMember(machine, object, name, place));
    }
    return choice([item(name, () => whenPresent(value)), absentValue], value.why);
  });
  return newArray(items, place, doubtOf(object));
}

function doubtOf(object: ObjectValue): UnknownValue | null {
  const [rest] = object.rests;
  if (rest !== undefined) return whyRest(rest.value, rest.place);
  const base = baseOf(object);
  return base === null ? null : whyRest(base, object.place);
}

function fromEntries(call: Call): Value {
  const { machine, place } = call;
  const made = newObject(place);
  const { elements, open } = iterate(machine, argument(call, 0), place);
  for (const entry of elements) {
    if (entry.kind === 'array' && entry.open === null) {
      const [name = undefinedValue, value = undefinedValue] = entry.elements.map(presentOr);
      const at = value.kind === 'object' ? value.place : place;
      setMember(machine, made, toKey(machine, name, place), value, at);
    } else {
      addRest(machine, made, reasonOf(entry, place) ?? limit('the entry is not an array', place), place);
    }
  }
  if (open !== null) addRest(machine, made, open, place);
  return made;
}

function defineProperty(call: Call): Value {
  const { machine, place } = call;
  const [target, descriptor] = [argument(call, 0), argument(call, 2)];
  const key = toKey(machine, argument(call, 1), place);
  const object = target.kind === 'function' ? target.own : target;
  if (object.kind !== 'object' || descriptor.kind !== 'object' || typeof key !== 'string') {
    setMember(machine, target, key, limit('the property is not followed', place), place);
    return target;
  }
  const former = object.properties.get(key);
  const flag = (of: string, otherwise: boolean): boolean | UnknownValue =>
    hasOwn(descriptor, of) === false ? otherwise : truth(getMember(machine, descriptor, of, place));
  const isEnumerable = flag('enumerable', former !== undefined && former.isHidden !== true);
  const isWritable = flag('writable', former !== undefined && former.isFixed !== true);
  const doubt = [isEnumerable, isWritable].find((each) => typeof each === 'object');
  if (typeof doubt === 'object' || former?.get !== undefined) {
    const why = typeof doubt === 'object' ? doubt : limit('the property is not followed', place);
    addRest(machine, object, why, place);
    return target;
  }
  const [get, set] = ['get', 'set'].map((of) => descriptor.properties.get(of)?.value ?? undefinedValue);
  const keepsValue = former !== undefined && hasOwn(descriptor, 'value') === false;
  const accessors = {
    ...(get === undefined || isUndefined(get) ? {} : { get }),
    ...(set === undefined || isUndefined(set) ? {} : { set }),
  };
  define(machine, object, key, {
    value: keepsValue ? former.value : getMember(machine, descriptor, 'value', place),
    place,
    ...accessors,
    ...(isEnumerable === true ? {} : { isHidden: true }),
    ...(isWritable === true || Object.keys(accessors).length > 0 ? {} : { isFixed: true }),
  });
  return target;
}

/** `Object.freeze` and the like: what is written to the object later is as uncertain as in the hands of other code. */
function freeze(call: Call): Value {
  const { machine, place } = call;
  const target = argument(call, 0);
  const why = limit('what is frozen may not change', place);
  for (const each of optionsOf(target)) {
    const object = each.kind === 'function' ? each.own : each;
    if (!machine.escaped.has(object)) machine.escaped.set(object, why);
  }
  return target;
}

/** Gives an object another prototype. If that is unknown, the object may inherit anything that it does not have itself. */
export function setPrototype(machine: Machine, target: Value, proto: Value, place: Place): void {
  const object = target.kind === 'function' ? target.own : target;
  if (object.kind !== 'object' || (proto.kind === 'primitive' && proto.value !== null)) return;
  touch(machine.journal, object);
  object.proto = proto.kind === 'object' ? proto : null;
  if (proto.kind === 'object' || proto.kind === 'primitive' || proto === objectPrototype(machine)) return;
  const why = reasonOf(proto, place) ?? limit('the prototype is not followed', place);
  object.rests = [restBelow(why), ...object.rests];
}

function objectPrototype(machine: Machine): Value | undefined {
  const type = machine.globalObject.properties.get('Object')?.value;
  return type?.kind === 'native' ? type.members?.get('prototype') : undefined;
}

/** What an object inherits from: `Object.getPrototypeOf`. */
export function prototypeOfValue(machine: Machine, value: Value, place: Place): Value {
  const why = reasonOf(value, place) ?? limit('the prototype is not followed', place);
  if (value.kind !== 'object') return why;
  const isPlain = value.base === null && value.inside === null && restsOver(value, '__proto__').length === 0;
  return value.proto ?? (isPlain ? objectPrototype(machine) : null) ?? why;
}

/** `Object` itself. */
export const objectStatics: ReadonlyMap<string, Value> = new Map([
  ...membersOf('Object', {
    keys: (call) => listProperties(call, (name) => primitive(name)),
    values: (call) => listProperties(call, (_, value) => value()),
    entries: (call) =>
      listProperties(call, (name, value) => newArray([primitive(name), value()], call.place)),
    assign: (call) => {
      const [target = undefinedValue, ...sources] = call.args;
      const object = target.kind === 'function' ? target.own : target;
      const why = limit('what is copied into it is not followed', call.place);
      for (const source of sources) {
        if (object.kind === 'object') spreadValue(call.machine, object, source, call.place, true);
        else setMember(call.machine, object, why, source, call.place);
      }
      return target;
    },
    fromEntries,
    getPrototypeOf: (call) => prototypeOfValue(call.machine, argument(call, 0), call.place),
    setPrototypeOf: (call) => {
      setPrototype(call.machine, argument(call, 0), argument(call, 1), call.place);
      return argument(call, 0);
    },
    create: (call) => {
      const made = newObject(call.place);
      setPrototype(call.machine, made, argument(call, 0), call.place);
      return call.args.length > 1 ? limit('the properties are not followed', call.place) : made;
    },
    defineProperty,
  }),
  ...membersOf('Object', { freeze, seal: freeze, preventExtensions: freeze }, { takesChoices: true }),
]);
