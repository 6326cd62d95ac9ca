import type pg from 'pg';
import * as assert from 'uvu/assert';
import type { Outcome } from '../support/command.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { withOldDatabase } from '../support/old-postgres.ts';
import { type Database, query, runSqlFile, withClient } from '../support/postgres.ts';
import { mustBeRefusedByServer, mustRefuse, mustSucceed } from '../support/postgres-steps.ts';

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

for (const [what, change, sqlState, pattern] of [
  [
    'a link on the side that goes',
    `insert into "User_published" select (select min(id) from "User"), (select min(id) from "Todo" where publisher is null)`,
    'P0001',
    /stored only in "User_published": User/,
  ],
  [
    'a column',
    'alter table "User_published" add position integer',
    'P0001',
    /column position of table "User_published"/,
  ],
  [
    'the end of a table, and another under its name',
    'drop table "User_published"; create view "User_published" as select 1',
    'P0001',
    /User_published/,
  ],
] as const) {
  test(`what another commits while migrate waits for it is seen: ${what}`, () =>
    withOldDatabase(example, async ({ database, scripts }) => {
      const { status, stderr } = await runMeanwhile(database, scripts.migrate, change, commit);
      assert.is(status, 3);
      assert.match(stderr, new RegExp(`ERROR: {2}${sqlState}:`));
      assert.match(stderr, pattern);
    }));
}

test('an isolation that would not see what others commit is refused, with what to type', () =>
  withOldDatabase(example, async ({ database, scripts }) => {
    await query(database, `alter database ${database.name} set default_transaction_isolation = serializable`);
    const hint = /SET default_transaction_isolation = 'read committed'/;
    await mustRefuse(database, scripts.migrate, /needs read committed/, hint);
    await mustRefuse(database, scripts.rollback, /needs read committed/, hint);
  }));

test('a long reader: migrate gives up with nothing changed, and succeeds later', () =>
  withOldDatabase(
    example,
    async ({ database, scripts }) => {
      await withClient(database, async (reader) => {
        await reader.query('begin; select count(*) from "Todo_readers"');
        await mustBeRefusedByServer('55P03', database, scripts.migrate, /LOCK TABLE/);
        await reader.query('rollback');
      });
      await mustSucceed(database, scripts.migrate);
    },
    ...['--lock-timeout', '500ms'],
  ));

test('a statement_timeout of the role or database ends a script with nothing changed', () =>
  withOldDatabase(example, async ({ database, scripts }) => {
    await query(
      database,
      `create function be_slow() returns event_trigger language plpgsql as 'begin perform pg_sleep(2); end';
       create event trigger slow_tables on ddl_command_end when tag in ('ALTER TABLE') execute function be_slow();
       alter database ${database.name} set statement_timeout = '1s'`,
    );
    await mustBeRefusedByServer('57014', database, scripts.migrate, /statement timeout/);
    await query(
      database,
      `drop event trigger slow_tables; alter database ${database.name} reset statement_timeout`,
    );
    await mustSucceed(database, scripts.migrate);
  }));

test.run();
