import { distance } from 'fastest-levenshtein';
import type { DiagnosticCode } from '../../diagnostics.ts';
import { spreadValue } from '../evaluate/literals.ts';
import type { Machine } from '../machine.ts';
import { getMember, reasonOf, whyRest } from '../members.ts';
import { ownNames } from '../objects.ts';
import { type Place, sourceOf } from '../place.ts';
import type { RelationshipField } from '../project.ts';
import { because } from '../report.ts';
import { truth } from '../truth.ts';
import {
  isUndefined,
  limit,
  newObject,
  type ObjectValue,
  stringOf,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
} from '../values.ts';
import { documentListKey } from './content.ts';
import { configGivenOn, constructType, fieldTypeOf, ownWordOf, type TypedField } from './field-type.ts';
import { idTypeOf } from './id-type.ts';

export interface FieldsReading {
  /** All fields, in order. */
  readonly paths: readonly string[];
  /** The Keystone type of `id`, where the list chooses it. */
  readonly idType: string | null;
  /** Those that are relationships, Content fields included. */
  readonly relationships: readonly RelationshipField[];
  readonly contents: readonly FieldReading[];
}

/** A field as it is written. */
export interface FieldReading extends TypedField {
  readonly list: string;
}

/** The list whose fields are read. */
interface Owner {
  readonly key: string;
  readonly listConfig: ObjectValue;
}

/** What a field is: nothing that matters here, a relationship, or a Content field. */
type Meaning =
  | { readonly is: 'other' }
  | { readonly is: 'unknown' }
  | { readonly is: 'content'; readonly field: FieldReading }
  | { readonly is: 'relationship'; readonly relationship: RelationshipField };

const other: Meaning = { is: 'other' };
/** Something that a diagnostic has been made of. */
const reported: Meaning = { is: 'unknown' };

/**
 * Reads the fields of a list's config; what could hide a relationship becomes a diagnostic.
 *
 * @param owner the list, with what Keystone gives the implementations of its fields
 */
export function readFields(machine: Machine, owner: Owner, config: ObjectValue, place: Place): FieldsReading {
  const list = owner.key;
  const fields = fieldsOf(machine, list, config, place);
  const relationships: RelationshipField[] = [];
  const contents: FieldReading[] = [];
  const paths = ownNames(fields);
  for (const path of paths) {
    const property = fields.properties.get(path);
    if (property === undefined) continue;
    const value =
      property.get === undefined ? property.value : getMember(machine, fields, path, property.place);
    const meaning = meaningOf(machine, owner, path, value, property.place);
    if (meaning.is === 'relationship') relationships.push(meaning.relationship);
    if (meaning.is === 'content') {
      contents.push(meaning.field);
      const ref = `${documentListKey(machine, list, config, meaning.field)}.from`;
      relationships.push(plainRelationship(path, ref, property.place));
    }
  }
  return { paths, idType: idTypeOf(machine, list, fields), relationships, contents };
}

/** A single relationship without any option, as Keystone makes them by itself. */
export function plainRelationship(path: string, ref: string, place: Place, many = false): RelationshipField {
  return {
    path,
    ref,
    many,
    isUnique: false,
    isIndexed: null,
    isNotNullable: false,
    mongooseOptions: {},
    source: sourceOf(place),
  };
}

function fieldsOf(machine: Machine, list: string, config: ObjectValue, place: Place): ObjectValue {
  const value = getMember(machine, config, 'fields', place);
  const at = config.properties.get('fields')?.place ?? place;
  const fields = newObject(at);
  if (value.kind === 'object' || value.kind === 'choice') spreadValue(machine, fields, value, at);
  else {
    reportFields(machine, list, reasonOf(value, at) ?? limit('the config has no fields', at), at);
  }
  for (const rest of fields.rests) reportFields(machine, list, whyRest(rest.value, rest.place), rest.place);
  return fields;
}

