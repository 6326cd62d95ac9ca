import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { LAYOUTS, type RunnerName } from '../../generator/layouts/index.ts';
import { runOn } from '../support/careless-client.ts';
import { type Outcome, run } from '../support/command.ts';
import { freeLink } from '../support/dataset.ts';
import { keystoneCase, relationshipOf } from '../support/keystone-cases.ts';
import { suiteNeeding, suiteThatCan } from '../support/needs.ts';
import { linkSide, mustHoldLinks, withOldDatabase } from '../support/old-postgres.ts';
import {
  type Database,
  loadSqlFile,
  query,
  readSchema,
  withClient,
  withDatabase,
} from '../support/postgres.ts';
import { readAllRows } from '../support/postgres-data.ts';
import { mustOnlyRead } from '../support/postgres-steps.ts';
import { runnerProject, sqitchTarget } from '../support/runners.ts';

const test = suiteNeeding('postgres', 'migration runners for PostgreSQL, from old Keystone and back');

/** npm brings the other runners along. */
const noSqitch = (await run('sqitch', ['--version'])).status !== 0;
const testSqitch = noSqitch
  ? suiteThatCan('sqitch is not installed', 'sqitch, from old Keystone and back')
  : test;

const example = keystoneCase('todo-all-kinds');

/** Those that npm and Debian have. */
const RUNNERS: readonly RunnerName[] = ['dbmate', 'node-pg-migrate', 'knex', 'sqitch', 'graphile-migrate'];

for (const runner of RUNNERS) {
  const add = runner === 'sqitch' ? testSqitch : test;
  add(`${runner} runs what is written for it, fails where it refuses, and goes back`, () =>
    withOldDatabase(example, async ({ database, dataset }) => {
      const project = await runnerProject(runner, example, {
        DATABASE_URL: `${database.url}${runner === 'dbmate' ? '?sslmode=disable' : ''}`,
        SQITCH_TARGET: sqitchTarget(database.url),
        SQITCH_FULLNAME: 'Ann',
        SQITCH_EMAIL: 'ann@example.org',
      });
      const script = (name: string) => join(project.folder, 'out/0001_arcade/postgres', `${name}.sql`);
      const old = await readState(database);
      mustSucceed(await project.run('migrate'));
      await project.generate();
      const before = await readState(database);
      const additions = without(before.schema, old.schema);
      const isOfRunner = ofTables(without(before.rows, old.rows));
      const contentOf = (rows: readonly string[]) => rows.filter((line) => !isOfRunner(line));
      assert.ok(
        additions.some((line) => line.includes('earlier')),
        'the migration that was there before was run',
      );

      // A link that only the side that goes has.
      const [post] = await query(database, 'select id, publisher from "Todo" where publisher is not null');
      await query(database, 'update "Todo" set publisher = null where id = $1', [post?.id]);
      const drifted = await readState(database);
      const refused = await project.run('migrate');
      assert.is.not(refused.status, 0, `${runner} should have failed`);
      assert.match(`${refused.stdout}${refused.stderr}`, 'stored only in "User_published"');
      const untouched = await readState(database);
      assert.equal(untouched.schema, drifted.schema, 'a refused migration changed the schema');
      assert.equal(contentOf(untouched.rows), contentOf(drifted.rows), 'a refused migration changed rows');
      await query(database, 'update "Todo" set publisher = $1 where id = $2', [post?.publisher, post?.id]);

      await mustOnlyRead(database, script('preflight'));
      mustSucceed(await project.run('migrate'));
      const { schema } = await readState(database);
      assert.equal(schema, [...(await newSchema()), ...additions].sort(), 'not the schema of a new Keystone');
      await mustHoldLinks(database, example, dataset);
      if (existsSync(script('verify'))) await mustOnlyRead(database, script('verify'));
      else mustSucceed(await project.run('verify'));

      if (existsSync(script('rollback'))) await loadSqlFile(database, script('rollback'));
      else mustSucceed(await project.run('rollback'));
      const back = await readState(database);
      assert.equal(back.schema, before.schema, 'the way back did not restore the schema');
      assert.equal(contentOf(back.rows), contentOf(before.rows), 'the way back did not restore the rows');
      assert.is(existsSync(script('rollback')), LAYOUTS[runner].commands.rollback === undefined);
    }),
  );
}

