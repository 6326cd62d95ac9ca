import path from 'node:path';
import * as v from 'valibot';
import { didYouMean } from '../text/nearest.ts';
import { missingFile } from './entries.ts';
import { plainRelationship } from './keystone/fields.ts';
import { readText } from './modules/files.ts';
import { displayName, type Place, type SourceText, sourceOf } from './place.ts';
import type { Adapter, List, Project, RelationshipField } from './project.ts';
import { newReporter, type Reporter } from './report.ts';
import { reportTwice } from './result.ts';
import { syntaxError, syntaxErrors, ts } from './syntax.ts';

const flag = v.boolean('must be true or false');
const text = v.pipe(v.string('must be a string'), v.nonEmpty('is empty'));
const array = <Item extends v.GenericSchema>(item: Item) => v.array(item, 'must be an array');
const optional = <Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.exactOptional(v.pipe(schema, v.description(description)));
const object = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, ({ expected, input }) => {
    if (expected === 'Object') return 'must be an object';
    if (expected !== 'never') return 'is missing';
    return `is not known here${didYouMean(String(input), Object.keys(entries))}`;
  });

const indexOptions = object({
  unique: v.exactOptional(flag),
  sparse: v.exactOptional(flag),
  index: v.exactOptional(flag),
});

const Field = v.pipe(
  object({
    path: text,
    ref: optional(text, 'a relationship has one, such as User or User.posts'),
    many: v.exactOptional(flag),
    isUnique: v.exactOptional(flag),
    isIndexed: optional(flag, "without it, the database's default"),
    isNotNullable: optional(flag, 'knexOptions.isNotNullable'),
    mongooseOptions: optional(indexOptions, 'its index in MongoDB; wins over isUnique and isIndexed'),
  }),
  v.check((field) => 'ref' in field || Object.keys(field).length === 1, 'is a relationship without a ref'),
);

const ListEntry = object({
  key: text,
  adapterName: optional(text, 'without it, the default adapter'),
  collection: optional(text, 'adapterConfig.mongooseSchemaOptions.collection: the MongoDB collection'),
  idType: optional(text, "the type of the field id, such as Uuid; without it, the adapter's default"),
  fields: v.pipe(
    array(Field),
    v.check(
      (fields) => new Set(fields.map(({ path }) => path)).size === fields.length,
      'has two fields of one path',
    ),
  ),
});

const AdapterEntry = object({
  name: optional(text, 'its name in adapters; without it, the only one'),
  isDefault: v.exactOptional(flag),
  database: v.picklist(['postgres', 'mongo', 'prisma'], 'must be "postgres", "mongo" or "prisma"'),
  schemaName: optional(text, 'without it, the schema public'),
});

/** A description of lists, which `arcade-migrate lists` writes and which can be an entry. */
export const ListsFile = object({
  $schema: v.exactOptional(v.string('must be a string')),
  adapters: v.exactOptional(array(AdapterEntry)),
  lists: v.pipe(array(ListEntry), v.description('in the order in which they are created')),
});

export type ListsFile = v.InferOutput<typeof ListsFile>;

/** Whether an entry is a description of lists rather than code. */
export const isListsFile = (entry: string): boolean => entry.endsWith('.json');

/** The lists and adapters of a project as a file describes them. What has its default is left out. */
export function describeLists({ lists, adapters }: Pick<Project, 'lists' | 'adapters'>): ListsFile {
  return {
    adapters: adapters.map(({ name, isDefault, database, schemaName }) => ({
      ...(name !== null && { name, isDefault }),
      database,
      ...(schemaName !== null && { schemaName }),
    })),
    lists: lists.map(describeList),
  };
}

function describeList({ key, adapterName, collection, idType, fieldPaths, relationships }: List) {
  const byPath = new Map(relationships.map((field) => [field.path, describeField(field)]));
  return {
    key,
    ...(adapterName !== null && { adapterName }),
    ...(collection !== null && { collection }),
    ...(idType !== null && { idType }),
    fields: fieldPaths.map((path) => byPath.get(path) ?? { path }),
  };
}

const describeField = (field: RelationshipField) => ({
  path: field.path,
  ref: field.ref,
  ...(field.many && { many: true }),
  ...(field.isUnique && { isUnique: true }),
  ...(field.isIndexed !== null && { isIndexed: field.isIndexed }),
  ...(field.isNotNullable && { isNotNullable: true }),
  ...(Object.keys(field.mongooseOptions).length > 0 && { mongooseOptions: field.mongooseOptions }),
});

