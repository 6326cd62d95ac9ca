import type pg from 'pg';
import * as assert from 'uvu/assert';
import type { Outcome } from '../support/command.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { withOldDatabase } from '../support/old-postgres.ts';
import { type Database, query, runSqlFile, withClient } from '../support/postgres.ts';
import { mustSucceed, readState } from '../support/postgres-steps.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, scripts that wait for others');

const example = keystoneCase('todo-all-kinds');

/** Runs a script while somebody else is in the middle of a transaction, which ends when the script waits for it. */
async function runMeanwhile(
  database: Database,
  script: string,
  begin: string,
  end: (client: pg.Client) => Promise<unknown>,
): Promise<Outcome> {
  return withClient(database, async (client) => {
    await client.query('begin');
    await client.query(begin);
    const running = runSqlFile(database, script);
    await untilWaiting(database);
    await end(client);
    return running;
  });
}

async function untilWaiting(database: Database): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const rows = await query(
      database,
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the script does not wait');
}

const commit = (client: pg.Client) => client.query('commit');

for (const direction of ['migrate', 'rollback'] as const) {
  test(`${direction} and a transaction that takes the same tables in their order do not lock each other out`, () =>
    withOldDatabase(example, async ({ database, scripts }) => {
      if (direction === 'rollback') await mustSucceed(database, scripts.migrate);
      const { status, stderr } = await runMeanwhile(
        database,
        scripts[direction],
        'lock table "Todo"',
        async (client) => {
          // The script waits for the first of its tables, and so holds none of those that come after it.
          await client.query(`set local lock_timeout = '1s'; lock table "User"`);
          await client.query('commit');
        },
      );
      assert.is(status, 0, stderr);
    }));
}

for (const [what, change, ...patterns] of [
  [
    'a link on the side that goes',
    `insert into "User_published" select (select min(id) from "User"), (select min(id) from "Todo" where publisher is null)`,
    /links only in "User_published", which is dropped: 1: User/,
  ],
  ['a column', 'alter table "User_published" add position integer', /User_published.*column "?position/],
  ['the end of a table', 'drop table "User_published"', /User_published.*missing/],
  [
    'the end of a table, and another under its name',
    'drop table "User_published"; create view "User_published" as select 1',
    /User_published.*missing/,
  ],
] as const) {
  test(`what another commits while migrate waits for it is seen: ${what}`, () =>
    withOldDatabase(example, async ({ database, scripts }) => {
      await query(
        database,
        `alter database ${database.name} set default_transaction_isolation = serializable`,
      );
      const { status, stderr } = await runMeanwhile(database, scripts.migrate, change, commit);
      assert.is(status, 3);
      assert.match(stderr, /ERROR: {2}P0001:/);
      for (const pattern of patterns) assert.match(stderr, pattern);
    }));
}

test('a long reader: migrate gives up, says who it was and that it can be run again, and succeeds later', () =>
  withOldDatabase(
    example,
    async ({ database, scripts }) => {
      const before = await readState(database);
      await withClient(database, async (reader) => {
        await reader.query(
          `set application_name = 'nightly report'; begin; select count(*) from "Todo_readers"`,
        );
        const { status, stderr } = await runSqlFile(database, scripts.migrate);
        assert.is(status, 3);
        assert.match(stderr, /55P03: the table "Todo_readers" is in use: nothing was changed/);
        assert.match(stderr, /DETAIL: {2}process \d+, nightly report, idle in transaction/);
        assert.match(stderr, /HINT: {2}It is safe to run the script again/);
        await reader.query('rollback');
      });
      assert.equal(await readState(database), before);
      await mustSucceed(database, scripts.migrate);
    },
    ...['--lock-timeout', '500ms'],
  ));

test('another run that takes its time: migrate gives up and says so', () =>
  withOldDatabase(
    example,
    async ({ database, scripts }) => {
      await withClient(database, async (other) => {
        await other.query(`select pg_advisory_lock(hashtext('arcade-migrate'))`);
        const { status, stderr } = await runSqlFile(database, scripts.migrate);
        assert.is(status, 3);
        assert.match(stderr, /55P03: another run of these scripts is under way: nothing was changed/, stderr);
        assert.match(stderr, /DETAIL: {2}process \d+/);
      });
      await mustSucceed(database, scripts.migrate);
    },
    ...['--lock-timeout', '500ms'],
  ));

test('a statement_timeout of the role or database does not stop a script, whichever of its statements is slow', () =>
  withOldDatabase(example, async ({ database, scripts }) => {
    await query(
      database,
      `alter database ${database.name} set statement_timeout = '1s';
       create function be_slow() returns event_trigger language plpgsql as 'begin perform pg_sleep(2); end';
       create event trigger slow_tables on ddl_command_end when tag in ('CREATE TABLE') execute function be_slow()`,
    );
    for (const script of [scripts.preflight, scripts.migrate, scripts.verify, scripts.rollback]) {
      const { status, stderr } = await runMeanwhile(database, script, 'lock table "Todo"', async (client) => {
        await new Promise((resolve) => setTimeout(resolve, 2000));
        await client.query('commit');
      });
      assert.is(status, 0, `${script}\n${stderr}`);
    }
  }));

test.run();
