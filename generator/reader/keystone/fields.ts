import { distance } from 'fastest-levenshtein';
import type { DiagnosticCode } from '../../diagnostics.ts';
import { spreadValue } from '../evaluate/literals.ts';
import type { Machine } from '../machine.ts';
import { getMember, reasonOf, whyRest } from '../members.ts';
import { ownNames } from '../objects.ts';
import { type Place, sourceOf } from '../place.ts';
import type { RelationshipField } from '../project.ts';
import { truth } from '../truth.ts';
import {
  isNullish,
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
import { contentKeyOf } from './content.ts';
import { storageOf } from './facts.ts';
import { constructType, fieldTypeOf, typeNameOf } from './field-type.ts';

/** The list whose fields are read. */
export interface Owner {
  readonly list: string;
  readonly listConfig: ObjectValue;
  /** What Keystone gives the implementations of the fields. */
  readonly givenToFields: ObjectValue;
}

/** A field as it is written. */
export interface Field extends Owner {
  readonly path: string;
  readonly config: ObjectValue;
  readonly place: Place;
}

/** A Content field, with the key of the list that it creates. */
export interface ContentField extends Field {
  readonly key: string;
}

export interface FieldsReading {
  /** All fields, in order. */
  readonly paths: readonly string[];
  /** The Keystone type of `id`, if the list chooses it. */
  readonly idType: string | null;
  /** Those that are relationships, Content fields included. */
  readonly relationships: readonly RelationshipField[];
  readonly contents: readonly ContentField[];
}

/** A field that matters. Null stands for one that does not, or that is reported. */
type Meaning = { readonly relationship: RelationshipField; readonly content?: ContentField } | null;

/** Reads the fields of a list's config. What could hide a relationship becomes a diagnostic. */
export function readFields(machine: Machine, owner: Owner, place: Place): FieldsReading {
  const fields = fieldsOf(machine, owner, place);
  const paths = ownNames(fields);
  const meanings = paths.flatMap((path) => {
    const property = fields.properties.get(path);
    if (property === undefined) return [];
    // What was spread in later, and may override it, is reported once for all fields.
    const value = property.get ? getMember(machine, fields, path, property.place) : property.value;
    return meaningOf(machine, owner, path, value, property.place) ?? [];
  });
  return {
    paths,
    idType: paths.includes('id') ? idTypeOf(machine, owner.list, fields) : null,
    relationships: meanings.map(({ relationship }) => relationship),
    contents: meanings.flatMap(({ content }) => content ?? []),
  };
}

/** A relationship without options, such as Keystone itself creates. */
export function plainRelationship(path: string, ref: string, place: Place, many = false): RelationshipField {
  return { path, ref, many, ...storageOf(() => null), source: sourceOf(place) };
}

function fieldsOf(machine: Machine, { list, listConfig }: Owner, place: Place): ObjectValue {
  const value = getMember(machine, listConfig, 'fields', place);
  const at = listConfig.properties.get('fields')?.place ?? place;
  const fields = newObject(at);
  const report = (why: UnknownValue, where: Place): void => {
    const message = `The list ${list} has fields that are unknown`;
    const help =
      'Write the fields in the source, or name a file that exports the config of the list with --list <Key>=<file>.';
    machine.report.unknown({ code: 'AM1006', about: list, message, help, why, place: where });
  };
  if (value.kind === 'object' || value.kind === 'choice') spreadValue(machine, fields, value, at);
  else report(reasonOf(value, at) ?? limit('the config has no fields', at), at);
  for (const rest of fields.rests) report(whyRest(rest.value, rest.place), rest.place);
  return fields;
}

/** The Keystone type of the field `id`. An unknown one is taken for the adapter's default. */
function idTypeOf(machine: Machine, list: string, fields: ObjectValue): string | null {
  const place = fields.properties.get('id')?.place ?? fields.place;
  const type = getMember(machine, getMember(machine, fields, 'id', place), 'type', place);
  const name = typeNameOf(machine, type, place);
  if (name !== null) return name;
  machine.report.unknown({
    code: 'AM1017',
    about: `${list}.id`,
    severity: 'warning',
    message: `The type of ${list}.id is unknown and treated as the adapter's default`,
    help: "Write one of Keystone's types, such as Uuid.",
    why: reasonOf(type, place) ?? limit("it is not one of Keystone's types", place),
    place,
  });
  return null;
}

function meaningOf(machine: Machine, owner: Owner, path: string, value: Value, place: Place): Meaning {
  if (value.kind === 'choice') {
    const meanings = value.options.map((option) => meaningOf(machine, owner, path, option, place));
    return agreed(machine, { ...owner, path, place }, meanings, value.why);
  }
  if (value.kind === 'unknown' || value.kind === 'external') {
    const why = value.kind === 'unknown' ? value : unknownExternal(value, place);
    const name = `${owner.list}.${path}`;
    reportField(
      machine,
      name,
      'AM1003',
      `The field ${name} is unknown, and could be a relationship`,
      why,
      place,
    );
    return null;
  }
  if (value.kind !== 'object') return null;
  const field: Field = { ...owner, path, config: value, place };
  const written = getMember(machine, value, 'type', place);
  if (isUndefined(written)) {
    reportNoType(machine, field);
    return null;
  }
  const type = constructType(machine, fieldTypeOf(machine, written, place), written, field);
  if (type.is === 'relationship') return readRelationship(machine, field);
  if (type.is === 'content') {
    const content = { ...field, key: contentKeyOf(machine, field) };
    return { relationship: plainRelationship(path, `${content.key}.from`, place), content };
  }
  if (type.is === 'unknown' && (!type.needsRef || mayHaveRef(machine, field))) {
    const name = `${owner.list}.${path}`;
    const message = `The type of ${name} is unknown, and could be a relationship`;
    reportField(machine, name, 'AM1003', message, type.why, value.properties.get('type')?.place ?? place);
  }
  return null;
}

/** Keystone refuses a field without a type. Either it is misspelt, or the reader has lost it. */
function reportNoType(machine: Machine, { list, path, config, place }: Field): void {
  const misspelt = ownNames(config).find((name) => distance(name, 'type') <= 1);
  const name = `${list}.${path}`;
  if (misspelt === undefined) {
    const message = `The type of ${name} is unknown, and could be a relationship`;
    reportField(machine, name, 'AM1003', message, limit('it has no type', place), place);
    return;
  }
  machine.report.add({
    code: 'AM1003',
    about: name,
    message: `The field ${name} has no type. Did you mean type for ${misspelt}?`,
    help: `Write type: in place of ${misspelt}:.`,
    place: config.properties.get(misspelt)?.place ?? place,
  });
}

/** A relationship has a ref. A Content field, which creates its own, has blocks. */
function mayHaveRef(machine: Machine, { config, place }: Field): boolean {
  const ref = getMember(machine, config, 'ref', place);
  return stringOf(ref) !== null || reasonOf(ref, place) !== null || config.properties.has('blocks');
}

/** What a field is that may be written in several ways. */
function agreed(
  machine: Machine,
  { list, path, place }: Pick<Field, 'list' | 'path' | 'place'>,
  meanings: readonly Meaning[],
  why: UnknownValue,
): Meaning {
  const texts = meanings.map((meaning) => JSON.stringify({ ...meaning?.relationship, source: null }));
  const mattering = meanings.find((meaning) => meaning !== null) ?? null;
  if (mattering === null || texts.every((text) => text === texts[0])) return mattering;
  const name = `${list}.${path}`;
  const message = `Whether, or as what, the relationship ${name} is there is unknown`;
  reportField(machine, name, 'AM1016', message, why, place);
  return mattering;
}

function readRelationship(machine: Machine, field: Field): Meaning {
  const { path, place } = field;
  const ref = readRef(machine, field);
  if (ref === null) return null;
  const many = readMany(machine, field);
  const storage = storageOf((...option) => readFlag(machine, field, option));
  return { relationship: { path, ref, many, ...storage, source: sourceOf(place) } };
}

function readRef(machine: Machine, { list, path, config, place: at }: Field): string | null {
  const value = getMember(machine, config, 'ref', at);
  const ref = stringOf(value);
  if (ref !== null) return ref;
  const place = config.properties.get('ref')?.place ?? at;
  const name = `${list}.${path}`;
  const why = reasonOf(value, place);
  if (why !== null) {
    reportField(machine, name, 'AM1004', `The ref of ${name} is unknown`, why, place);
    return null;
  }
  const message = `The ref of ${name} ${isUndefined(value) ? 'is missing' : 'is not a string'}.`;
  const help = "Write it as Keystone wants it: 'User' for a list, or 'User.posts' for a field of it.";
  machine.report.add({ code: 'AM1004', about: name, message, help, place });
  return null;
}

function readMany(machine: Machine, { list, path, config, place }: Field): boolean {
  const many = truth(getMember(machine, config, 'many', place));
  if (typeof many === 'boolean') return many;
  const name = `${list}.${path}`;
  const at = config.properties.get('many')?.place ?? place;
  reportField(machine, name, 'AM1005', `Whether ${name} is many is unknown`, many, at);
  return false;
}

/** What a config has at a path, such as `knexOptions.isNotNullable`. */
export function optionAt(machine: Machine, config: Value, path: readonly string[], place: Place): Value {
  return path.reduce(
    (holder, name) => (isNullish(holder) ? undefinedValue : getMember(machine, holder, name, place)),
    config,
  );
}

/** An option that is true or false; null if it is not set. Unknown ones count as not set, with a warning. */
function readFlag(
  machine: Machine,
  { list, path, config, place }: Field,
  option: readonly string[],
): boolean | null {
  const value = optionAt(machine, config, option, place);
  if (isUndefined(value)) return null;
  const known = truth(value);
  if (typeof known === 'boolean') return known;
  machine.report.unknown({
    code: 'AM1017',
    about: `${list}.${path}`,
    severity: 'warning',
    message: `The option ${option.at(-1)} of ${list}.${path} is unknown and treated as not set`,
    help: 'Write true or false.',
    why: known,
    place,
  });
  return null;
}

function reportField(
  machine: Machine,
  about: string,
  code: DiagnosticCode,
  message: string,
  why: UnknownValue,
  place: Place,
): void {
  const help =
    'Write it in the source as a constant, or name a file that exports the config of the list with --list <Key>=<file>.';
  machine.report.unknown({ code, about, message, help, why, place });
}