/** Adds the lists that a file describes to a project. They replace lists of the same keys. */
export function addListsFile(project: Project, name: string, cwd: string): Project {
  const report = newReporter();
  const lists = new Map(project.lists.map((list) => [list.key, list]));
  const file = path.resolve(cwd, name);
  const content = readText(file);
  const tree = content === null ? null : ts.parseJsonText(file, content);
  const source = { path: file, name: displayName(cwd, file), text: content ?? '', tree };
  const data = tree === null ? null : parse(report, source, tree);
  const placeOf = (...keys: readonly PropertyKey[]): Place => ({
    file: source,
    at: tree && nodeAt(tree, keys),
  });
  if (tree === null) report.add(missingFile(cwd, file));
  if (data?.lists.length === 0) {
    const message = `No list was found in ${source.name}.`;
    report.add({ code: 'AM1010', message, help: FORM, place: placeOf('lists') });
  }
  for (const [index, described] of data?.lists.entries() ?? []) {
    const { fields, adapterName = null, collection = null, idType = null, key } = described;
    const place = placeOf('lists', index);
    const relationships = fields.flatMap(({ ref, ...field }, at) =>
      ref === undefined
        ? []
        : [{ ...plainRelationship(field.path, ref, placeOf('lists', index, 'fields', at)), ...field }],
    );
    const fieldPaths = fields.map((field) => field.path);
    const list = { key, adapterName, collection, idType, fieldPaths, relationships, source: sourceOf(place) };
    const former = lists.get(key);
    if (former !== undefined) reportTwice(report, { list, place }, former);
    lists.set(key, list);
  }
  const adapters = data?.adapters?.map(
    ({ name: called = null, isDefault = called === null, database, schemaName = null }, index): Adapter => ({
      ...{ name: called, isDefault, database, schemaName },
      source: sourceOf(placeOf('adapters', index)),
    }),
  );
  return {
    ...project,
    lists: [...lists.values()],
    adapters: [...project.adapters, ...(adapters ?? [])],
    diagnostics: [...project.diagnostics, ...report.diagnostics],
  };
}

const FORM = `A list is { "key": "User", "fields": [{ "path": "name" }, { "path": "posts", "ref": "Post.author", "many": true }] }; FORMATS.md has the rest.`;

/** What the file contains; null, with diagnostics, if it does not have the right form. It may contain comments. */
function parse(report: Reporter, file: SourceText, tree: ts.JsonSourceFile): ListsFile | null {
  const refused: ts.Diagnostic[] = [];
  const data: unknown = ts.convertToObject(tree, refused);
  const [error] = [...syntaxErrors(tree, true), ...refused.map(syntaxError)];
  if (error !== undefined) {
    const message = `There is a syntax error here: ${error.message}`;
    const help = 'Correct it; names and strings need double quotes.';
    report.add({ code: 'AM1002', message, help, place: { file, at: error.start } });
    return null;
  }
  const wrong = (message: string, at: ts.Node): void =>
    report.add({ code: 'AM1026', message, help: FORM, place: { file, at } });
  for (const name of repeatedNames(tree)) wrong(`${name.getText(tree)} stands here twice.`, name);
  const result = v.safeParse(ListsFile, data);
  for (const { path: keys = [], message } of result.issues ?? []) {
    const names = keys.map(({ key }) => key as PropertyKey);
    const last = names.at(-1) ?? 'The file';
    wrong(`${typeof last === 'number' ? 'This' : String(last)} ${message}.`, nodeAt(tree, names));
  }
  return report.diagnostics.length === 0 && result.success ? result.output : null;
}

/** The deepest node on a path into the file: the name of a property, or an element of an array. */
function nodeAt(tree: ts.JsonSourceFile, keys: readonly PropertyKey[]): ts.Node {
  let value: ts.Node = tree.statements[0]?.expression ?? tree;
  let node = value;
  for (const key of keys) {
    if (ts.isArrayLiteralExpression(value)) {
      node = value = value.elements[Number(key)] ?? value;
      continue;
    }
    const property = propertiesOf(value).find(({ name }) => textOf(name) === key);
    if (property === undefined) return node;
    node = property.name;
    value = property.initializer;
  }
  return node;
}

/** The names that an object has twice. The second one would hide the first. */
function repeatedNames(node: ts.Node): readonly ts.PropertyName[] {
  const names = propertiesOf(node).map(({ name }) => name);
  const texts = names.map(textOf);
  const repeated = names.filter((name, index) => texts.indexOf(textOf(name)) < index);
  ts.forEachChild(node, (child) => void repeated.push(...repeatedNames(child)));
  return repeated;
}

const propertiesOf = (node: ts.Node): readonly ts.PropertyAssignment[] =>
  ts.isObjectLiteralExpression(node) ? node.properties.filter(ts.isPropertyAssignment) : [];

const textOf = (name: ts.PropertyName): string => (ts.isStringLiteral(name) ? name.text : name.getText());
