import { readFile } from 'node:fs/promises';
import * as assert from 'uvu/assert';
import { findStatement } from '../../generator/statement-end.ts';
import { freeLink, withLink } from '../support/dataset.ts';
import { keystoneCase, relationshipOf } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { linkSide, mustHoldLinks, withOldDatabase } from '../support/old-postgres.ts';
import { type Database, query, runSqlFile, withClient } from '../support/postgres.ts';
import { mustBeSchema, mustOnlyRead, mustRefuse, mustSucceed, readState } from '../support/postgres-steps.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, clients that go on, triggers and roles');

const allKinds = keystoneCase('todo-all-kinds');

async function statementsOf(file: string): Promise<string[]> {
  const sql = await readFile(file, 'utf8');
  const statements: string[] = [];
  for (let at = 0; at < sql.length; ) {
    const found = findStatement(sql, at, { isLast: true, hasStandardStrings: true });
    if (found === null) break;
    if (found.kind !== 'nothing') statements.push(sql.slice(found.start, found.end));
    at = found.end;
  }
  return statements;
}

/** Sends a script as psql does without ON_ERROR_STOP: it goes on after errors, with ON_ERROR_ROLLBACK also inside the transaction. */
async function runOn(database: Database, file: string, hasSavepoints: boolean): Promise<string> {
  return withClient(database, async (client) => {
    const said: string[] = [];
    client.on('notice', ({ message = '' }) => said.push(message));
    let isOpen = false;
    for (const statement of await statementsOf(file)) {
      if (hasSavepoints && isOpen) await client.query('savepoint pg_psql_temporary_savepoint');
      try {
        await client.query(statement);
        if (/^BEGIN/.test(statement)) isOpen = true;
        else if (/^COMMIT/.test(statement)) isOpen = false;
        else if (hasSavepoints && isOpen) await client.query('release pg_psql_temporary_savepoint');
      } catch (error) {
        said.push(String(error));
        if (/^COMMIT/.test(statement)) isOpen = false;
        if (hasSavepoints && isOpen) await client.query('rollback to pg_psql_temporary_savepoint');
      }
    }
    return said.join('\n');
  });
}

for (const hasSavepoints of [false, true]) {
  const client = hasSavepoints ? 'that sets savepoints' : 'that does not stop';
  test(`a client ${client} loses nothing where migrate refuses`, () =>
    withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
      const relationship = relationshipOf(allKinds, 'Todo.readers');
      if (relationship.right === null) throw new Error('one side only');
      await linkSide(database, allKinds, relationship, relationship.right, freeLink(relationship, dataset));
      const before = await readState(database);
      const said = await runOn(database, scripts.migrate, hasSavepoints);
      const after = await readState(database);
      mustBeSchema(after.schema, before.schema, said);
      assert.equal(after.rows, before.rows);
      assert.match(
        said,
        hasSavepoints ? /sets a savepoint before each statement: nothing will be/ : /migration refused/,
      );
      if (hasSavepoints) assert.match(said, /nothing_is_changed_where_the_client_sets_savepoints/);
    }));
}

const swallow = (table: string, event: string): string => `
  create function swallow() returns trigger language plpgsql as 'begin return null; end';
  create trigger swallowing before ${event} on "${table}" for each row execute function swallow()`;

for (const [name, table, event] of [
  ['Todo.readers', 'Todo_readers', 'insert'],
  ['Todo.publisher', 'Todo', 'update'],
  ['Todo.leadAuthor', 'Todo', 'update'],
] as const) {
  test(`a trigger that keeps out what a merge adds to ${name}: nothing is dropped`, () =>
    withOldDatabase(
      allKinds,
      async ({ database, scripts, dataset }) => {
        const relationship = relationshipOf(allKinds, name);
        if (relationship.right === null) throw new Error('one side only');
        const side = [relationship.left, relationship.right].find(({ list }) => list === 'User');
        if (side === undefined) throw new Error('no side of User');
        await linkSide(database, allKinds, relationship, side, freeLink(relationship, dataset));
        await query(database, swallow(table, event));
        await mustRefuse(
          database,
          scripts.migrate,
          /not all links of .* have arrived in .*: nothing was changed/,
        );
        await query(database, 'drop function swallow cascade');
        await mustSucceed(database, scripts.migrate);
        await mustHoldLinks(
          database,
          allKinds,
          withLink(dataset, relationship, freeLink(relationship, dataset)),
        );
      },
      ...['--reconcile', 'merge'],
    ));
}

test('a trigger that keeps out what rollback restores: nothing is changed', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    await query(database, swallow('User', 'update'));
    await mustRefuse(database, scripts.rollback, /not all links of .* have arrived in .*"User"/);
  }));

