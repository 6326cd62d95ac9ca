import * as assert from 'uvu/assert';
import { runOn } from '../support/careless-client.ts';
import { freeLink, withLink } from '../support/dataset.ts';
import { keystoneCase, relationshipOf } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { linkSide, mustHoldLinks, withOldDatabase } from '../support/old-postgres.ts';
import { query, runSqlFile } from '../support/postgres.ts';
import { mustBeSchema, mustOnlyRead, mustRefuse, mustSucceed, readState } from '../support/postgres-steps.ts';

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
      assert.match(
        said,
        hasSavepoints ? /sets a savepoint before each statement: nothing will be/ : /migration refused/,
      );
      if (hasSavepoints) assert.match(said, /nothing is changed where the client sets savepoints/);
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
      const pattern = new RegExp(
        `rights.*that ${owner}, the owner of tables, may create in the schema public`,
      );
      await mustRefuse(database, scripts.preflight, pattern);
      await mustRefuse(database, scripts.migrate, pattern);
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
