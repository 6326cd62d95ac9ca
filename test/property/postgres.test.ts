import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { planMigration } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import {
  findRelationships,
  type Relationship,
  relationshipName,
  type Side,
} from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { project } from '../support/arbitraries.ts';
import { newDdl, oldDdl, quote } from '../support/keystone-ddl.ts';
import { suiteNeeding } from '../support/needs.ts';
import { type Database, query, readSchema, runSqlFile, withDatabase } from '../support/postgres.ts';
import { mustBeSchema, mustSucceed, readState } from '../support/postgres-steps.ts';
import {
  distinct,
  expectedLinks,
  ITEMS,
  type Pair,
  type Reconcile,
  type Stored,
  storedInField,
  storedLinks,
} from '../support/random-links.ts';
import { seed } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Databases for each --reconcile; more with an environment variable. */
const RUNS = Number(process.env.ARCADE_TEST_RUNS ?? 70);

const test = suiteNeeding('postgres', 'PostgreSQL, random lists, data and drift');

interface Drawn {
  readonly project: Project;
  readonly relationships: readonly Relationship[];
  readonly stored: readonly Stored[];
}

const drawn: fc.Arbitrary<Drawn> = project
  .map((found) => ({
    project: found,
    ...findRelationships(found, { sideOrder: 'alphabetical', locale: 'en' }),
  }))
  .filter(({ diagnostics }) => diagnostics.length === 0)
  .chain(({ project, relationships }) =>
    fc.tuple(...relationships.map(storedLinks)).map((stored) => ({
      project,
      relationships,
      stored: stored.map((links, index) => asStored(relationships[index], links)),
    })),
  );

for (const reconcile of ['abort', 'merge', 'discard'] as const) {
  test(`${reconcile}: ${RUNS} databases`, async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(drawn, async (database) => {
        if (!(await migrateAndBack(database, reconcile))) refused += 1;
      }),
      { numRuns: RUNS, seed },
    );
    console.log(`${reconcile}: ${RUNS} databases, ${refused} refused`);
  });
}

/** Takes a database there and back, asking at each step for what must be. Tells whether it was migrated, or rightly refused. */
async function migrateAndBack(
  { project, relationships, stored }: Drawn,
  reconcile: Reconcile,
): Promise<boolean> {
  const { plan, diagnostics } = planMigration(project, relationships, {
    databases: ['postgres'],
    schemaName: 'public',
    lockTimeout: '5s',
    sideOrder: 'alphabetical',
    locale: 'en',
    reconcile,
  });
  fc.pre(diagnostics.length === 0);
  const folder = await temporaryFolder();
  for (const { path, text } of renderScripts(plan)) {
    if (path.endsWith('.sql')) await writeFile(join(folder, path.replace('postgres/', '')), text);
  }
  const script = (name: string) => join(folder, `${name}.sql`);

  return withDatabase(async (database) => {
    fc.pre(await isCreated(database, oldDdl(project.lists)));
    await fill(database, project, relationships, stored);
    const before = await readState(database);
    const expected = relationships.map((relationship, index) =>
      expectedLinks(relationship, stored[index] ?? NONE, reconcile),
    );

    if (expected.includes(null)) {
      for (const name of ['preflight', 'migrate']) {
        const { status, stdout, stderr } = await runSqlFile(database, script(name));
        assert.is.not(status, 0, name);
        relationships.forEach((relationship, index) => {
          if (expected[index] === null) assert.match(stdout + stderr, relationshipName(relationship));
        });
        assert.equal(await readState(database), before, name);
      }
      return false;
    }

    await mustSucceed(database, script('preflight'));
    await mustSucceed(database, script('migrate'));
    await mustSucceed(database, script('verify'));
    assert.equal(
      await Promise.all(relationships.map((relationship) => readMigrated(database, relationship))),
      expected,
    );
    await compareWithFresh(database, project, relationships);

    await mustSucceed(database, script('rollback'));
    mustBeSchema(await readSchema(database), before.schema, 'the schema after rollback');
    for (const [index, relationship] of relationships.entries()) {
      for (const side of sidesOf(relationship)) {
        if (!isStored(side)) continue;
        assert.equal(
          await readOld(database, relationship, side),
          expected[index],
          `${side.list}.${side.path}`,
        );
      }
    }
    return true;
  });
}