function reportFields(machine: Machine, list: string, why: UnknownValue, place: Place): void {
  machine.report.add({
    code: 'AM1006',
    about: list,
    message: `The list ${list} has fields that are unknown, ${because(why, place)}.`,
    help: 'Write the fields in the source, or name a file that exports the config of the list with --list <Key>=<file>.',
    why,
    place,
  });
}

function meaningOf(machine: Machine, owner: Owner, path: string, value: Value, place: Place): Meaning {
  const { key: list, listConfig } = owner;
  if (value.kind === 'choice') {
    const meanings = value.options.map((option) => meaningOf(machine, owner, path, option, place));
    return agreed(machine, list, path, meanings, value.why, place);
  }
  if (value.kind === 'unknown' || value.kind === 'external') {
    const why = value.kind === 'unknown' ? value : unknownExternal(value, place);
    reportField(
      machine,
      'AM1003',
      `${list}.${path}`,
      `The field ${list}.${path} is unknown, and could be a relationship`,
      why,
      place,
    );
    return reported;
  }
  if (value.kind !== 'object') return other;
  const field: FieldReading = { list, path, config: value, place, listConfig };
  const written = getMember(machine, value, 'type', place);
  const misspelt = isUndefined(written)
    ? ownNames(value).find((name) => distance(name, 'type') <= 1)
    : undefined;
  if (misspelt !== undefined) {
    machine.report.add({
      code: 'AM1003',
      about: `${list}.${path}`,
      message: `The field ${list}.${path} has no type. Did you mean type for ${misspelt}?`,
      help: `Write type: in place of ${misspelt}:.`,
      place: value.properties.get(misspelt)?.place ?? place,
    });
    return reported;
  }
  const byParent = fieldTypeOf(machine, written, place);
  const isConstructed = byParent.is === 'other' || byParent.is === 'relationship';
  const made = isConstructed ? constructType(machine, written, field) : undefinedValue;
  const type = byParent.is === 'other' ? ownWordOf(machine, made, place) : byParent;
  if (type.is === 'relationship') {
    const given = configGivenOn(made, field);
    if (given.kind === 'object') return readRelationship(machine, { ...field, config: given });
    const why = reasonOf(given, place) ?? limit('its type gives no config', place);
    reportField(machine, 'AM1004', `${list}.${path}`, `The ref of ${list}.${path} is unknown`, why, place);
    return reported;
  }
  if (type.is === 'content') return { is: 'content', field };
  if (type.is === 'unknown' && (!type.needsRef || mayHaveRef(machine, value, place))) {
    const at = value.properties.get('type')?.place ?? place;
    reportField(
      machine,
      'AM1003',
      `${list}.${path}`,
      `The type of ${list}.${path} is unknown, and could be a relationship`,
      type.why,
      at,
    );
    return reported;
  }
  return other;
}

/** A relationship has a ref; a Content field, which makes its own, has blocks. */
function mayHaveRef(machine: Machine, config: ObjectValue, place: Place): boolean {
  const ref = getMember(machine, config, 'ref', place);
  return stringOf(ref) !== null || reasonOf(ref, place) !== null || config.properties.has('blocks');
}

/** What a field is that may be written in several ways. */
function agreed(
  machine: Machine,
  list: string,
  path: string,
  meanings: readonly Meaning[],
  why: UnknownValue,
  place: Place,
): Meaning {
  const [first = other] = meanings;
  if (meanings.every((meaning) => sameMeaning(meaning, first))) return first;
  const mattering = meanings.find((meaning) => meaning.is === 'relationship' || meaning.is === 'content');
  if (mattering === undefined) return reported;
  reportField(
    machine,
    'AM1016',
    `${list}.${path}`,
    `Whether, or as what, the relationship ${list}.${path} is there is unknown`,
    why,
    place,
  );
  return mattering;
}

