import fc from 'fast-check';
import type pg from 'pg';
import * as assert from 'uvu/assert';
import type { Project } from '../../generator/reader/project.ts';
import { type Relationship, relationshipName, type Side } from '../../generator/relationships/index.ts';
import { quoteIdentifier } from '../../generator/render/quote-sql.ts';
import { catalogueSchema } from '../support/catalogue.ts';
import { newDdl, oldDdl } from '../support/keystone-ddl.ts';
import { writeScriptsFor } from '../support/library-scripts.ts';
import { suiteNeeding } from '../support/needs.ts';
import { type Database, runSqlFile, withClient, withDatabase } from '../support/postgres.ts';
import { readRows } from '../support/postgres-data.ts';
import { mustBeSchema, mustSucceed } from '../support/postgres-steps.ts';
import { type Drawn, databases, NONE, RUNS, sidesOf } from '../support/random-databases.ts';
import { expectedLinks, ITEMS, type Reconcile, type Stored } from '../support/random-links.ts';
import type { Schema } from '../support/schema.ts';
import { seed } from '../support/seed.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, random lists, data and drift');

/** Old Keystone could not create the table of a self-referential many field. */
const isStored = ({ many, list, refList }: Side): boolean => !many || list !== refList;

/** An item that is gone, which rows still point at: foreign keys were switched off for a time. */
const GONE = 99;

/** The database of a test, and a connection to it. */
interface Connection {
  readonly database: Database;
  readonly client: pg.Client;
}

for (const reconcile of ['abort', 'merge', 'discard'] as const) {
  test(`${reconcile}: ${RUNS} databases`, () =>
    withDatabase((database) =>
      withClient(database, async (client) => {
        let refused = 0;
        await fc.assert(
          fc.asyncProperty(databases({ isStored, gone: GONE }), async (draw) => {
            if (!(await migrateAndBack(draw, reconcile, { database, client }))) refused += 1;
          }),
          { numRuns: RUNS, seed },
        );
        console.log(`${reconcile}: ${RUNS} databases, ${refused} refused`);
      }),
    ));
}

/** Takes a database there and back, asking at each step for what must be. Tells whether it was migrated, or rightly refused. */
async function migrateAndBack(
  { project, relationships, stored }: Drawn,
  reconcile: Reconcile,
  { database, client }: Connection,
): Promise<boolean> {
  const script = await writeScriptsFor(project, relationships, 'postgres', reconcile);
  if (script === null) {
    fc.pre(false);
    return false;
  }
  const fresh = await schemaOf(client, newDdl(project.lists, relationships));
  const empty = await schemaOf(client, oldDdl(project.lists));
  fc.pre(empty !== null);
  await client.query(fill(project, relationships, stored));
  const before = await readState(client);
  const expected = relationships.map((relationship, index) =>
    expectedOf(relationship, stored[index] ?? NONE, reconcile),
  );

  if (expected.includes(null)) {
    for (const name of ['preflight', 'migrate']) {
      const { status, stdout, stderr } = await runSqlFile(database, script(name));
      assert.is.not(status, 0, name);
      relationships.forEach((relationship, index) => {
        if (expected[index] === null) assert.match(stdout + stderr, relationshipName(relationship));
      });
    }
    assert.equal(await readState(client), before);
    return false;
  }

  await mustSucceed(database, script('preflight'), script('migrate'), script('verify'));
  assert.equal(await readLinks(client, relationships.map(placeMigrated)), expected);
  // The proof of a migration: its schema and that of a fresh Keystone 8 agree, where a fresh one can be made.
  if (fresh) mustBeSchema(await catalogueSchema(client), fresh, 'the schema of a fresh Keystone 8');

  await mustSucceed(database, script('rollback'));
  mustBeSchema(await catalogueSchema(client), before.schema, 'the schema after rollback');
  const sides = relationships.flatMap((relationship, index) =>
    sidesOf(relationship)
      .filter(isStored)
      .map((side) => ({ place: placeOld(relationship, side), links: expected[index] })),
  );
  assert.equal(
    await readLinks(
      client,
      sides.map(({ place }) => place),
    ),
    sides.map(({ links }) => links),
  );
  return true;
}

