import type { Machine } from '../machine.ts';
import { baseOf } from '../members.ts';
import type { Place } from '../place.ts';
import { because } from '../report.ts';
import type { ObjectValue, UnknownValue, Value } from '../values.ts';
import { fieldTypeOf } from './field-type.ts';
import { isExport, keystoneExport } from './packages.ts';

/**
 * Something that is not read, a function or an object, but is given a Keystone instance or what looks like the config of a
 * list, may create lists or add fields: that must not pass in silence.
 */
export function reportEscapes(
  machine: Machine,
  args: readonly Value[],
  why: UnknownValue,
  place: Place,
): void {
  const given = args.map((arg) => describe(machine, arg, place)).find((text) => text !== null);
  if (given === undefined) return;
  machine.report.add({
    code: 'AM1020',
    message: `Something that is not read is given ${given}, and could make lists or fields of it, ${because(why, place)}.`,
    help: 'Leave it out for reading if it does neither, or write in the source what it does.',
    why,
    place,
  });
}

function describe(machine: Machine, value: Value, place: Place): string | null {
  if (value.kind !== 'object') return null;
  const base = baseOf(value);
  if (base !== null) return isExport(base, ['keystone'], 'Keystone') ? 'the Keystone instance' : null;
  const fields = value.properties.get('fields')?.value;
  if (fields?.kind === 'object' && membersOf(fields).some((field) => hasKeystoneType(field))) {
    return 'the config of a list';
  }
  if (isRelationship(machine, value, place)) return 'a relationship field';
  return membersOf(value).some((field) => isRelationship(machine, field, place))
    ? 'the fields of a list'
    : null;
}

function membersOf(object: ObjectValue): readonly Value[] {
  return [...object.properties.values()].map(({ value }) => value);
}

function typeOf(field: Value): Value | null {
  return field.kind === 'object' ? (field.properties.get('type')?.value ?? null) : null;
}

function hasKeystoneType(field: Value): boolean {
  const type = typeOf(field);
  return type !== null && keystoneExport(type) !== null;
}

function isRelationship(machine: Machine, field: Value, place: Place): boolean {
  const type = typeOf(field);
  return type !== null && fieldTypeOf(machine, type, place).is === 'relationship';
}
