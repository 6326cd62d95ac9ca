import { construct } from '../evaluate/functions.ts';
import type { Machine } from '../machine.ts';
import { getMember, whyRest } from '../members.ts';
import { define, findProperty, restsOver } from '../objects.ts';
import type { Place } from '../place.ts';
import {
  type ExternalValue,
  isNullish,
  isUndefined,
  limit,
  newInstance,
  type ObjectValue,
  optionsOf,
  primitive,
  stringOf,
  type UnknownValue,
  unknownExternal,
  type Value,
} from '../values.ts';
import { createAuxListFunction } from './create-list.ts';
import type { Field } from './fields.ts';
import { keystoneExport } from './packages.ts';

/** What the type of a field means for relationships. */
export type FieldType =
  /** `content`: a `Content` field, which is a relationship to a list that it creates itself. */
  | { readonly is: 'relationship' | 'content' | 'other' }
  /** `needsRef`: a type that is a relationship only if the field has a ref. */
  | { readonly is: 'unknown'; readonly why: UnknownValue; readonly needsRef: boolean };

const other: FieldType = { is: 'other' };
const anything = (why: UnknownValue): FieldType => ({ is: 'unknown', why, needsRef: false });
const withRef = (why: UnknownValue): FieldType => ({ is: 'unknown', why, needsRef: true });

/**
 * A field is a relationship for Keystone if its implementation says so (`isRelationship`, set by the implementation of
 * `Relationship` in @keystonejs/fields), whatever the type is called. So the implementation decides about types of the
 * project's own.
 */
export function fieldTypeOf(machine: Machine, type: Value, place: Place): FieldType {
  switch (type.kind) {
    case 'external':
      return exportedType(type, place);
    case 'object': {
      const implementation = getMember(machine, type, 'implementation', place);
      if (!isUndefined(implementation)) return byImplementation(implementation, place);
      return withRef(limit('the type has no implementation', place));
    }
    case 'choice': {
      const [first = other, ...others] = type.options.map((option) => fieldTypeOf(machine, option, place));
      return others.every(({ is }) => is === first.is) ? first : anything(type.why);
    }
    case 'unknown':
      return anything(type);
    default:
      // Keystone has field types for `String`, `Number` and `Boolean`.
      if (type.kind === 'native' && ['String', 'Number', 'Boolean'].includes(type.name)) return other;
      // Keystone refuses a field without a type, so the reader has probably lost it.
      if (isNullish(type)) return anything(limit('it has no type', place));
      return withRef(limit(`${stringOf(type) ?? 'this'} is not a field type`, place));
  }
}

/** The types that Keystone's packages export. */
function exportedType(type: ExternalValue, place: Place): FieldType {
  const found = keystoneExport(type);
  if (found === null) return withRef(unknownExternal(type, place));
  const [name, ...members] = found.path;
  if (members.length > 0) return withRef(limit(`'${found.path.join('.')}' is not a field type`, place));
  if (name === 'Content') return { is: 'content' };
  return name === 'Relationship' || name === 'AuthedRelationship' ? { is: 'relationship' } : other;
}

/** A class is what its parent is, unless its constructor says otherwise. */
function byImplementation(implementation: Value, place: Place): FieldType {
  switch (implementation.kind) {
    case 'function':
      return implementation.parent === null ? other : byImplementation(implementation.parent, place);
    case 'external': {
      const path = implementation.path.filter((part) => part !== 'implementation');
      return exportedType({ ...implementation, path }, place);
    }
    case 'unknown':
      return anything(implementation);
    case 'choice':
      return anything(implementation.why);
    default:
      return other;
  }
}

/**
 * The type of a field whose implementation is a class of the project's own. Keystone constructs it, and its constructor
 * may create lists or set `isRelationship`. What such a class makes of a relationship is not followed.
 */
export function constructType(machine: Machine, type: FieldType, written: Value, field: Field): FieldType {
  const { list, path, config, place } = field;
  const implementations = optionsOf(written).map((option) =>
    option.kind === 'object' ? getMember(machine, option, 'implementation', place) : option,
  );
  const implementation = implementations.find(({ kind }) => kind === 'function');
  if (implementation === undefined || type.is === 'unknown') return type;
  if (type.is !== 'other' || written.kind === 'choice') {
    return anything(limit("what a class of the project's own makes of the field is not followed", place));
  }
  const given = newInstance(limit('what Keystone gives to fields has no model', place), [], place);
  define(machine, given, 'listKey', { value: primitive(list), place });
  define(machine, given, 'createAuxList', { value: createAuxListFunction, place });
  const made = construct(machine, implementation, [primitive(path), config, given], place);
  return made.kind === 'object' ? byInstance(made, place) : anything(limit('it gives no field', place));
}

function byInstance(made: ObjectValue, place: Place): FieldType {
  const [rest] = restsOver(made, 'isRelationship');
  if (rest !== undefined) return withRef(whyRest(rest.value, place));
  if (findProperty(made, 'isRelationship') === null) return other;
  return anything(limit("it sets 'isRelationship' itself", place));
}

/** The name of Keystone's type that a type is, or is made from; null if it is not known. */
export function typeNameOf(machine: Machine, type: Value, place: Place): string | null {
  if (type.kind === 'function') return type.parent && typeNameOf(machine, type.parent, place);
  if (type.kind === 'object') {
    return typeNameOf(machine, getMember(machine, type, 'implementation', place), place);
  }
  return keystoneExport(type)?.path.findLast((part) => part !== 'implementation') ?? null;
}
