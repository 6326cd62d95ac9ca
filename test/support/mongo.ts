import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Db, MongoClient } from 'mongodb';
import { type CommandOptions, type Outcome, run } from './command.ts';
import type { KeystoneCase } from './keystone-cases.ts';
import { serverUrl } from './needs.ts';
import { temporaryFolder } from './temporary.ts';

/** A database for a single test. */
export interface MongoDatabase {
  readonly url: string;
  readonly db: Db;
}

/** The indexes of each collection, in no particular order. */
export type Shape = Readonly<Record<string, readonly IndexShape[]>>;

export interface IndexShape {
  readonly key: Readonly<Record<string, number>>;
  readonly name: string;
  readonly unique: boolean;
  readonly sparse: boolean;
}

const mongosh = join(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  ...['node_modules', 'mongosh', 'bin', 'mongosh.js'],
);

let databases = 0;

/** Runs a test with a new database, and drops it afterwards. */
export async function withMongoDatabase<T>(work: (database: MongoDatabase) => Promise<T>): Promise<T> {
  databases += 1;
  const url = databaseUrl(`arcade_test_${process.pid}_${databases}`);
  const client = new MongoClient(url);
  try {
    const db = client.db();
    return await work({ url, db }).finally(() => db.dropDatabase());
  } finally {
    await client.close();
  }
}

/** Runs a script with mongosh, as users do. Keeps its settings and logs out of the developer's home. */
export async function runMongoFile(
  url: string,
  file: string,
  options: Pick<CommandOptions, 'timeoutSeconds' | 'killedBy'> = {},
): Promise<Outcome> {
  const home = await temporaryFolder();
  const env = { HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home };
  return run(process.execPath, [mongosh, '--quiet', '--norc', url, file], { env, ...options });
}

/** The collections of a database and their indexes. */
export async function readShape(db: Db): Promise<Shape> {
  const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  const names = collections.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
  const indexes = names.map(
    async (name) => [name, indexShapes(await db.collection(name).indexes())] as const,
  );
  return sortKeys(Object.fromEntries(await Promise.all(indexes)));
}

/** The collections and indexes that the real Keystone created. */
export async function keystoneShape(example: KeystoneCase, when: 'before' | 'after'): Promise<Shape> {
  const text = await readFile(join(example.folder, `${when}.mongo.json`), 'utf8');
  const file: { collections: Record<string, { indexes: readonly Partial<IndexShape>[] }> } = JSON.parse(text);
  const shapes = Object.entries(file.collections).map(([name, { indexes }]) => [name, indexShapes(indexes)]);
  return sortKeys(Object.fromEntries(shapes));
}

/** Creates the collections and indexes of a shape in an empty database. */
export async function createShape(db: Db, shape: Shape): Promise<void> {
  for (const [name, indexes] of Object.entries(shape)) {
    const collection = await db.createCollection(name);
    for (const { key, name, unique, sparse } of indexes) {
      if (name === '_id_') continue;
      await collection.createIndex(
        { ...key },
        { name, ...(unique && { unique }), ...(sparse && { sparse }) },
      );
    }
  }
}

/** The address of a database. The host can be a list, which URL cannot parse. */
export function databaseUrl(name: string): string {
  const server = serverUrl('mongo');
  if (server === null) throw new Error('there is no MongoDB server');
  return server.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${name}`);
}

interface IndexFound {
  readonly key?: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}

function indexShapes(indexes: readonly IndexFound[]): IndexShape[] {
  return indexes
    .map(({ key = {}, name = '', unique = false, sparse = false }) => ({
      key: Object.fromEntries(Object.entries(key).map(([path, direction]) => [path, Number(direction)])),
      name,
      unique,
      sparse,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