/** A link to a row that is gone can neither stay nor be added to the side that stays. */
function expectedOf(relationship: Relationship, stored: Stored, reconcile: Reconcile): string[] | null {
  const { cardinality, right } = relationship;
  const [staying, going] =
    right && cardinality === '1:N' ? [stored.right, stored.left] : [stored.left, stored.right];
  const kept = reconcile === 'merge' ? [...staying, ...going] : staying;
  return kept.some((link) => link.includes(GONE)) ? null : expectedLinks(relationship, stored, reconcile);
}

/**
 * Makes the schema of the database anew, and reads it; null where that fails: names that collide after the cut to 63 bytes, or
 * differ in case only, are names that Keystone itself fails on.
 */
async function schemaOf(client: pg.Client, ddl: string): Promise<Schema | null> {
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET search_path = public');
  try {
    await client.query(ddl);
  } catch {
    return null;
  }
  return catalogueSchema(client);
}

async function readState(client: pg.Client): Promise<{ schema: Schema; rows: readonly string[] }> {
  return { schema: await catalogueSchema(client), rows: await readRows(client) };
}

/** Statements that fill a database of old Keystone. */
function fill({ lists }: Project, relationships: readonly Relationship[], stored: readonly Stored[]): string {
  const statements = lists.map(
    ({ key }) => `INSERT INTO ${quoteIdentifier(key)} (id) SELECT generate_series(1, ${ITEMS});`,
  );
  for (const [index, { left, right }] of relationships.entries()) {
    const links = stored[index] ?? NONE;
    statements.push(...links.left.map(([near, far]) => store(left, near, far)));
    if (right) statements.push(...links.right.map(([far, near]) => store(right, near, far)));
  }
  return `SET search_path = public; SET session_replication_role = replica; ${statements.join('\n')} RESET session_replication_role;`;
}

const store = ({ list, path, refList, many }: Side, near: number, far: number): string =>
  many
    ? `INSERT INTO ${quoteIdentifier(`${list}_${path}`)} (${quoteIdentifier(`${list}_id`)}, ${quoteIdentifier(`${refList}_id`)}) VALUES (${near}, ${far});`
    : `UPDATE ${quoteIdentifier(list)} SET ${quoteIdentifier(path)} = ${far} WHERE id = ${near};`;

/** Where links are: a table, and its columns with the ids of the items on the left and on the right. */
type LinkPlace = readonly [table: string, left: string, right: string];

/** Where Keystone 8 looks for the links of a relationship. */
function placeMigrated({ left, tableName, columnName }: Relationship): LinkPlace {
  if (columnName === null) return [tableName, `${left.list}_left_id`, `${left.refList}_right_id`];
  const isLeft = tableName === left.list && columnName === left.path;
  return isLeft ? [tableName, 'id', columnName] : [tableName, columnName, 'id'];
}

/** Where old Keystone has them on one of the sides. */
function placeOld({ left }: Relationship, side: Side): LinkPlace {
  const { list, path, refList, many } = side;
  const [table, near, far] = many ? [`${list}_${path}`, `${list}_id`, `${refList}_id`] : [list, 'id', path];
  return side === left ? [table, near, far] : [table, far, near];
}

/** The links in each place, as text, sorted. A pair that is there twice is there twice. */
async function readLinks(client: pg.Client, places: readonly LinkPlace[]): Promise<string[][]> {
  if (places.length === 0) return [];
  const selects = places.map(([table, left, right], index) => {
    const [a, b] = [quoteIdentifier(left), quoteIdentifier(right)];
    return `SELECT ${index} AS place, ${a} || '-' || ${b} AS link FROM public.${quoteIdentifier(table)} WHERE ${a} IS NOT NULL AND ${b} IS NOT NULL`;
  });
  const { rows } = await client.query<{ place: number; link: string }>(selects.join(' UNION ALL '));
  return places.map((_, index) =>
    rows
      .filter(({ place }) => place === index)
      .map(({ link }) => link)
      .sort(),
  );
}

test.run();