const NONE: Stored = { left: [], right: [] };

const sidesOf = ({ left, right }: Relationship): Side[] => (right ? [left, right] : [left]);

/** Old Keystone could not create the table of a self-referential many field. */
const isStored = ({ many, list, refList }: Side): boolean => !many || list !== refList;

/** What remains of links when each side stores them as it can. */
function asStored(relationship: Relationship | undefined, { left, right }: Stored): Stored {
  if (!relationship) return NONE;
  const keep = (side: Side | null, pairs: readonly Pair[], end: 0 | 1): readonly Pair[] => {
    if (!side || !isStored(side)) return [];
    return side.many ? pairs : storedInField(pairs, end);
  };
  return { left: keep(relationship.left, left, 0), right: keep(relationship.right, right, 1) };
}

/** Names that collide after the cut to 63 bytes, or differ in case only, are names that Keystone itself fails on. */
async function isCreated(database: Database, ddl: string): Promise<boolean> {
  try {
    await query(database, ddl);
    return true;
  } catch {
    return false;
  }
}

async function fill(
  database: Database,
  { lists }: Project,
  relationships: readonly Relationship[],
  stored: readonly Stored[],
): Promise<void> {
  const statements = lists.map(
    ({ key }) => `INSERT INTO ${quote(key)} (id) SELECT generate_series(1, ${ITEMS});`,
  );
  for (const [index, { left, right }] of relationships.entries()) {
    const links = stored[index] ?? NONE;
    statements.push(...links.left.map(([near, far]) => store(left, near, far)));
    if (right) statements.push(...links.right.map(([far, near]) => store(right, near, far)));
  }
  await query(database, statements.join('\n'));
}

const store = ({ list, path, refList, many }: Side, near: number, far: number): string =>
  many
    ? `INSERT INTO ${quote(`${list}_${path}`)} (${quote(`${list}_id`)}, ${quote(`${refList}_id`)}) VALUES (${near}, ${far});`
    : `UPDATE ${quote(list)} SET ${quote(path)} = ${far} WHERE id = ${near};`;

/** The links where Keystone 8 looks for them; a pair that is there twice is an error. */
async function readMigrated(
  database: Database,
  { left, tableName, columnName }: Relationship,
): Promise<string[]> {
  const isLeft = tableName === left.list && columnName === left.path;
  const [from, to] =
    columnName === null
      ? [`${left.list}_left_id`, `${left.refList}_right_id`]
      : isLeft
        ? ['id', columnName]
        : [columnName, 'id'];
  const pairs = await readPairs(database, tableName, from, to);
  assert.is(distinct(pairs).length, pairs.length, `${tableName} has repeated pairs`);
  return distinct(pairs);
}

async function readOld(database: Database, { left }: Relationship, side: Side): Promise<string[]> {
  const { list, path, refList, many } = side;
  const pairs = many
    ? await readPairs(database, `${list}_${path}`, `${list}_id`, `${refList}_id`)
    : await readPairs(database, list, 'id', path);
  return distinct(side === left ? pairs : pairs.map(([near, far]) => [far, near] as const));
}

async function readPairs(database: Database, table: string, from: string, to: string): Promise<Pair[]> {
  const [a, b] = [quote(from), quote(to)];
  const rows = await query<{ a: number; b: number }>(
    database,
    `SELECT ${a} AS a, ${b} AS b FROM ${quote(table)} WHERE ${a} IS NOT NULL AND ${b} IS NOT NULL`,
  );
  return rows.map(({ a, b }) => [a, b]);
}

/** The proof of a migration: its schema and that of a fresh Keystone 8 agree, where a fresh one can be made. */
async function compareWithFresh(
  migrated: Database,
  { lists }: Project,
  relationships: readonly Relationship[],
): Promise<void> {
  await withDatabase(async (fresh) => {
    if (!(await isCreated(fresh, newDdl(lists, relationships)))) return;
    mustBeSchema(await readSchema(migrated), await readSchema(fresh), 'the schema of a fresh Keystone 8');
  });
}

test.run();
