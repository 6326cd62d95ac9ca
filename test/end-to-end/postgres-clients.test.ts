import * as assert from 'uvu/assert';
import { runOn } from '../support/careless-client.ts';
import { freeLink, withLink } from '../support/dataset.ts';
import { keystoneCase, relationshipOf } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { linkSide, mustHoldLinks, withOldDatabase } from '../support/old-postgres.ts';
import { query, runSqlFile } from '../support/postgres.ts';
import {
  mustBeRefusedByServer,
  mustBeSchema,
  mustOnlyRead,
  mustRefuse,
  mustSucceed,
  readState,
} from '../support/postgres-steps.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, clients that go on, triggers and roles');

const allKinds = keystoneCase('todo-all-kinds');

for (const hasSavepoints of [false, true]) {
  const client = hasSavepoints ? 'that sets savepoints' : 'that does not stop';
  test(`a client ${client} loses nothing where migrate refuses`, () =>
    withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
      const relationship = relationshipOf(allKinds, 'Todo.readers');
      if (relationship.right === null) throw new Error('one side only');
      await linkSide(database, allKinds, relationship, relationship.right, freeLink(relationship, dataset));
      const before = await readState(database);
      const said = await runOn(database, scripts.migrate, { hasSavepoints });
      const after = await readState(database);
      mustBeSchema(after.schema, before.schema, said);
      assert.equal(after.rows, before.rows);
      assert.match(said, /User\.readPosts: stored only in "User_readPosts"/);
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
        await mustRefuse(database, scripts.migrate, /stored only in .*"User/);
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
    await mustRefuse(database, scripts.rollback, /User\.leadPost: not restored: Todo/);
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

for (const [what, change] of [
  [
    'that was not validated',
    `alter table "Todo" drop constraint todo_publisher_foreign;
     alter table "Todo" add constraint todo_publisher_foreign foreign key (publisher) references "User" (id) not valid`,
  ],
  [
    'that is deferrable',
    'alter table "Todo" alter constraint todo_publisher_foreign deferrable initially deferred',
  ],
  [
    'to another column than id',
    `alter table "User" add other integer unique;
     update "User" set other = id;
     alter table "Todo" drop constraint todo_publisher_foreign;
     alter table "Todo" add constraint todo_publisher_foreign foreign key (publisher) references "User" (other)`,
  ],
  [
    'that follows its target',
    `alter table "Todo" drop constraint todo_publisher_foreign;
     alter table "Todo" add constraint todo_publisher_foreign foreign key (publisher) references "User" (id) on update cascade`,
  ],
  [
    'that deletes',
    `alter table "Todo" drop constraint todo_publisher_foreign;
     alter table "Todo" add constraint mine foreign key (publisher) references "User" (id) on delete set null`,
  ],
  [
    'that is there twice',
    'alter table "Todo" add constraint again foreign key (publisher) references "User" (id)',
  ],
] as const) {
  test(`a foreign key ${what} becomes the one that Keystone makes`, () =>
    withOldDatabase(allKinds, async ({ database, scripts }) => {
      await query(database, change);
      const { stdout } = await runSqlFile(database, scripts.preflight);
      assert.match(stdout, /changed {2}foreign key todo_publisher_foreign on "Todo" \(publisher\): it was /);
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
      await mustOnlyRead(database, scripts.verify);
    }));
}

test('verify refuses a foreign key that was not validated', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    await query(
      database,
      `alter table "Todo" drop constraint todo_publisher_foreign;
       alter table "Todo" add constraint todo_publisher_foreign foreign key (publisher) references "User" (id) not valid`,
    );
    await mustRefuse(
      database,
      scripts.verify,
      /ERROR.*: verdict: FAIL, 1 problem/,
      /todo_publisher_foreign.* NOT VALID/,
    );
  }));

test('an index of another kind, under the name that Keystone gives to its own', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      'drop index todo_publisher_index; create index todo_publisher_index on "Todo" using hash (publisher)',
    );
    await mustRefuse(database, scripts.preflight, /index name todo_publisher_index is taken/);
    await mustBeRefusedByServer('42P07', database, scripts.migrate, /todo_publisher_index/);
  }));

test('a type in the way of a new name', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(database, `create type "Todo_reviewers_many" as enum ('one')`);
    await mustRefuse(database, scripts.preflight, /new name .*Todo_reviewers_many.* is taken/);
    await mustBeRefusedByServer(
      '42710',
      database,
      scripts.migrate,
      /type "Todo_reviewers_many" already exists/,
    );
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
        /publication of table .*User_published.* in publication published/,
        /statistics object .*counted/,
        /replica identity/,
      ]) {
        assert.match(stdout, new RegExp(`lost +${lost.source}.*with "User_published"`));
      }
      assert.match(stdout, /lost +default value for column "?leadPost"? .*with "User"."leadPost"/);
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

test('an owner of tables who may not create any is named before they are to be made', async () => {
  const example = keystoneCase('self-many-one-sided');
  await withOldDatabase(example, async ({ database, scripts }) => {
    const [owner, deployer] = [`owner_${database.name}`, `deployer_${database.name}`];
    const [{ me } = { me: '' }] = await query<{ me: string }>(database, 'select current_user as me');
    const became = (setting: string) =>
      query(database, `set role none; alter role ${me} in database ${database.name} ${setting}`);
    await query(
      database,
      `create role ${owner}; create role ${deployer} in role ${owner};
       revoke create on schema public from public;
       grant create on schema public to ${deployer};
       alter table "User" owner to ${owner}`,
    );
    try {
      await became(`set role = ${deployer}`);
      await mustRefuse(
        database,
        scripts.preflight,
        new RegExp(`${owner} may not create in the schema public`),
      );
      await mustBeRefusedByServer('42501', database, scripts.migrate, /permission denied for schema public/);
      await query(database, `set role none; grant create on schema public to ${owner}`);
      await mustSucceed(database, scripts.migrate, scripts.verify, scripts.rollback);
    } finally {
      await became('reset role');
      await query(
        database,
        `set role none; reassign owned by ${owner} to ${me}; drop owned by ${owner}, ${deployer}; drop role ${owner}, ${deployer}`,
      );
    }
  });
});

test.run();
