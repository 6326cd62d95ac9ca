import { spreadValue } from '../evaluate/literals.ts';
import { iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import { type Call, fail, type Machine } from '../machine.ts';
import { baseOf, getMember, reasonOf, reportChanged, setMember, toKey, whyRest } from '../members.ts';
import { define, hasOwn, ownNames, restsOver } from '../objects.ts';
import type { Place } from '../place.ts';
import { decided, strictlyEqual, truth } from '../truth.ts';
import {
  absentValue,
  booleanValue,
  isNullish,
  isUndefined,
  limit,
  mayBeAbsent,
  newArray,
  newObject,
  type ObjectValue,
  type Property,
  presentOr,
  primitive,
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
});

function hasProperty(call: Call, target: Value, name: Value): Value {
  const { machine, place } = call;
  const key = toKey(machine, name, place);
  const object = target.kind === 'function' ? target.own : target;
  if (typeof key !== 'string') return key;
  if (object.kind === 'unknown') return object;
  const isPlain = object.kind === 'object' && (target.kind === 'object' || !['name', 'length'].includes(key));
  if (!isPlain) return reasonOf(object, place) ?? limit('what it has of its own is not followed', place);
  const found = hasOwn(object, key);
  if (typeof found === 'boolean') return booleanValue(found);
  return found.kind === 'unknown' ? found : unknownExternal(found, place);
}

