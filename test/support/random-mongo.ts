import type { Db } from 'mongodb';
import { ObjectId } from 'mongodb';
import type { Project } from '../../generator/reader/project.ts';
import { collectionOfList, type Relationship, type Side } from '../../generator/relationships/index.ts';
import { runInDriver } from './in-driver.ts';
import { databaseUrl } from './mongo.ts';
import { runInOneMongosh } from './one-mongosh.ts';
import { type Drawn, NONE } from './random-databases.ts';
import { ITEMS, type Pair } from './random-links.ts';

/** A deleted item. Old Keystone left its id in the arrays and fields of others. */
export const GONE = 99;

/** No two lists may share a collection. */
export const isPossible = ({ lists }: Project): boolean =>
  new Set(lists.map(collectionOfList)).size === lists.length;

/** A random database. */
export interface RandomMongo extends Drawn {
  readonly name: string;
  readonly script: (name: string) => string;
  /** mongosh runs every third database. The driver, which is faster, runs the others. */
  readonly inMongosh: boolean;
}

/** The result of each script, by database: `ok`, or the error message. */
type Outcomes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Runs scripts on all databases, one after another on each. */
export async function runScripts(cases: readonly RandomMongo[], names: readonly string[]): Promise<Outcomes> {
  const outcomes = [true, false].map(async (inMongosh) => {
    const chosen = cases.filter((example) => example.inMongosh === inMongosh);
    const jobs = chosen.flatMap(({ name, script }) =>
      names.map((step) => ({ url: databaseUrl(name), script: script(step) })),
    );
    const said = await (inMongosh ? runInOneMongosh(jobs) : runInDriver(jobs));
    return chosen.map(({ name }, index) => {
      const own = said.slice(index * names.length, (index + 1) * names.length);
      return [name, Object.fromEntries(names.map((script, position) => [script, own[position] ?? '']))];
    });
  });
  return Object.fromEntries((await Promise.all(outcomes)).flat());
}

/** The id of an item. No two lists share an id. */
export function idOf({ project: { lists } }: Drawn, list: string, item: number): ObjectId {
  const index = lists.findIndex(({ key }) => key === list);
  return new ObjectId(`${(index + 1).toString(16).padStart(12, '0')}${item.toString(16).padStart(12, '0')}`);
}

export const itemOf = (id: ObjectId | string): number => Number.parseInt(String(id).slice(12), 16);

/** How a database differs from a normal one: lists without a collection, and fields with ids as text. */
interface Oddities {
  readonly isMissing?: (list: string) => boolean;
  readonly isText?: (side: Side) => boolean;
}

/** Inserts items and links into the collections of the lists. */
export async function fill(db: Db, draw: Drawn, { isMissing, isText }: Oddities = {}): Promise<void> {
  for (const list of draw.project.lists) {
    if (isMissing?.(list.key)) continue;
    const documents = Array.from({ length: ITEMS }, (_, index) => ({
      _id: idOf(draw, list.key, index + 1),
      ...Object.fromEntries(fieldsOf(draw, list.key, index + 1, isText)),
    }));
    await db.collection(collectionOfList(list)).insertMany(documents);
  }
}

type Id = ObjectId | string;

/** The fields of a document. Without links, a field is missing or an empty array. */
function fieldsOf(
  draw: Drawn,
  list: string,
  item: number,
  isText: (side: Side) => boolean = () => false,
): [string, Id | Id[]][] {
  return draw.relationships.flatMap(({ left, right }, index) => {
    const stored = draw.stored[index] ?? NONE;
    const sides = [
      { side: left, pairs: stored.left },
      ...(right ? [{ side: right, pairs: stored.right.map(([a, b]): Pair => [b, a]) }] : []),
    ];
    return sides
      .filter(({ side }) => side.list === list)
      .flatMap(({ side, pairs }): [string, Id | Id[]][] => {
        const fars = pairs.filter(([near]) => near === item).map(([, far]) => idOf(draw, side.refList, far));
        const ids = isText(side) ? fars.map(String) : fars;
        if (side.many) return ids.length === 0 && item === ITEMS ? [] : [[side.path, ids]];
        return ids[0] ? [[side.path, ids[0]]] : [];
      });
  });
}

/** The content of a field, as `item,other` for each link. */
export async function readSide(db: Db, { project }: Drawn, { list, path }: Side): Promise<string[]> {
  const found = project.lists.find(({ key }) => key === list);
  const documents = await db
    .collection(found ? collectionOfList(found) : '')
    .find()
    .toArray();
  return documents
    .flatMap((document) =>
      [document[path] ?? []].flat().map((id: ObjectId) => `${itemOf(document._id)},${itemOf(id)}`),
    )
    .sort();
}

/** The same as links, without those to missing items. */
export async function readLinks(db: Db, draw: Drawn, { left }: Relationship, side: Side): Promise<Pair[]> {
  return (await readSide(db, draw, side))
    .map((text) => text.split(',').map(Number) as [number, number])
    .filter(([, far]) => far !== GONE)
    .map(([near, far]): Pair => (side === left ? [near, far] : [far, near]));
}

/** The links that Keystone 8 finds, including duplicates. */
export async function readMigrated(db: Db, draw: Drawn, relationship: Relationship): Promise<Pair[]> {
  const { left, right, collection, columnName, tableName } = relationship;
  if (columnName !== null) {
    const holder = left.list === tableName && left.path === columnName ? left : right;
    return readLinks(db, draw, relationship, holder ?? left);
  }
  const documents = await db.collection(collection).find().toArray();
  return documents.map(
    (document): Pair => [
      itemOf(document[`${left.list}_left_id`]),
      itemOf(document[`${left.refList}_right_id`]),
    ],
  );
}