test('triggers find what they name without a schema, and those that wait for COMMIT do not wait', () =>
  withOldDatabase(
    allKinds,
    async ({ database, scripts, dataset }) => {
      const before = await readState(database);
      await query(
        database,
        `create table audit (what text);
         create function note() returns trigger language plpgsql as 'begin insert into audit values (tg_table_name); return new; end';
         create trigger noted after update on "User" for each row execute function note();
         create constraint trigger noted after update on "Todo" deferrable initially deferred
           for each row execute function note();
         create constraint trigger later after update on "User" deferrable initially deferred
           for each row execute function note()`,
      );
      for (const name of ['Todo.publisher', 'Todo.leadAuthor']) {
        const relationship = relationshipOf(allKinds, name);
        const side = [relationship.left, relationship.right].find((each) => each?.list === 'User');
        if (!side) throw new Error('no side of User');
        await linkSide(database, allKinds, relationship, side, freeLink(relationship, dataset));
      }
      await mustSucceed(database, scripts.migrate);
      await mustSucceed(database, scripts.rollback);
      const [{ tables } = { tables: '' }] = await query<{ tables: string }>(
        database,
        `select string_agg(distinct what, ' ' order by what) as tables from audit`,
      );
      assert.is(tables, 'Todo User');
      await query(database, 'drop table audit; drop function note cascade');
      mustBeSchema((await readState(database)).schema, before.schema, 'the schema after rollback');
    },
    ...['--reconcile', 'merge'],
  ));

for (const [what, change, ...patterns] of [
  [
    'that was not validated',
    `alter table "Todo" drop constraint todo_author_foreign;
     alter table "Todo" add constraint todo_author_foreign foreign key (author) references "User" (id) not valid`,
    /todo_author_foreign references User not validated/,
  ],
  [
    'that is deferrable',
    'alter table "Todo" alter constraint todo_author_foreign deferrable initially deferred',
    /todo_author_foreign references User deferrable/,
  ],
  [
    'to another column than id',
    `alter table "User" add other integer unique;
     alter table "Todo" drop constraint todo_author_foreign;
     update "Todo" set author = null;
     alter table "Todo" add constraint todo_author_foreign foreign key (author) references "User" (other)`,
    /todo_author_foreign references User by another column/,
  ],
  [
    'that follows its target',
    `alter table "Todo" drop constraint todo_author_foreign;
     alter table "Todo" add constraint todo_author_foreign foreign key (author) references "User" (id) on update cascade`,
    /todo_author_foreign references User on update another rule/,
  ],
] as const) {
  test(`a foreign key ${what} is not the one that Keystone makes`, () =>
    withOldDatabase(allKinds, async ({ database, scripts }) => {
      await query(database, change);
      await mustRefuse(database, scripts.preflight, /foreign key todo_author_foreign.*missing/, ...patterns);
      await mustRefuse(database, scripts.migrate, ...patterns);
    }));
}

test('verify refuses a foreign key that was not validated', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    await query(
      database,
      `alter table "Todo" drop constraint todo_author_foreign;
       alter table "Todo" add constraint todo_author_foreign foreign key (author) references "User" (id) not valid`,
    );
    await mustRefuse(database, scripts.verify, /ERROR.*: 1 check failed/, /references User not validated/);
  }));

test('an index of another kind is not the one that Keystone makes', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      'drop index todo_author_index; create index todo_author_index on "Todo" using hash (author)',
    );
    await mustRefuse(database, scripts.preflight, /index todo_author_index.*missing/);
  }));

test('a type in the way of a new name', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(database, `create type "Todo_reviewers_many" as enum ('one')`);
    await mustRefuse(database, scripts.preflight, /Todo_reviewers_many.*in the way/);
    await mustRefuse(database, scripts.migrate, /Todo_reviewers_many.*in the way/);
  }));

test('publications, statistics, defaults and replica identities that go are named', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `create publication published for table "User_published";
       create statistics counted on "User_id", "Todo_id" from "User_published";
       alter table "User_published" replica identity full;
       alter table "User" alter "leadPost" set default 1`,
    );
    try {
      const { stdout } = await runSqlFile(database, scripts.preflight);
      for (const lost of [
        /publication of table public\."User_published" in publication published/,
        /statistics object .*counted/,
        /replica identity/,
      ]) {
        assert.match(stdout, new RegExp(`what goes with "User_published".*${lost.source}`));
      }
      assert.match(stdout, /what goes with "User"."leadPost".*default 1/);
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
    } finally {
      await query(database, 'drop publication published');
    }
  }));

test('event triggers find what they name without a schema', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `create table log (tag text);
       create function note() returns event_trigger language plpgsql as 'begin insert into log values (tg_tag); end';
       create event trigger noted on ddl_command_end execute function note()`,
    );
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate, scripts.verify, scripts.rollback);
  }));

test('a new table belongs to the owner of the list, whoever runs the script', async () => {
  const example = keystoneCase('self-many-one-sided');
  await withOldDatabase(example, async ({ database, scripts }) => {
    const role = `keystone_${database.name}`;
    await query(database, `create role ${role}; grant all on schema public to ${role}`);
    try {
      await query(
        database,
        `do $$ declare item record; begin
        for item in select oid::regclass as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
        loop execute format('alter table %s owner to ${role}', item.name); end loop; end $$`,
      );
      await mustSucceed(database, scripts.migrate);
      const owners = await query(
        database,
        `select distinct pg_get_userbyid(relowner) as owner from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
      );
      assert.equal(owners, [{ owner: role }]);
      await mustSucceed(database, scripts.rollback);
    } finally {
      await query(database, `drop owned by ${role}; drop role ${role}`);
    }
  });
});

test.run();
