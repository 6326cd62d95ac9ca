import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A lists file, and what the real Keystone created from it: see test/fixtures/keystone/README.md. */
export interface KeystoneCase {
  readonly name: string;
  readonly folder: string;
  /** The keys of the lists, in order of declaration. */
  readonly lists: readonly string[];
  /** The MongoDB collection of each list. */
  readonly collections: Readonly<Record<string, string>>;
  readonly relationships: readonly Relationship[];
  /** The PostgreSQL schema with the tables. */
  readonly schema: string;
  /** Keystone's message if it refuses the lists. */
  readonly refused: string | null;
  /** Whether old Keystone failed half-way on PostgreSQL, without the join table of a self-referential list. */
  readonly lacksJoinTable: boolean;
  /** Whether there is a lists file for MongoDB too. */
  readonly hasMongo: boolean;
}

/** A relationship as Keystone 8 sees it. */
export interface Relationship {
  readonly left: Side;
  readonly right: Side | null;
  readonly cardinality: '1:1' | '1:N' | 'N:1' | 'N:N';
  readonly tableName: string;
  /** The foreign key; null for N:N. */
  readonly columnName: string | null;
  /** The columns of the join table, seen from each side; null for all but N:N. */
  readonly columnNames: Readonly<Record<string, { readonly near: string; readonly far: string }>> | null;
  readonly collection: string;
}

export interface Side {
  readonly list: string;
  readonly path: string;
  readonly many: boolean;
  /** The list at the other end. */
  readonly target: string;
}

/** The parts of relationships.json that the tests use. */
interface RelationshipsFile {
  readonly error?: string;
  readonly listCollections?: Record<string, string>;
  readonly relationships?: readonly {
    readonly left: SideInFile;
    readonly right: SideInFile | null;
    readonly cardinality: Relationship['cardinality'];
    readonly tableName: string;
    readonly columnName?: string;
    readonly columnNames?: Relationship['columnNames'];
    readonly mongoCollection: string;
  }[];
}

interface SideInFile {
  readonly listKey: string;
  readonly path: string;
  readonly many: boolean;
  readonly refListKey: string;
}

const fixtures = join(dirname(dirname(fileURLToPath(import.meta.url))), 'fixtures', 'keystone');

/** All cases, in the order of their names. */
export const keystoneCases: readonly KeystoneCase[] = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => readCase(entry.name))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The case of this name, for a test about something specific to it. */
export function keystoneCase(name: string): KeystoneCase {
  const found = keystoneCases.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  return found;
}

/** The tests name a relationship by its left field: `Post.authors`. */
export function nameOf({ left }: Relationship): string {
  return sideName(left);
}

/** `Post.authors` */
export function sideName({ list, path }: Side): string {
  return `${list}.${path}`;
}

/** The relationship of that name. */
export function relationshipOf(example: KeystoneCase, name: string): Relationship {
  const found = example.relationships.find((relationship) => nameOf(relationship) === name);
  if (found === undefined) throw new Error(`${example.name} has no relationship ${name}`);
  return found;
}

/** Matches a message that names a relationship, or at least one of its sides. */
export function nameOfEither(relationship: Relationship): RegExp {
  return new RegExp(
    sidesOf(relationship)
      .map((side) => sideName(side).replace('.', '\\.'))
      .join('|'),
  );
}

/** The sides that old Keystone stores: one or both. */
export function sidesOf({ left, right }: Relationship): Side[] {
  return right === null ? [left] : [left, right];
}

/** The side with the foreign key or ObjectId in Keystone 8; null for N:N. */
export function holderOf(relationship: Relationship): Side | null {
  const { tableName, columnName } = relationship;
  const holds = ({ list, path }: Side) => list === tableName && path === columnName;
  return sidesOf(relationship).find(holds) ?? null;
}

/** The dropped side; null for a one-sided relationship. */
export function droppedSide(relationship: Relationship): Side | null {
  const { left, right } = relationship;
  return right !== null && holderOf(relationship) === right ? left : right;
}

function readCase(name: string): KeystoneCase {
  const folder = join(fixtures, name);
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  const file: RelationshipsFile = JSON.parse(text('relationships.json'));
  const collections = file.listCollections ?? {};
  return {
    name,
    folder,
    lists: Object.keys(collections),
    collections,
    relationships: (file.relationships ?? []).map((relationship) => ({
      left: readSide(relationship.left),
      right: relationship.right && readSide(relationship.right),
      cardinality: relationship.cardinality,
      tableName: relationship.tableName,
      columnName: relationship.columnName ?? null,
      columnNames: relationship.columnNames ?? null,
      collection: relationship.mongoCollection,
    })),
    schema: /^CREATE SCHEMA (\w+);$/m.exec(text('after.sql'))?.[1] ?? 'public',
    refused: file.error ?? null,
    lacksJoinTable: file.error === undefined && existsSync(join(folder, 'before.error.txt')),
    hasMongo: existsSync(join(folder, 'lists.mongoose.js')),
  };
}

function readSide({ listKey, path, many, refListKey }: SideInFile): Side {
  return { list: listKey, path, many, target: refListKey };
}