function sameMeaning(a: Meaning, b: Meaning): boolean {
  if (a.is === 'relationship' && b.is === 'relationship')
    return textOf(a.relationship) === textOf(b.relationship);
  if (a.is === 'content' && b.is === 'content') return a.field.config === b.field.config;
  return a.is === b.is;
}

function textOf(field: RelationshipField): string {
  return JSON.stringify({ ...field, source: null });
}

function readRelationship(machine: Machine, field: FieldReading): Meaning {
  const { path, config, place } = field;
  const ref = readRef(machine, field);
  if (ref === null) return reported;
  const option = (name: string, from: Value = config): boolean | null => readFlag(machine, field, name, from);
  const nested = (name: string): Value => getMember(machine, config, name, place);
  const many = readMany(machine, field);
  const mongoose = nested('mongooseOptions');
  const knex = nested('knexOptions');
  const index = (name: 'unique' | 'sparse' | 'index') => {
    if (isUndefined(mongoose)) return {};
    const ofIndex = getMember(machine, mongoose, 'index', place);
    // mongoose takes the options of an index beside it, or in its place.
    const value = option(name, mongoose) ?? (ofIndex.kind === 'object' ? option(name, ofIndex) : null);
    return value === null ? {} : { [name]: value };
  };
  const relationship: RelationshipField = {
    path,
    ref,
    many,
    isUnique: option('isUnique') ?? false,
    isIndexed: option('isIndexed'),
    isNotNullable: isUndefined(knex) ? false : (option('isNotNullable', knex) ?? false),
    mongooseOptions: { ...index('unique'), ...index('sparse'), ...index('index') },
    source: sourceOf(place),
  };
  return { is: 'relationship', relationship };
}

function readRef(machine: Machine, { list, path, config, place }: FieldReading): string | null {
  const value = getMember(machine, config, 'ref', place);
  const text = stringOf(value);
  if (text !== null) return text;
  const at = config.properties.get('ref')?.place ?? place;
  const why = reasonOf(value, at);
  if (why) {
    reportField(machine, 'AM1004', `${list}.${path}`, `The ref of ${list}.${path} is unknown`, why, at);
  } else {
    machine.report.add({
      code: 'AM1004',
      about: `${list}.${path}`,
      message: `The ref of ${list}.${path} ${isUndefined(value) ? 'is missing' : 'is not a string'}.`,
      help: "Write it as Keystone wants it: 'User' for a list, or 'User.posts' for a field of it.",
      place: at,
    });
  }
  return null;
}

function readMany(machine: Machine, { list, path, config, place }: FieldReading): boolean {
  const many = truth(getMember(machine, config, 'many', place));
  if (typeof many === 'boolean') return many;
  const at = config.properties.get('many')?.place ?? place;
  reportField(machine, 'AM1005', `${list}.${path}`, `Whether ${list}.${path} is many is unknown`, many, at);
  return false;
}

/** An option that is true or false; null where it is not set. Unknown ones count as not set, with a warning. */
function readFlag(
  machine: Machine,
  { list, path, place }: FieldReading,
  name: string,
  from: Value,
): boolean | null {
  const value = getMember(machine, from, name, place);
  if (isUndefined(value)) return null;
  const known = truth(value);
  if (typeof known === 'boolean') return known;
  machine.report.add({
    code: 'AM1017',
    about: `${list}.${path}`,
    severity: 'warning',
    message: `The option ${name} of ${list}.${path} is unknown, ${because(known, place)}; it is treated as not set.`,
    help: 'Write true or false.',
    why: known,
    place,
  });
  return null;
}

function reportField(
  machine: Machine,
  code: DiagnosticCode,
  about: string,
  message: string,
  why: UnknownValue,
  place: Place,
): void {
  machine.report.add({
    code,
    about,
    message: `${message}, ${because(why, place)}.`,
    help: 'Write it in the source as a constant, or name a file that exports the config of the list with --list <Key>=<file>.',
    why,
    place,
  });
}
