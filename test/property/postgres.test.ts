import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import fc from 'fast-check';
import type pg from 'pg';
import * as assert from 'uvu/assert';
import type { Reconcile } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { statementsOf } from '../../generator/rehearse/postgres/split.ts';
import {
  type Relationship,
  relationshipName,
  type Side,
  sideName,
} from '../../generator/relationships/index.ts';
import { quoteIdentifier } from '../../generator/text/quote-sql.ts';
import { catalogueSchema } from '../support/catalogue.ts';
import { newDdl, oldDdl } from '../support/keystone-ddl.ts';
import { writeScriptsFor } from '../support/library-scripts.ts';
import { suiteNeeding } from '../support/needs.ts';
import { withClient, withDatabase } from '../support/postgres.ts';
import { readRows } from '../support/postgres-data.ts';
import { mustBeSchema } from '../support/postgres-steps.ts';
import { type Drawn, databases, NONE, RUNS, sidesOf } from '../support/random-databases.ts';
import { distinct, expectedLinks, ITEMS, type Stored } from '../support/random-links.ts';
import type { Schema } from '../support/schema.ts';
import { seed } from '../support/seed.ts';
import { type Settled, settle } from '../support/settled-links.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, random lists, data and drift');

/** Old Keystone could not create the join table of a self-referential `many` field. */
const isStored = ({ many, list, refList }: Side): boolean => !many || list !== refList;

/** A missing item that rows still refer to, because foreign keys were switched off for a time. */
const GONE = 99;

for (const reconcile of ['abort', 'merge', 'resolve', 'discard'] as const) {
  test(`${reconcile}: ${RUNS} databases`, () =>
    withDatabase((database) =>
      withClient(database, async (client) => {
        let refused = 0;
        await fc.assert(
          fc.asyncProperty(databases({ isStored, gone: GONE }), async (draw) => {
            if (!(await migrateAndBack(draw, reconcile, client))) refused += 1;
          }),
          { numRuns: RUNS, seed },
        );
        console.log(`${reconcile}: ${RUNS} databases, ${refused} refused (seed ${seed})`);
      }),
    ));
}