/** The names of an object's own properties; open where something unknown was spread into it. */
function listProperties(call: Call, item: (name: string, value: () => Value) => Value): Value {
  const { machine, place } = call;
  const object = argument(call, 0);
  if (isNullish(object)) return fail(machine, 'undefined and null have no properties', place);
  if (object.kind === 'array') {
    const doubt = object.elements.find(mayBeAbsent)?.why ?? object.open ?? object.named;
    const items = object.elements.map((element, index) => item(String(index), () => presentOr(element)));
    return newArray(
      object.elements.some(mayBeAbsent) ? items.map(() => item('', () => doubt ?? undefinedValue)) : items,
      place,
      doubt,
    );
  }
  const owner = object.kind === 'function' ? object.own : object;
  if (owner.kind !== 'object') {
    const why =
      owner.kind === 'primitive' ? limit('what a text has of its own is not followed', place) : null;
    return newArray(
      [],
      place,
      why ?? reasonOf(owner, place) ?? limit('its properties are not followed', place),
    );
  }
  const items = ownNames(owner).map((name): Value => {
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
  return base === null ? null : whyRest(base, object.place);
}

function fromEntries(call: Call): Value {
  const { machine, place } = call;
  const made = newObject(place);
  const entries = iterate(machine, argument(call, 0), place);
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
    const why =
      option.kind === 'array'
        ? option.open
        : (reasonOf(option, place) ?? limit('the entry is not an array', place));
    if (why !== null && !isNullish(option)) spreadValue(machine, single, why, place);
    if (option.kind !== 'array') continue;
    const [name = undefinedValue, value = undefinedValue] = option.elements.map(presentOr);
    setMember(
      machine,
      single,
      toKey(machine, name, place),
      value,
      value.kind === 'object' ? value.place : place,
    );
  }
  if (entry.kind === 'choice' || options.length > 1) {
    const why = entry.kind === 'choice' ? entry.why : limit('the entry is not known', place);
    spreadValue(machine, target, { kind: 'choice', options: [single, { kind: 'absent' }], why }, place);
  } else spreadValue(machine, target, single, place);
}

function defineProperty(call: Call, target: Value, name: Value, descriptor: Value): Value {
  const { machine, place } = call;
  const key = toKey(machine, name, place);
  if (target.kind === 'native') reportChanged(machine, `'${target.name}', which JavaScript has`, place);
  const object = target.kind === 'function' ? target.own : target;
  if (object.kind !== 'object') {
    if (typeof key === 'string')
      setMember(machine, object, key, limit('the property is not followed', place), place);
    return target;
  }
  const option = (of: string) => truth(getMember(machine, descriptor, of, place));
  const [isEnumerable, isWritable] =
    descriptor.kind === 'object' ? [option('enumerable'), option('writable')] : [true, true];
  const doubt = [key, isEnumerable, isWritable].find((each) => typeof each === 'object');
  if (descriptor.kind !== 'object' || typeof key !== 'string' || typeof doubt === 'object') {
    const why = typeof doubt === 'object' ? doubt : limit('the property is not known', place);
    spreadValue(machine, object, why, place);
    return target;
  }
  const part = (of: 'get' | 'set') => descriptor.properties.get(of)?.value;
  const [get, set] = [part('get'), part('set')];
  const former = object.properties.get(key);
  const isNew = former === undefined;
  const value = getMember(machine, descriptor, 'value', place);
  const isAccessor = (get ?? set) !== undefined;
  const isHidden =
    descriptor.properties.has('enumerable') || isNew ? isEnumerable !== true : former.isHidden === true;
  const isFixed =
    !isAccessor &&
    (descriptor.properties.has('writable') || isNew ? isWritable !== true : former.isFixed === true);
  const made: Omit<Property, 'order'> = {
    value: descriptor.properties.has('value') || isNew ? value : former.value,
    place,
    ...(get === undefined || isUndefined(get) ? {} : { get }),
    ...(set === undefined || isUndefined(set) ? {} : { set }),
    ...(isHidden ? { isHidden } : {}),
    ...(isFixed ? { isFixed } : {}),
  };
  define(machine, object, key, made);
  return target;
}

/** `Object.freeze` and its like: whoever changes it afterwards may change nothing. */
function freeze(call: Call): Value {
  const target = argument(call, 0);
  const object = target.kind === 'function' ? target.own : target;
  for (const each of object.kind === 'choice' ? object.options : [object]) call.machine.frozen.add(each);
  return target;
}

/** Gives an object another prototype. Of one that is not known, anything may come that the object does not have itself. */
export function setPrototype(machine: Machine, target: Value, proto: Value, place: Place): void {
  const object = target.kind === 'function' ? target.own : target;
  if (object.kind !== 'object' || (proto.kind === 'primitive' && proto.value !== null)) return;
  touch(machine.journal, object);
  object.proto = proto.kind === 'object' ? proto : null;
  const isKnown = proto.kind === 'object' || proto.kind === 'primitive' || isObjectPrototype(machine, proto);
  if (isKnown) return;
  const why = reasonOf(proto, place) ?? limit('the prototype is not followed', place);
  object.rests = [{ value: why, place: why.place, order: 0 }, ...object.rests];
}

function isObjectPrototype(machine: Machine, value: Value): boolean {
  const type = machine.globalObject.properties.get('Object')?.value;
  return type?.kind === 'native' && type.members?.get('prototype') === value;
}

/** What an object inherits from: `Object.getPrototypeOf`. */
export function prototypeOfValue(machine: Machine, value: Value, place: Place): Value {
  const why = limit('the prototype is not followed', place);
  if (value.kind !== 'object') return reasonOf(value, place) ?? why;
  if (value.proto !== null) return value.proto;
  if (value.base !== null || value.inside !== null || restsOver(value, '__proto__').length > 0) return why;
  const type = machine.globalObject.properties.get('Object')?.value;
  return type?.kind === 'native' ? (type.members?.get('prototype') ?? why) : why;
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
      for (const source of sources) {
        if (object.kind === 'object') spreadValue(call.machine, object, source, call.place, true);
        else
          setMember(
            call.machine,
            object,
            limit('what is copied into it is not followed', call.place),
            source,
            call.place,
          );
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
    defineProperty: (call) => defineProperty(call, argument(call, 0), argument(call, 1), argument(call, 2)),
    is: (call) => {
      const [a, b] = [argument(call, 0), argument(call, 1)];
      // Numbers are told apart by more than `===` does: NaN is itself, and 0 is not -0.
      return a.kind === 'primitive' && b.kind === 'primitive'
        ? booleanValue(Object.is(a.value, b.value))
        : decided(strictlyEqual(a, b));
    },
    hasOwn: (call) => hasProperty(call, argument(call, 0), argument(call, 1)),
  }),
  ...membersOf('Object', { freeze, seal: freeze, preventExtensions: freeze }, { takesChoices: true }),
]);
