import { distance } from 'fastest-levenshtein';
import { spreadValue } from '../evaluate/literals.ts';
import type { Machine } from '../machine.ts';
import { getMember, reasonOf, whyRest } from '../members.ts';
import { ownNames } from '../objects.ts';
import { type Place, sourceOf } from '../place.ts';
import type { List, RelationshipField } from '../project.ts';
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
  type Value,
} from '../values.ts';
import { contentKeyOf } from './content.ts';
import { storageOf } from './facts.ts';
import { constructType, fieldTypeOf, typeNameOf } from './field-type.ts';

/** The list whose fields are read. */
export interface Owner {
  readonly list: string;
  readonly listConfig: ObjectValue;
}

/** A field as it is written. */
export interface Field extends Owner {
  readonly path: string;
  /** Such as `Post.author`. */
  readonly name: string;
  readonly config: ObjectValue;
  readonly place: Place;
}

/** A Content field, with the key of the list that it creates. */
export interface ContentField extends Field {
  readonly key: string;
}

export interface FieldsReading extends Pick<List, 'fieldPaths' | 'idType' | 'relationships'> {
  readonly contents: readonly ContentField[];
}

/** A field that matters. Null stands for one that does not, or that is reported. */
type Meaning = { readonly relationship: RelationshipField; readonly content?: ContentField } | null;

/** Reads the fields of a list's config. What could hide a relationship becomes a diagnostic. */
export function readFields(machine: Machine, owner: Owner, place: Place): FieldsReading {
  const fields = fieldsOf(machine, owner, place);
  const fieldPaths = ownNames(fields);
  const meanings = fieldPaths.flatMap((path) => {
    const property = fields.properties.get(path);
    if (property === undefined) return [];
    const { place: at } = property;
    // What was spread in later, and may override it, is reported once for all fields.
    const value = property.get ? getMember(machine, fields, path, at) : property.value;
    const name = `${owner.list}.${path}`;
    return meaningOf(machine, { ...owner, path, name, place: at }, value) ?? [];
  });
  return {
    fieldPaths,
    idType: fieldPaths.includes('id') ? idTypeOf(machine, owner.list, fields) : null,
    relationships: meanings.map(({ relationship }) => relationship),
    contents: meanings.flatMap(({ content }) => content ?? []),
  };
}

/** A relationship without options, such as Keystone itself creates. */
export function plainRelationship(path: string, ref: string, place: Place, many = false): RelationshipField {
  return { path, ref, many, ...storageOf(() => null), source: sourceOf(place) };
}

/** Where a config has a property; otherwise, where it stands itself. */
const placeIn = (config: ObjectValue, name: string, place: Place): Place =>
  config.properties.get(name)?.place ?? place;

function fieldsOf(machine: Machine, { list, listConfig }: Owner, place: Place): ObjectValue {
  const value = getMember(machine, listConfig, 'fields', place);
  const at = placeIn(listConfig, 'fields', place);
  const fields = newObject(at);
  const report = (why: UnknownValue, where: Place): void => {
    const message = `The list ${list} has fields that are unknown`;
    machine.report.unknown({ code: 'AM1006', about: list, message, why, place: where });
  };
  if (value.kind === 'object' || value.kind === 'choice') spreadValue(machine, fields, value, at);
  else report(reasonOf(value, at) ?? limit('the config has no fields', at), at);
  for (const rest of fields.rests) report(whyRest(rest.value, rest.place), rest.place);
  return fields;
}

/** The Keystone type of the field `id`. An unknown one is taken for the adapter's default. */
function idTypeOf(machine: Machine, list: string, fields: ObjectValue): string | null {
  const place = placeIn(fields, 'id', fields.place);
  const type = getMember(machine, getMember(machine, fields, 'id', place), 'type', place);
  const name = typeNameOf(machine, type, place);
  if (name === null) {
    const why = reasonOf(type, place) ?? limit("it is not one of Keystone's types", place);
    reportOption(machine, `${list}.id`, 'type', why, place);
  }
  return name;
}

