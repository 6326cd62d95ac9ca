import path from 'node:path';
import * as v from 'valibot';
import { didYouMean } from '../text/nearest.ts';
import { readText } from './modules/files.ts';
import { displayName, type Place, type SourceText, sourceOf } from './place.ts';
import type { Adapter, List, Project, RelationshipField } from './project.ts';
import { newReporter, type Reporter } from './report.ts';
import { reportTwice } from './result.ts';
import { syntaxError, syntaxErrors, ts } from './syntax.ts';

const flag = v.boolean('must be true or false');
const text = v.pipe(v.string('must be a string'), v.nonEmpty('is empty'));
const object = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, ({ expected, input }) => {
    if (expected === 'Object') return 'must be an object';
    return expected === 'never'
      ? `is not known here${didYouMean(String(input), Object.keys(entries))}`
      : 'is missing';
  });

const array = <Item extends v.GenericSchema>(item: Item) => v.array(item, 'must be an array');

const Field = v.pipe(
  object({
    path: text,
    ref: v.exactOptional(v.pipe(text, v.description('a relationship has one, such as User or User.posts'))),
    many: v.exactOptional(flag),
    isUnique: v.exactOptional(flag),
    isIndexed: v.exactOptional(v.pipe(flag, v.description("without it, the database's default"))),
    isNotNullable: v.exactOptional(v.pipe(flag, v.description('knexOptions.isNotNullable'))),
    mongooseOptions: v.exactOptional(
      v.pipe(
        object({
          unique: v.exactOptional(flag),
          sparse: v.exactOptional(flag),
          index: v.exactOptional(flag),
        }),
        v.description('its index in MongoDB; wins over isUnique and isIndexed'),
      ),
    ),
  }),
  v.check((field) => 'ref' in field || Object.keys(field).length === 1, 'is a relationship without a ref'),
);

const ListEntry = object({
  key: text,
  adapterName: v.exactOptional(v.pipe(text, v.description('without it, the default adapter'))),
  collection: v.exactOptional(
    v.pipe(text, v.description('adapterConfig.mongooseSchemaOptions.collection: the MongoDB collection')),
  ),
  idType: v.exactOptional(
    v.pipe(text, v.description("the type of the field id, such as Uuid; without it, the adapter's default")),
  ),
  fields: v.pipe(
    array(Field),
    v.check(
      (fields) => new Set(fields.map(({ path }) => path)).size === fields.length,
      'has two fields of one path',
    ),
  ),
});

/** A description of lists, as `arcade-migrate lists` writes it and an entry may hold it. */
export const ListsFile = object({
  $schema: v.exactOptional(v.string('must be a string')),
  adapters: v.exactOptional(
    array(
      object({
        name: v.exactOptional(v.pipe(text, v.description('its name in adapters; without it, the only one'))),
        isDefault: v.exactOptional(flag),
        database: v.picklist(['postgres', 'mongo', 'prisma'], 'must be "postgres", "mongo" or "prisma"'),
        schemaName: v.exactOptional(v.pipe(text, v.description('without it, the schema public'))),
      }),
    ),
  ),
  lists: v.pipe(array(ListEntry), v.description('in the order in which they are created')),
});

export type ListsFile = v.InferOutput<typeof ListsFile>;

/** Whether an entry is a description of lists rather than code. */
export const isListsFile = (entry: string): boolean => entry.endsWith('.json');

/** The lists and adapters of a project as a file describes them; what has its default is left out. */
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

/** A project with the lists that a file describes besides its own. A list that both have is the one of the file. */
export function addListsFile(project: Project, name: string, cwd: string): Project {
  const report = newReporter();
  const { lists, adapters } = readListsFile(report, path.resolve(cwd, name), cwd);
  const byKey = new Map(project.lists.map((list) => [list.key, list]));
  for (const { list, place } of lists) {
    const former = byKey.get(list.key);
    if (former !== undefined) reportTwice(report, { list, place }, former);
    byKey.set(list.key, list);
  }
  return {
    ...project,
    lists: [...byKey.values()],
    adapters: [...project.adapters, ...adapters],
    diagnostics: [...project.diagnostics, ...report.diagnostics],
  };
}

interface Described {
  readonly lists: readonly { readonly list: List; readonly place: Place }[];
  readonly adapters: readonly Adapter[];
}

/** What a file describes; nothing where there is something wrong with it, which becomes diagnostics. */
function readListsFile(report: Reporter, file: string, cwd: string): Described {
  const nothing: Described = { lists: [], adapters: [] };
  const content = readText(file);
  const name = displayName(cwd, file);
  const tree = content === null ? null : ts.parseJsonText(file, content);
  const source: SourceText = { path: file, name, text: content ?? '', tree };
  if (tree === null) {
    report.add({
      code: 'AM1001',
      message: `${name} does not exist or cannot be read.`,
      help: 'Name the file that describes the lists, relative to the working directory.',
      place: { file: source, at: null },
    });
    return nothing;
  }
  const data = parse(report, source, tree);
  if (data === null) return nothing;
  const placeOf = (...keys: readonly PropertyKey[]): Place => ({ file: source, at: nodeAt(tree, keys) });
  const lists = data.lists.map((described, index) => {
    const { key, adapterName = null, collection = null, idType = null, fields } = described;
    const place = placeOf('lists', index);
    const relationships = fields.flatMap(({ ref, ...field }, at) =>
      ref === undefined ? [] : [relationshipOf(ref, field, sourceOf(placeOf('lists', index, 'fields', at)))],
    );
    const fieldPaths = fields.map(({ path }) => path);
    return {
      list: { key, adapterName, collection, idType, fieldPaths, relationships, source: sourceOf(place) },
      place,
    };
  });
  if (lists.length === 0) {
    report.add({
      code: 'AM1010',
      message: `No list was found in ${name}.`,
      help: FORM,
      place: placeOf('lists'),
    });
  }
  const adapters = (data.adapters ?? []).map(
    ({ name = null, isDefault = name === null, database, schemaName = null }, index) => {
      return { name, isDefault, database, schemaName, source: sourceOf(placeOf('adapters', index)) };
    },
  );
  return { lists, adapters };
}

const relationshipOf = (
  ref: string,
  field: Omit<v.InferOutput<typeof Field>, 'ref'>,
  source: RelationshipField['source'],
): RelationshipField => ({
  many: false,
  isUnique: false,
  isIndexed: null,
  isNotNullable: false,
  mongooseOptions: {},
  ...field,
  ref,
  source,
});

const FORM = `A list is { "key": "User", "fields": [{ "path": "name" }, { "path": "posts", "ref": "Post.author", "many": true }] }; FORMATS.md has the rest.`;

/** What the file holds, if it has the form that it must have. Comments may stand in it. */
function parse(report: Reporter, file: SourceText, tree: ts.JsonSourceFile): ListsFile | null {
  const refused: ts.Diagnostic[] = [];
  const data: unknown = ts.convertToObject(tree, refused);
  const [error] = [...syntaxErrors(tree, true), ...refused.map(syntaxError)];
  if (error !== undefined) {
    report.add({
      code: 'AM1002',
      message: `There is a syntax error here: ${error.message}`,
      help: 'Correct it; names and strings need double quotes.',
      place: { file, at: error.start },
    });
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

/** The node that is deepest on a path into the file: the name of a property, or an element of an array. */
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

/** Names that stand twice in one object, where the latter would hide the former. */
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
