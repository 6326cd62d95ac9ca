import { basename } from 'node:path';
import type { Db } from 'mongodb';
import * as assert from 'uvu/assert';
import { type MongoDatabase, readShape, runMongoFile, type Shape } from './mongo.ts';
import { readAllDocuments } from './mongo-data.ts';

/** Everything that a script could change. */
export interface MongoState {
  readonly shape: Shape;
  readonly documents: readonly string[];
}

export async function readMongoState(db: Db): Promise<MongoState> {
  return { shape: await readShape(db), documents: await readAllDocuments(db) };
}

/** Runs a script that must succeed. */
export async function mustSucceed({ url }: MongoDatabase, script: string): Promise<void> {
  const { status, stdout, stderr } = await runMongoFile(url, script);
  assert.is(status, 0, `${basename(script)} ended with status ${status}\n${stdout}${stderr}`);
}

/** Runs a script that must succeed and change nothing. */
export async function mustOnlyRead(database: MongoDatabase, script: string): Promise<void> {
  const before = await readMongoState(database.db);
  await mustSucceed(database, script);
  mustBeUnchanged(before, await readMongoState(database.db), script);
}

/**
 * Runs a script that must refuse: with an error that the script itself throws and that matches each pattern, and without changing
 * anything.
 */
export async function mustRefuse(
  database: MongoDatabase,
  script: string,
  ...patterns: RegExp[]
): Promise<void> {
  const before = await readMongoState(database.db);
  const { status, said } = await runDeliberately(database, script);
  assert.is(status, 1, `${basename(script)} should have refused, but ended with status ${status}\n${said}`);
  for (const pattern of patterns) {
    assert.match(said, pattern, `${basename(script)} should say ${pattern}\n${said}`);
  }
  mustBeUnchanged(before, await readMongoState(database.db), script);
}

/** Runs a script that has nothing left to do. It may refuse, but must change nothing. */
export async function mustChangeNothing(database: MongoDatabase, script: string): Promise<void> {
  const before = await readMongoState(database.db);
  await runDeliberately(database, script);
  mustBeUnchanged(before, await readMongoState(database.db), script);
}

async function runDeliberately(
  { url }: MongoDatabase,
  script: string,
): Promise<{ status: number | null; said: string }> {
  const { status, stdout, stderr } = await runMongoFile(url, script);
  const said = stdout + stderr;
  const accident = /TypeError|SyntaxError|ReferenceError|Mongo\w*Error/;
  assert.not.match(said, accident, `${basename(script)} failed by accident\n${said}`);
  return { status, said };
}

function mustBeUnchanged(before: MongoState, after: MongoState, script: string): void {
  assert.equal(after.shape, before.shape, `${basename(script)} changed collections or indexes`);
  assert.equal(after.documents, before.documents, `${basename(script)} changed documents`);
}