/** Runners that cannot be had here: what they do with a file, by their documentation. */
for (const [runner, ownsTransaction, files] of [
  ['flyway', true, ['migrations/V8__arcade.sql', 'migrations/U8__arcade.sql']],
  ['golang-migrate', false, ['db/migrations/000008_arcade.up.sql', 'db/migrations/000008_arcade.down.sql']],
  ['prisma', false, ['prisma/migrations/20190101000001_arcade/migration.sql']],
] as const) {
  test(`what is written for ${runner} runs under its rule for transactions, and goes back`, () =>
    withOldDatabase(example, async ({ database, dataset }) => {
      const project = await runnerProject(runner, example, {});
      const written = (await project.generate()).filter((path) => !path.startsWith('out/'));
      assert.equal(written, files);
      const before = await readState(database);
      const execute = async (path: string) =>
        executeAsRunner(database, await readFile(join(project.folder, path), 'utf8'), ownsTransaction);

      await execute(files[0]);
      await mustOnlyRead(database, join(project.folder, 'out/0001_arcade/postgres/verify.sql'));
      await mustHoldLinks(database, example, dataset);
      await mustFail(execute(files[0]), /already migrated/);
      await execute(files[1] ?? 'out/0001_arcade/postgres/rollback.sql');
      assert.equal(await readState(database), before);
    }));
}

for (const how of [{}, { hasSavepoints: true, isSingleTransaction: true }]) {
  test(`a file for a runner that psql is given as it is, ${JSON.stringify(how)}, changes nothing that it refuses`, () =>
    withOldDatabase(example, async ({ database, dataset }) => {
      const project = await runnerProject('flyway', example, {});
      const [file = ''] = (await project.generate()).filter((path) => path.startsWith('migrations/V'));
      const relationship = relationshipOf(example, 'Todo.readers');
      if (relationship.right === null) throw new Error('one side only');
      await linkSide(database, example, relationship, relationship.right, freeLink(relationship, dataset));
      const before = await readState(database);
      const said = await runOn(database, join(project.folder, file), how);
      assert.match(said, 'User.readPosts: stored only in "User_readPosts"');
      assert.equal(await readState(database), before);
    }));
}

test('files for a runner in one transaction', () =>
  withOldDatabase(example, async ({ database }) => {
    const project = await runnerProject('flyway', example, {});
    const [up = '', down = ''] = (await project.generate())
      .filter((path) => path.startsWith('migrations/'))
      .sort()
      .reverse();
    const [migrate, undo] = await Promise.all(
      [up, down].map((path) => readFile(join(project.folder, path), 'utf8')),
    );
    const before = await readState(database);
    await withClient(database, async (client) => {
      await client.query('begin');
      await client.query(migrate ?? '');
      await mustFail(client.query(migrate ?? ''), /already migrated/);
    });
    assert.equal(await readState(database), before);
    // Both migrate and roll back, one after the other.
    await withClient(database, async (client) => {
      await client.query(`begin; ${migrate} ${undo} commit`);
    });
    assert.equal(await readState(database), before);
  }));

/** Sends a file whole, in a transaction where the runner has one, and looks at what it leaves to the statements after it. */
async function executeAsRunner(database: Database, sql: string, ownsTransaction: boolean): Promise<void> {
  await withClient(database, async (client) => {
    const settings = async () =>
      (
        await client.query(
          `select name, setting from pg_settings where name in ('lock_timeout', 'statement_timeout', 'search_path', 'row_security', 'jit', 'default_transaction_read_only')`,
        )
      ).rows;
    await client.query(
      "set lock_timeout = '7s'; set statement_timeout = '77s'; set search_path = odd, public",
    );
    const before = await settings();
    if (ownsTransaction) await client.query('begin');
    await client.query(sql);
    if (ownsTransaction) {
      const [{ id }] = (await client.query('select pg_current_xact_id_if_assigned()::text as id')).rows;
      assert.type(id, 'string', 'the transaction of the runner was ended');
      await client.query('commit');
    }
    assert.equal(await settings(), before, 'the script left settings of its own behind');
  });
}

async function readState(
  database: Database,
): Promise<{ schema: readonly string[]; rows: readonly string[] }> {
  return { schema: (await readSchema(database)).statements, rows: await readAllRows(database) };
}

/** The schema that the real Keystone 8 made. */
const newSchema = (): Promise<readonly string[]> =>
  withDatabase(async (database) => {
    await loadSqlFile(database, join(example.folder, 'after.sql'));
    return (await readSchema(database)).statements;
  });

/** Which lines of readAllRows are about the tables that these lines say are there, and about their sequences. */
function ofTables(lines: readonly string[]): (line: string) => boolean {
  const tables = lines.flatMap((line) => (/ exists$/.exec(line) ? [line.replace(/ exists$/, '')] : []));
  return (line) => tables.some((table) => line.startsWith(table));
}

const without = (lines: readonly string[], others: readonly string[]): string[] =>
  lines.filter((line) => !others.includes(line));

async function mustFail(work: Promise<unknown>, why: RegExp): Promise<void> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.match(String(error), why);
}

function mustSucceed({ status, stdout, stderr }: Outcome): void {
  assert.is(status, 0, `${stdout}${stderr}`);
}

test.run();
if (noSqitch) testSqitch.run();
