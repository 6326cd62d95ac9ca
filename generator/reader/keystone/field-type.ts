import { construct } from '../evaluate/functions.ts';
import { forEachOption } from '../fork.ts';
import type { Machine } from '../machine.ts';
import { getMember } from '../members.ts';
import { findProperty, restsOver } from '../objects.ts';
import type { Place } from '../place.ts';
import { truth } from '../truth.ts';
import {
  type FunctionValue,
  isUndefined,
  limit,
  type ObjectValue,
  primitive,
  stringOf,
  type UnknownValue,
  undefinedValue,
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
      // These are mapped to Keystone's types.
      if (['String', 'Number', 'Boolean'].includes(type.name)) return other;
      return withRef(limit('it is not a field type', place));
    case 'primitive': {
      const name = stringOf(type);
      // Keystone refuses a field without a type; here the reader has probably lost it.
      if (name === null) return anything(limit('it has no type', place));
      return withRef(limit(`the text '${name}' is no field type`, place));
    }
    default:
      return withRef(limit('it is not a field type', place));
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
  if (members.length > 0) return withRef(limit(`'${found.path.join('.')}' is no field type`, place));
  if (name === 'Relationship' || name === 'AuthedRelationship') return relationship;
  if (name === 'Content') return content;
  return other;
}

function ownType(machine: Machine, type: Value & { kind: 'object' }, place: Place): FieldType {
  const implementation = getMember(machine, type, 'implementation', place);
  if (!isUndefined(implementation)) return byImplementation(machine, implementation, place);
  const [rest] = restsOver(type, 'implementation');
  if (rest !== undefined) return fieldTypeOf(machine, rest.value, place);
  return withRef(limit('the type has no implementation', place));
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

/** A class is what its parent is. What it says of itself shows when it is constructed: see `ownWordOf`. */
function byClass(machine: Machine, implementation: FunctionValue, place: Place): FieldType {
  if (implementation.parent === null) return other;
  const parent = byImplementation(machine, implementation.parent, place);
  if (parent.is !== 'content') return parent;
  return anything(limit('what a class of the project makes of a Content field is not followed', place));
}

/**
 * Whether an instance of the user's own type, whose parent is no relationship, says of itself that it is one: its
 * constructor, a field of the class or a getter may set `isRelationship`.
 */
export function ownWordOf(machine: Machine, made: Value, place: Place): FieldType {
  const says = forEachOption(machine, made, (each) =>
    each.kind === 'object' && isWritten(each)
      ? getMember(machine, each, 'isRelationship', place)
      : undefinedValue,
  );
  const isRelationship = truth(says);
  if (typeof isRelationship !== 'boolean') return withRef(isRelationship);
  return isRelationship ? relationship : other;
}

/** Whether the user's code sets it; what Keystone's own classes say is known. */
function isWritten(made: ObjectValue): boolean {
  return findProperty(made, 'isRelationship') !== null || restsOver(made, 'isRelationship').length > 0;
}

/** What instances of `Relationship` say of the relationship (@keystonejs/fields 8 and 9). */
const decisive = ['many', 'refListKey', 'refFieldPath'];

/**
 * The config that a relationship of the user's own type was made with. Keystone constructs the type's
 * implementation with the field's config, and its constructor may hand on another to its parent.
 */
export function configGivenOn(made: Value, { config, place }: TypedField): Value {
  if (made.kind !== 'object') return config;
  const set = decisive.find((name) => findProperty(made, name) !== null);
  if (set !== undefined) return limit(`its type sets '${set}' by itself`, place);
  return made.constructedWith[1] ?? config;
}

export interface TypedField {
  readonly path: string;
  readonly config: ObjectValue;
  readonly place: Place;
  /** What Keystone gives the implementation beside these: the list, and how to make lists of its own. */
  readonly listConfig: ObjectValue;
}

/** An instance of the implementation of a type, if that is the user's own: undefined if it is not. It may create lists. */
export function constructType(machine: Machine, type: Value, field: TypedField): Value {
  if (type.kind !== 'object' && type.kind !== 'choice') return undefinedValue;
  const { path, config, listConfig, place } = field;
  return forEachOption(machine, getMember(machine, type, 'implementation', place), (implementation) =>
    implementation.kind === 'function'
      ? construct(machine, implementation, [primitive(path), config, listConfig], place)
      : undefinedValue,
  );
}