/** Migrates a database and rolls it back, with assertions after each step. Returns false if the scripts were right to refuse. */
async function migrateAndBack(
  { project, relationships, stored }: Drawn,
  reconcile: Reconcile,
  client: pg.Client,
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
  const outcomes = relationships.map((relationship, index) =>
    outcomeOf(relationship, stored[index] ?? NONE, reconcile),
  );
  const refusals = relationships.filter((_, index) => outcomes[index] === null);

  if (refusals.length > 0) {
    const preflight = await runSql(client, script('preflight'));
    const migrate = await runSql(client, script('migrate'));
    assert.ok(preflight.error, 'preflight should have failed');
    assert.ok(migrate.error, 'migrate should have refused');
    // migrate stops at the first problem, but preflight names all of them.
    for (const relationship of refusals) {
      assert.match(preflight.lines.join('\n'), `FAIL     ${relationshipName(relationship)}: `);
    }
    assert.equal(await readState(client), before);
    return false;
  }

  const announced = announcedBy(await mustRunSql(client, script('preflight')));
  await mustRunSql(client, script('migrate'));
  await mustRunSql(client, script('verify'));
  assert.equal(
    await readLinks(client, relationships.map(placeMigrated)),
    outcomes.map((outcome) => outcome?.links),
  );
  assert.equal(
    await readGivenUp(client),
    relationships.flatMap((relationship, index) => givenUpTexts(relationship, outcomes[index])).sort(),
  );
  assert.equal(
    announced,
    relationships
      .flatMap((relationship, index) => announcement(relationship, stored[index] ?? NONE, outcomes[index]))
      .sort(),
  );
  // Keystone 8 itself fails to create some schemas.
  if (fresh)
    mustBeSchema(withoutGivenUp(await catalogueSchema(client)), fresh, 'the schema of a fresh Keystone 8');

  await mustRunSql(client, script('rollback'));
  mustBeSchema(withoutGivenUp(await catalogueSchema(client)), before.schema, 'the schema after rollback');
  const sides = relationships.flatMap((relationship, index) =>
    sidesOf(relationship)
      .filter(isStored)
      .map((side) => ({
        place: placeOld(relationship, side),
        links: outcomes[index]?.restored[side === relationship.left ? 'left' : 'right'],
      })),
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

/** The expected result for a relationship; null if migrate must refuse. */
function outcomeOf(relationship: Relationship, stored: Stored, reconcile: Reconcile): Settled | null {
  if (!changesOnPostgres(relationship)) {
    const { left, right } = stored;
    const links = distinct(left.length > 0 ? left : right);
    return { links, givenUp: { left: [], right: [] }, restored: { left: links, right: links } };
  }
  if (reconcile === 'resolve') return settle(relationship, stored, reconcile, GONE);
  const settled = reconcile === 'discard' ? settle(relationship, stored, reconcile, GONE) : null;
  const links =
    reconcile === 'discard' ? (settled?.links ?? null) : expectedLinks(relationship, stored, reconcile);
  if (links === null || links.some((link) => link.split('-').includes(String(GONE)))) return null;
  return settled ?? { links, givenUp: { left: [], right: [] }, restored: { left: links, right: links } };
}

/** A single one-sided relationship does not change, and neither does a 1:N relationship of a list with itself. */
const changesOnPostgres = ({ columnNames, left, right }: Relationship): boolean =>
  columnNames !== null || (right !== null && (left.list !== left.refList || (!left.many && !right.many)));

/** Each link that is set aside: relationship, side, and the ids of the item that held it and of the other. */
function givenUpTexts(relationship: Relationship, outcome: Settled | null | undefined): string[] {
  const name = relationshipName(relationship);
  return sidesOf(relationship).flatMap((side) => {
    const isLeft = side === relationship.left;
    return (outcome?.givenUp[isLeft ? 'left' : 'right'] ?? []).map((link) => {
      const [left, right] = link.split('-');
      return `${name} ${sideName(side)} ${isLeft ? `${left}-${right}` : `${right}-${left}`}`;
    });
  });
}

/** How many links preflight reports as given up and as added, by relationship. */
function announcedBy(lines: readonly string[]): string[] {
  const numbers = new Map<string, number>();
  for (const line of lines) {
    const found = /^(given up|added) +(.+): [^:]+: (\d+) \(/.exec(line);
    if (!found) continue;
    const key = `${found[2]}: ${found[1]}`;
    numbers.set(key, (numbers.get(key) ?? 0) + Number(found[3]));
  }
  return [...numbers].map(([key, number]) => `${key} ${number}`).sort();
}

function announcement(
  relationship: Relationship,
  stored: Stored,
  outcome: Settled | null | undefined,
): string[] {
  if (!outcome) return [];
  const isRight = placeMigrated(relationship)[1] !== 'id' && relationship.columnName !== null;
  const kept = distinct(isRight ? stored.right : stored.left);
  const name = relationshipName(relationship);
  const givenUp = sidesOf(relationship).flatMap(
    (side) => outcome.givenUp[side === relationship.left ? 'left' : 'right'],
  );
  const added = outcome.links.filter((link) => !kept.includes(link));
  return [
    ...(added.length > 0 ? [`${name}: added ${added.length}`] : []),
    ...(givenUp.length > 0 ? [`${name}: given up ${givenUp.length}`] : []),
  ].sort();
}

async function readGivenUp(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string | null }>(
    `SELECT to_regclass('public.arcade_given_up') AS name`,
  );
  if (rows[0]?.name === null) return [];
  const found = await client.query<{ text: string }>(
    `SELECT relationship || ' ' || side || ' ' || near || '-' || far AS text FROM public.arcade_given_up`,
  );
  assert.ok(found.rows.length > 0, 'the table is there only where there is something in it');
  return found.rows.map(({ text }) => text).sort();
}

const withoutGivenUp = ({ statements, ...schema }: Schema): Schema => ({
  ...schema,
  statements: statements.filter((line) => !line.includes('arcade_given_up')),
});

/** Runs a script on the connection of the test. Returns the lines of its report, and its error. */
async function runSql(client: pg.Client, file: string): Promise<{ lines: string[]; error: Error | null }> {
  const sql = await readFile(file, 'utf8');
  const lines: string[] = [];
  try {
    for (const statement of await statementsOf(sql)) {
      const { rows } = await client.query<Record<string, unknown>>(statement);
      lines.push(...rows.map((row) => String(Object.values(row)[0])));
    }
    return { lines, error: null };
  } catch (error) {
    await client.query('ROLLBACK');
    return { lines, error: error as Error };
  }
}

async function mustRunSql(client: pg.Client, file: string): Promise<string[]> {
  const { lines, error } = await runSql(client, file);
  if (error) throw new Error(`${basename(file)}: ${error.message}\n${lines.join('\n')}`);
  return lines;
}

/**
 * Creates the schema in the emptied database, and reads it. Null if that fails, as it does in Keystone itself if names collide after
 * the cut to 63 bytes, or differ only in case.
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

/** Where links are stored: a table, and its columns with the ids of the left and the right items. */
type LinkPlace = readonly [table: string, left: string, right: string];

function placeMigrated({ left, tableName, columnName }: Relationship): LinkPlace {
  if (columnName === null) return [tableName, `${left.list}_left_id`, `${left.refList}_right_id`];
  const isLeft = tableName === left.list && columnName === left.path;
  return isLeft ? [tableName, 'id', columnName] : [tableName, columnName, 'id'];
}

function placeOld({ left }: Relationship, side: Side): LinkPlace {
  const { list, path, refList, many } = side;
  const [table, near, far] = many ? [`${list}_${path}`, `${list}_id`, `${refList}_id`] : [list, 'id', path];
  return side === left ? [table, near, far] : [table, far, near];
}

/** The links at each place as sorted text, including repeated ones. */
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
