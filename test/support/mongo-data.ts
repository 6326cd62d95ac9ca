import { BSON, type Db, type Document, ObjectId } from 'mongodb';
import { type Dataset, type Link, noRule, type RuleOf } from './dataset.ts';
import {
  holderOf,
  type KeystoneCase,
  nameOf,
  type Relationship,
  type Side,
  sideName,
  sidesOf,
} from './keystone-cases.ts';
import type { Shape } from './mongo.ts';

/** The ids of test documents: a fixed prefix and the number of the item. */
const idPrefix = '5e90a0b0c0d0e0f0';

/** The id of the item with this number. Ids sort like their numbers. */
export function objectId(item: number): ObjectId {
  return new ObjectId(idPrefix + item.toString(16).padStart(24 - idPrefix.length, '0'));
}

function itemOf(id: unknown): number {
  if (!(id instanceof ObjectId)) throw new Error(`${String(id)} is not an ObjectId`);
  return Number.parseInt(id.toHexString().slice(idPrefix.length), 16);
}

/** The constraints of a shape's unique indexes on fields that hold one id. */
export function rulesOf(example: KeystoneCase, shape: Shape): RuleOf {
  return (side) => {
    const indexes = shape[collectionOf(example, side)] ?? [];
    const unique = indexes.some((index) => index.unique && side.path in index.key);
    return unique ? { required: false, unique } : noRule;
  };
}

/** The collection of the list with this side. */
export function collectionOf(example: KeystoneCase, { list }: Pick<Side, 'list'>): string {
  const collection = example.collections[list];
  if (collection === undefined) throw new Error(`no collection for ${list}`);
  return collection;
}

/**
 * Inserts a dataset into the collections of old Keystone, on every side of each relationship. Items without links are stored in the
 * three forms that old databases contain: as mongoose writes them now, without the field, or with null.
 */
export async function fillMongo(
  db: Db,
  example: KeystoneCase,
  dataset: Dataset,
  ruleOf: RuleOf,
): Promise<void> {
  for (const list of example.lists) {
    const documents = (dataset.items[list] ?? []).map((item, index): Document => {
      const document: Document = { _id: objectId(item), name: `O'Neill "${item}" $name \\ Zoë` };
      for (const relationship of example.relationships) {
        const links = dataset.links[nameOf(relationship)] ?? [];
        for (const side of sidesOf(relationship)) {
          if (side.list !== list) continue;
          const far = farItems(relationship, side, links, item).map(objectId);
          const value = side.many ? manyValue(far, index) : singleValue(far, index, ruleOf(side).unique);
          if (value !== undefined) document[side.path] = value;
        }
      }
      return { ...document, __v: 0 };
    });
    if (documents.length > 0) await db.collection(collectionOf(example, { list })).insertMany(documents);
  }
}

/** Stores a link on one side only, after the links that the side already has. */
export async function linkSide(
  db: Db,
  example: KeystoneCase,
  { left }: Relationship,
  side: Side,
  link: Link,
): Promise<void> {
  const [near, far] = side === left ? [link.left, link.right] : [link.right, link.left];
  const collection = db.collection(collectionOf(example, side));
  const document = await collection.findOne({ _id: objectId(near) });
  const value: unknown = document?.[side.path];
  const many = [...(Array.isArray(value) ? value : []), objectId(far)];
  await collection.updateOne(
    { _id: objectId(near) },
    { $set: { [side.path]: side.many ? many : objectId(far) } },
  );
}

/** Removes an item as old Keystone does on MongoDB: links to it remain in other documents. */
export async function deleteItem(db: Db, example: KeystoneCase, list: string, item: number): Promise<void> {
  await db.collection(collectionOf(example, { list })).deleteOne({ _id: objectId(item) });
}

/** The links of each relationship in Keystone 8. Those in a join collection are in the order of `_id`. */
export async function readMigratedLinks(db: Db, example: KeystoneCase): Promise<Record<string, Link[]>> {
  const links: Record<string, Link[]> = {};
  for (const relationship of example.relationships) {
    const { left, right } = fieldsOf(relationship);
    const found = db
      .collection(relationship.collection)
      .find({ [left]: { $ne: null }, [right]: { $ne: null } });
    const documents = await found.sort({ _id: 1 }).toArray();
    links[nameOf(relationship)] = documents.map((document) => ({
      left: itemOf(document[left]),
      right: itemOf(document[right]),
    }));
  }
  return links;
}

/** Every document exactly as stored, with the order of its fields and the types of its numbers, a line each. */
export async function readAllDocuments(db: Db): Promise<string[]> {
  return readLines(db, (document) => document);
}

/**
 * Every document as old Keystone reads it, a line each. The order of fields does not matter, and a missing field is the same as
 * null or an empty array.
 */
export async function readContent(db: Db, example: KeystoneCase): Promise<string[]> {
  const paths = new Set(example.relationships.flatMap(sidesOf).map(({ path }) => path));
  const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);
  return readLines(db, (document) => {
    const fields = Object.entries(document).filter(([path, value]) => !(paths.has(path) && isEmpty(value)));
    return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

async function readLines(db: Db, view: (document: Document) => Document): Promise<string[]> {
  const lines: string[] = [];
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    const documents = await db.collection(name).find({}, { promoteValues: false }).sort({ _id: 1 }).toArray();
    lines.push(
      ...documents.map((document) => `${name}: ${BSON.EJSON.stringify(view(document), { relaxed: false })}`),
    );
  }
  return lines.sort();
}

/** The items that one item is linked with, in order. */
function farItems({ left }: Relationship, side: Side, links: readonly Link[], item: number): number[] {
  return side === left
    ? links.filter((link) => link.left === item).map((link) => link.right)
    : links.filter((link) => link.right === item).map((link) => link.left);
}

function manyValue(far: readonly ObjectId[], index: number): ObjectId[] | null | undefined {
  if (far.length > 0) return [...far];
  return [[], undefined, null][index % 3];
}

/** A unique index counts null as a value, so only one document can have it. */
function singleValue(far: readonly ObjectId[], index: number, unique: boolean): ObjectId | null | undefined {
  const absent = unique || index % 2 === 0 ? undefined : null;
  return far[0] ?? absent;
}

/** The fields with the two ids of each link in Keystone 8. */
function fieldsOf(relationship: Relationship): { left: string; right: string } {
  const pair = relationship.columnNames?.[sideName(relationship.left)];
  if (pair !== undefined) return { left: pair.near, right: pair.far };
  const holder = holderOf(relationship);
  if (holder === null) throw new Error(`${nameOf(relationship)} is stored nowhere`);
  return holder === relationship.left
    ? { left: '_id', right: holder.path }
    : { left: holder.path, right: '_id' };
}
