import { construct } from '../evaluate/functions.ts';
import type { Machine } from '../machine.ts';
import { getMember } from '../members.ts';
import { restsOver } from '../objects.ts';
import type { Place } from '../place.ts';
import {
  type FunctionValue,
  isUndefined,
  type ObjectValue,
  primitive,
  stringOf,
  type UnknownValue,
  unknown,
  unknownExternal,
  type Value,
} from '../values.ts';
import { keystoneExport } from './packages.ts';

/** What the type of a field means for relationships. */
export type FieldType =
  | { readonly is: 'relationship' }
  /** A `Content` field: a relationship to a list that the field makes itself. */
  | { readonly is: 'content' }
  | { readonly is: 'other' }
  /** `needsRef`: a type that someone else made, which is a relationship only where it is given a ref. */
  | { readonly is: 'unknown'; readonly why: UnknownValue; readonly needsRef: boolean };

const relationship: FieldType = { is: 'relationship' };
const content: FieldType = { is: 'content' };
const other: FieldType = { is: 'other' };

function anything(why: UnknownValue): FieldType {
  return { is: 'unknown', why, needsRef: false };
}

function withRef(why: UnknownValue): FieldType {
  return { is: 'unknown', why, needsRef: true };
}

/**
 * Keystone takes a field for a relationship when its implementation says so (`isRelationship`, set by
 * the implementation of `Relationship` in @keystonejs/fields), whatever the type is called. So a type
 * of the user is judged by its implementation.
 */
export function fieldTypeOf(machine: Machine, type: Value, place: Place): FieldType {
  switch (type.kind) {
    case 'external':
      return exportedType(type, place);
    case 'object':
      return ownType(machine, type, place);
    case 'choice':
      return agreed(
        type.options.map((option) => fieldTypeOf(machine, option, place)),
        type.why,
      );
    case 'unknown':
      return anything(type);
    case 'native':
      // String, Number and Boolean are mapped to Keystone's types.
      return other;
    case 'primitive': {
      const name = stringOf(type);
      // Keystone refuses a field without a type; here the reader has probably lost it.
      if (name === null) return anything(unknown('it has no type', place));
      return withRef(unknown(`the text '${name}' is no field type`, place));
    }
    default:
      return withRef(unknown('it is no field type', place));
  }
}

function agreed(types: readonly FieldType[], why: UnknownValue): FieldType {
  const [first] = types;
  return first !== undefined && types.every((type) => type.is === first.is) ? first : anything(why);
}

/** The types that Keystone's packages export. */
function exportedType(type: Value & { kind: 'external' }, place: Place): FieldType {
  const found = keystoneExport(type);
  if (found === null) return withRef(unknownExternal(type, place));
  const [name, ...members] = found.path;
  if (members.length > 0) return withRef(unknown(`'${found.path.join('.')}' is no field type`, place));
  if (name === 'Relationship' || name === 'AuthedRelationship') return relationship;
  if (name === 'Content') return content;
  return other;
}

function ownType(machine: Machine, type: Value & { kind: 'object' }, place: Place): FieldType {
  const implementation = getMember(machine, type, 'implementation', place);
  if (!isUndefined(implementation)) return byImplementation(machine, implementation, place);
  const [rest] = restsOver(type, 'implementation');
  if (rest !== undefined) return fieldTypeOf(machine, rest.value, place);
  return withRef(unknown('the type has no implementation', place));
}

function byImplementation(machine: Machine, implementation: Value, place: Place): FieldType {
  if (implementation.kind === 'function') return byClass(machine, implementation, place);
  if (implementation.kind === 'unknown') return anything(implementation);
  if (implementation.kind === 'choice') {
    return agreed(
      implementation.options.map((option) => byImplementation(machine, option, place)),
      implementation.why,
    );
  }
  if (implementation.kind !== 'external') return other;
  const found = keystoneExport(implementation);
  if (found === null) return withRef(unknownExternal(implementation, place));
  // `Relationship.implementation`, and `Implementation`, from which the user's own types are made.
  return exportedType(
    { ...implementation, path: implementation.path.filter((part) => part !== 'implementation') },
    place,
  );
}

/** A class says of itself that it is a relationship, or its parent does. */
function byClass(machine: Machine, implementation: FunctionValue, place: Place): FieldType {
  if (implementation.parent === null) return other;
  return byImplementation(machine, implementation.parent, place);
}

/**
 * The config that a relationship of the user's own type is made with. Keystone constructs the type's
 * implementation with the field's config, and its constructor may hand on another to its parent.
 */
export function configGivenOn(
  machine: Machine,
  type: Value,
  field: { readonly path: string; readonly config: ObjectValue; readonly place: Place },
): Value {
  const { path, config, place } = field;
  const implementation = type.kind === 'object' ? getMember(machine, type, 'implementation', place) : null;
  if (implementation?.kind !== 'function') return config;
  const list = unknown('the list is made when the app runs', place);
  const made = construct(machine, implementation, [primitive(path), config, list], place);
  return made.kind === 'object' ? (made.constructedWith[1] ?? config) : config;
}