/** What a field is with one of its values. */
function meaningOf(machine: Machine, field: Omit<Field, 'config'>, value: Value): Meaning {
  const { name, path, place } = field;
  if (value.kind === 'choice') {
    const meanings = value.options.map((option) => meaningOf(machine, field, option));
    return agreed(machine, field, meanings, value.why);
  }
  if (value.kind !== 'object') {
    const message = `The field ${name} is unknown, and could be a relationship`;
    const why = reasonOf(value, place);
    if (why !== null) machine.report.unknown({ code: 'AM1003', about: name, message, why, place });
    return null;
  }
  const written = getMember(machine, value, 'type', place);
  const config = { ...field, config: value };
  if (isUndefined(written) && reportMisspelt(machine, config)) return null;
  const type = constructType(machine, fieldTypeOf(machine, written, place), written, config);
  if (type.is === 'relationship') return readRelationship(machine, config);
  if (type.is === 'content') {
    const content = { ...config, key: contentKeyOf(machine, config) };
    return { relationship: plainRelationship(path, `${content.key}.from`, place), content };
  }
  if (type.is === 'unknown' && (!type.needsRef || mayHaveRef(machine, config))) {
    const message = `The type of ${name} is unknown, and could be a relationship`;
    const at = placeIn(value, 'type', place);
    machine.report.unknown({ code: 'AM1003', about: name, message, why: type.why, place: at });
  }
  return null;
}

/** Reports a field without a type, which Keystone refuses, if another option looks like it. */
function reportMisspelt(machine: Machine, { name, config, place: at }: Field): boolean {
  const misspelt = ownNames(config).find((each) => distance(each, 'type') <= 1);
  if (misspelt === undefined) return false;
  const message = `The field ${name} has no type. Did you mean type for ${misspelt}?`;
  const place = placeIn(config, misspelt, at);
  machine.report.add({
    code: 'AM1003',
    about: name,
    message,
    help: `Write type: in place of ${misspelt}:.`,
    place,
  });
  return true;
}

/** A relationship has a ref. A Content field, which creates its own, has blocks. */
function mayHaveRef(machine: Machine, { config, place }: Field): boolean {
  const ref = getMember(machine, config, 'ref', place);
  return stringOf(ref) !== null || reasonOf(ref, place) !== null || config.properties.has('blocks');
}

/** What a field is that may be written in several ways. */
function agreed(
  machine: Machine,
  { name, place }: Omit<Field, 'config'>,
  meanings: readonly Meaning[],
  why: UnknownValue,
): Meaning {
  const texts = meanings.map((meaning) => JSON.stringify({ ...meaning?.relationship, source: null }));
  const mattering = meanings.find((meaning) => meaning !== null) ?? null;
  if (mattering === null || texts.every((text) => text === texts[0])) return mattering;
  const message = `Whether, or as what, the relationship ${name} is there is unknown`;
  machine.report.unknown({ code: 'AM1016', about: name, message, why, place });
  return mattering;
}

function readRelationship(machine: Machine, field: Field): Meaning {
  const { name, path, config, place } = field;
  const ref = readRef(machine, field);
  if (ref === null) return null;
  const isMany = truth(getMember(machine, config, 'many', place));
  if (typeof isMany !== 'boolean') {
    const message = `Whether ${name} is many is unknown`;
    const at = placeIn(config, 'many', place);
    machine.report.unknown({ code: 'AM1005', about: name, message, why: isMany, place: at });
  }
  const many = isMany === true;
  const storage = storageOf((...option) => readFlag(machine, field, option));
  return { relationship: { path, ref, many, ...storage, source: sourceOf(place) } };
}

function readRef(machine: Machine, { name, config, place: at }: Field): string | null {
  const value = getMember(machine, config, 'ref', at);
  const place = placeIn(config, 'ref', at);
  const why = reasonOf(value, place);
  if (why !== null) {
    machine.report.unknown({
      code: 'AM1004',
      about: name,
      message: `The ref of ${name} is unknown`,
      why,
      place,
    });
  } else if (stringOf(value) === null) {
    const message = `The ref of ${name} ${isUndefined(value) ? 'is missing' : 'is not a string'}.`;
    const help = "Write it as Keystone wants it: 'User' for a list, or 'User.posts' for a field of it.";
    machine.report.add({ code: 'AM1004', about: name, message, help, place });
  }
  return stringOf(value);
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
  { name, config, place }: Field,
  option: readonly string[],
): boolean | null {
  const value = optionAt(machine, config, option, place);
  if (isUndefined(value)) return null;
  const known = truth(value);
  if (typeof known === 'boolean') return known;
  reportOption(machine, name, option.join('.'), known, place);
  return null;
}

/** Warns about an option that is unknown, and that is treated as not set. */
export function reportOption(
  { report }: Machine,
  about: string,
  option: string,
  why: UnknownValue,
  place: Place,
): void {
  const message = `The option ${option} of ${about} is unknown and treated as not set`;
  report.unknown({ code: 'AM1017', severity: 'warning', about, message, why, place });
}
