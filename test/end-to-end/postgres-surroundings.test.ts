import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { freeLink } from '../support/dataset.ts';
import { keystoneCase, relationshipOf } from '../support/keystone-cases.ts';
import { newDdl, oldDdl } from '../support/keystone-ddl.ts';
import { writeScripts } from '../support/library-scripts.ts';
import { projectOf } from '../support/lists.ts';
import { suiteNeeding } from '../support/needs.ts';
import { linkSide, mustHoldLinks, withOldDatabase } from '../support/old-postgres.ts';
import { type Database, loadSqlFile, query, readSchema, withDatabase } from '../support/postgres.ts';
import { readAllRows } from '../support/postgres-data.ts';
import {
  mustBeRefusedByServer,
  mustBeSchema,
  mustOnlyRead,
  mustRefuse,
  mustSucceed,
  readState,
} from '../support/postgres-steps.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, what users added to their databases');

const allKinds = keystoneCase('todo-all-kinds');

/** What a user can have added to a table, under names of their own, apart from columns. */
const additions = (table: string): string => `
  grant select, delete on ${table} to public;
  comment on table ${table} is 'who reads what';
  create function note() returns trigger language plpgsql as 'begin return new; end';
  create trigger noted before insert on ${table} for each row execute function note();
  alter table ${table} enable row level security;
  create policy own on ${table} for select using (true);
  create view seen as select * from ${table};`;

/** Those of all tables, a line each, without the names of tables. */
async function readAdditions(database: Database): Promise<string[]> {
  const lines = await query<{ line: string }>(
    database,
    `with tables as (select * from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r')
     -- Tables that rollback creates again have the grants of the table of their list.
     select 'grants ' || relacl::text as line from tables where relacl is not null and relname not in ('User_published', 'User_readPosts')
     union all select 'grants on a column ' || attacl::text from pg_attribute a join tables t on t.oid = attrelid where attacl is not null
     union all select 'comment ' || description || ' ' || (objsubid > 0) from pg_description join tables t on t.oid = objoid
     union all select 'trigger ' || tgname || tgenabled::text from pg_trigger join tables t on t.oid = tgrelid where not tgisinternal
     union all select 'row security ' || relforcerowsecurity::text from tables where relrowsecurity
     union all select 'policy ' || polname || polcmd::text from pg_policy join tables t on t.oid = polrelid
     union all select 'check ' || conname from pg_constraint join tables t on t.oid = conrelid where contype = 'c'
     union all select 'view ' || viewname from pg_views where schemaname = 'public'
     union all select 'index ' || c.relname || indnatts || (indpred is null)
       from pg_index join pg_class c on c.oid = indexrelid where c.relname like 'mine%'
     order by line`,
  );
  return lines.map(({ line }) => line);
}

for (const [what, table, more] of [
  [
    'a join table that gets another name',
    '"Todo_readers"',
    `create index mine_pair on "Todo_readers" ("User_id", "Todo_id");
     create unique index mine_unique on "Todo_readers" ("Todo_id", "User_id") where "Todo_id" > 0;
     alter table "Todo_readers" add check ("Todo_id" > 0);
     comment on column "Todo_readers"."User_id" is 'the reader';
     grant update ("User_id") on "Todo_readers" to public;`,
  ],
  [
    'a list that loses a column',
    '"User"',
    `create index mine_name on "User" (name, id);
     create index mine_some on "User" (id) where name is not null;
     alter table "User" add check (id > 0);
     comment on column "User".name is 'whatever';`,
  ],
  [
    'a list whose column stays',
    '"Todo"',
    `create index mine_author on "Todo" (author, publisher);
     create index mine_publisher on "Todo" (publisher);
     alter table "Todo" add check ("leadAuthor" > 0);
     grant update ("leadAuthor") on "Todo" to public;`,
  ],
] as const) {
  // A view of all columns of User needs the one that goes.
  const text = additions(table).replace('select * from "User"', 'select id, name from "User"');
  test(`what was added to ${what} survives`, () =>
    withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
      await query(database, text + more);
      const [added, before] = [await readAdditions(database), await readState(database)];
      assert.ok(added.length >= 9);
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
      assert.equal(await readAdditions(database), added);
      await mustOnlyRead(database, scripts.verify);
      await mustHoldLinks(database, allKinds, dataset);
      await query(database, 'select * from seen');
      await mustSucceed(database, scripts.rollback);
      assert.equal(await readAdditions(database), added);
      const after = await readState(database);
      mustBeSchema(after.schema, before.schema, 'the schema after rollback');
      assert.equal(after.rows, before.rows);
    }));
}

/** What depends on a table in a way that PostgreSQL itself keeps it from being dropped. */
const REFUSED_BY_SERVER: readonly string[] = [
  'a generated column',
  'a foreign key to a table',
  'a function of the rows of a table',
  'a table that inherits from a table',
];

const noteFunction = "create function note() returns trigger language plpgsql as 'begin return new; end';";

for (const [what, change, ...patterns] of [
  ['a view of a table', 'create view shown as select * from "User_published"', /User_published/, /shown/],
  ['a view of a column', 'create view shown as select id, "leadPost" from "User"', /leadPost/, /shown/],
  [
    'a materialized view of a column',
    'create materialized view shown as select "leadPost" from "User"',
    /leadPost/,
    /shown/,
  ],
  [
    'a trigger on a table',
    `${noteFunction} create trigger noted before insert on "User_readPosts" for each row execute function note()`,
    /User_readPosts/,
    /noted/,
  ],
  [
    'a trigger on a column',
    `${noteFunction} create trigger noted before update of "leadPost" on "User" for each row execute function note()`,
    /leadPost/,
    /noted/,
  ],
  ['a policy on a table', 'create policy own on "User_published" using (true)', /User_published/, /own/],
  ['a policy on a column', 'create policy own on "User" using ("leadPost" is null)', /leadPost/, /own/],
  [
    'a policy of another table',
    'create policy own on "Todo" using (exists (select from "User_published" where "Todo_id" = id))',
    /User_published/,
    /own/,
  ],
  [
    'a rule on a table',
    'create rule ruled as on delete to "User_published" do also notify gone',
    /User_published/,
    /ruled/,
  ],
  ['an index over a column and others', 'create index mine on "User" (name, "leadPost")', /leadPost/, /mine/],
  ['an index of an expression', 'create index mine on "User" (("leadPost" + 1))', /leadPost/, /mine/],
  ['a partial index', 'create index mine on "User" (name) where "leadPost" is null', /leadPost/, /mine/],
  [
    'a check over a column and others',
    `alter table "User" add constraint mine check ("leadPost" > 0 or name <> '')`,
    /leadPost/,
    /mine/,
  ],
  [
    'a generated column',
    'alter table "User" add mine integer generated always as ("leadPost" + 1) stored',
    /leadPost/,
    /mine/,
  ],
  ['a column of a table', 'alter table "User_published" add position integer', /User_published/, /position/],
  [
    'a foreign key to a table',
    `alter table "User_published" add unique ("User_id", "Todo_id");
     create table other (a integer, b integer, constraint mine foreign key (a, b) references "User_published" ("User_id", "Todo_id"))`,
    /User_published/,
    /mine/,
  ],
  [
    'a function of the rows of a table',
    'create function shown("User_published") returns text language sql as $$ select 1::text $$',
    /User_published/,
    /shown/,
  ],
  [
    'a part of another table, as a table',
    `create table base ("User_id" integer not null, "Todo_id" integer not null);
     alter table "User_published" inherit base`,
    /User_published/,
    /base/,
  ],
  [
    'a table that inherits from a table',
    'create table heir () inherits ("User_published")',
    /User_published/,
    /heir/,
  ],
] as const) {
  test(`${what} that goes: refused`, () =>
    withOldDatabase(allKinds, async ({ database, scripts }) => {
      await query(database, change);
      await mustRefuse(database, scripts.preflight, ...patterns);
      if (REFUSED_BY_SERVER.includes(what)) {
        await mustBeRefusedByServer('2BP01', database, scripts.migrate, ...patterns);
      } else await mustRefuse(database, scripts.migrate, ...patterns);
    }));
}

test('rollback refuses where something depends on a table that it drops', () => {
  const example = keystoneCase('self-many-to-many');
  return withOldDatabase(example, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    const [{ tableName } = { tableName: '' }] = example.relationships;
    await query(database, `create view shown as select * from "${tableName}"`);
    await mustRefuse(database, scripts.rollback, new RegExp(tableName), /shown/);
  });
});

test('tables of the same names in another schema are left alone', () => {
  const example = keystoneCase('schema-cms');
  return withOldDatabase(example, async ({ database, scripts, dataset }) => {
    await loadSqlFile(database, join(allKinds.folder, 'before.sql'));
    // Whoever runs the scripts finds the other tables first.
    await query(database, `alter database ${database.name} set search_path = public, cms`);
    const others = async () => {
      const { schema, rows } = await readState(database);
      return [...schema.statements, ...rows].filter((line) => !line.includes('cms.'));
    };
    const before = await readState(database);
    const untouched = await others();
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await mustOnlyRead(database, scripts.verify);
    await mustHoldLinks(database, example, dataset);
    assert.equal(await others(), untouched);
    await mustSucceed(database, scripts.rollback);
    mustBeSchema(await readSchema(database), before.schema, 'the schema after rollback');
    assert.equal(await readAllRows(database), before.rows);
  });
});

/** Gives every constraint and index of the relationships that change another name, whichever the function makes of the old one. */
const renameAll = (newName: string): string => `
  do $$ declare item record; begin
    for item in select conrelid::regclass as relation, conname as name from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace and conname not like 'todo_author%'
    loop execute format('alter table %s rename constraint %I to %I', item.relation, item.name, ${newName}); end loop;
    for item in select c.relname as name from pg_index i join pg_class c on c.oid = indexrelid
      where c.relnamespace = 'public'::regnamespace and not indisunique and c.relname not like 'todo_author%'
    loop execute format('alter index %I rename to %I', item.name, ${newName}); end loop;
  end $$`;

for (const [what, change] of [
  ['that somebody renamed', renameAll(`'x' || md5(item.name)`)],
  [
    'that have changed places',
    `alter index "todo_readers_todo_id_index" rename to spare;
     alter index "todo_readers_user_id_index" rename to "todo_readers_todo_id_index";
     alter index spare rename to "todo_readers_user_id_index";
     alter index "todo_leadauthor_index" rename to spare;
     alter index "todo_publisher_index" rename to "todo_leadauthor_index";
     alter index spare rename to "todo_publisher_index";
     alter table "Todo" rename constraint todo_leadauthor_foreign to spare;
     alter table "Todo" rename constraint todo_publisher_foreign to todo_leadauthor_foreign;
     alter table "Todo" rename constraint spare to todo_publisher_foreign;`,
  ],
] as const) {
  test(`constraints and indexes ${what} end with the names of Keystone 8`, async () => {
    const fresh = await withDatabase(async (database) => {
      await loadSqlFile(database, join(allKinds.folder, 'after.sql'));
      return readSchema(database);
    });
    await withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
      const usual = await readSchema(database);
      await query(database, change);
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
      mustBeSchema(await readSchema(database), fresh, 'the schema is not that of a new Keystone');
      await mustOnlyRead(database, scripts.verify);
      await mustHoldLinks(database, allKinds, dataset);
      await mustSucceed(database, scripts.rollback);
      mustBeSchema(await readSchema(database), usual, 'the schema after rollback');
    });
  });
}

test('a usual name that something else has is named', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `alter index todo_publisher_index rename to mine;
       create index todo_publisher_index on "User" (name)`,
    );
    await mustRefuse(database, scripts.preflight, /FAIL.*todo_publisher_index is taken/, /mine/);
    await mustBeRefusedByServer('42P07', database, scripts.migrate, /todo_publisher_index/);
  }));

test('verify names all that is wrong with the tables at once', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    await query(
      database,
      `alter table "User" add "leadPost" integer;
       create table "User_published" ();
       drop index todo_publisher_index;
       alter table "Todo" drop constraint "todo_leadauthor_foreign";
       alter index todo_reviewers_many_todo_left_id_index rename to other;
       alter table "Todo_readers_User_readPosts" alter "User_right_id" drop not null;`,
    );
    await mustRefuse(
      database,
      scripts.verify,
      /ERROR.*: verdict: FAIL, 6 problems/,
      /column .*leadPost.* still there/,
      /User_published.* still there/,
      /index todo_publisher_index is missing/,
      /foreign key todo_leadauthor_foreign is missing/,
      /index todo_reviewers_many_todo_left_id_index is missing.*: there is other/,
      /User_right_id.*is missing its NOT NULL/,
    );
  }));

test('verify names all that is wrong with the links at once', () =>
  withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
    await mustSucceed(database, scripts.migrate);
    const [partner] = dataset.links['Todo.leadAuthor'] ?? [];
    await query(
      database,
      `insert into "Todo_reviewers_many" select * from "Todo_reviewers_many" limit 1;
       insert into "Todo_readers_User_readPosts" select * from "Todo_readers_User_readPosts" limit 2;
       update "Todo" set "leadAuthor" = ${partner?.right};
       set session_replication_role = replica;
       insert into "Todo_readers_User_readPosts" values (101, 9001), (9002, 201);
       reset session_replication_role;`,
    );
    await mustRefuse(
      database,
      scripts.verify,
      /ERROR.*: verdict: FAIL, 4 problems/,
      /Todo\.reviewers.*repeated pairs.*: 1 /,
      /Todo\.readers.*repeated pairs.*: 2 /,
      /Todo\.leadAuthor.*more than one Todo for one User/,
      /Todo\.readers.*to rows that are gone.*9001/,
      /Todo\.readers.*to rows that are gone.*9002/,
    );
  }));

test('a merge refuses links to rows that are gone', () =>
  withOldDatabase(
    allKinds,
    async ({ database, scripts }) => {
      await query(
        database,
        `alter table "User_readPosts" drop constraint "user_readposts_todo_id_foreign";
         insert into "User_readPosts" ("User_id", "Todo_id") select min(id), 9001 from "User"`,
      );
      await mustRefuse(
        database,
        scripts.preflight,
        /no room for links stored only in "User_readPosts".*9001/,
      );
      await mustRefuse(database, scripts.migrate, /stored only in "User_readPosts".*9001/);
    },
    ...['--reconcile', 'merge'],
  ));

const dangling = `set session_replication_role = replica;
  insert into "Todo_reviewers" ("Todo_id", "User_id") values (9002, 101);
  insert into "Todo_readers" ("Todo_id", "User_id") values (201, 9003);
  insert into "User_readPosts" ("Todo_id", "User_id") values (201, 9003);
  update "Todo" set publisher = 9004 where id = 201;
  delete from "User_published" where "Todo_id" = 201;
  update "Todo" set "leadAuthor" = 9005 where id = 201;
  update "User" set "leadPost" = null where "leadPost" = 201;`;

for (const reconcile of ['abort', 'merge', 'discard']) {
  test(`${reconcile}: links to rows that are gone cannot stay`, () =>
    withOldDatabase(
      allKinds,
      async ({ database, scripts }) => {
        await query(database, dangling);
        const patterns = [
          /Todo\.reviewers.*to rows that are gone.*9002/,
          /Todo\.readers.*to rows that are gone.*9003/,
          /Todo\.publisher.*to rows that are gone.*9004/,
          /Todo\.leadAuthor.*to rows that are gone.*9005/,
        ];
        await mustRefuse(database, scripts.preflight, ...patterns);
        await mustBeRefusedByServer(
          '23503',
          database,
          scripts.migrate,
          /Key \(.*\)=\(900\d\) is not present/,
        );
      },
      ...['--reconcile', reconcile],
    ));
}

test('a trigger that keeps a one-to-one link held twice', () =>
  withOldDatabase(
    allKinds,
    async ({ database, scripts }) => {
      await query(
        database,
        `update "Todo" set "leadAuthor" = (select min(id) from "User");
         create function keep() returns trigger language plpgsql as 'begin return null; end';
         create trigger kept before update on "Todo" for each row execute function keep()`,
      );
      await mustRefuse(database, scripts.migrate, /Todo.leadAuthor: more than one Todo for one User/);
      await query(database, 'drop trigger kept on "Todo"');
      await mustSucceed(database, scripts.migrate);
      await mustOnlyRead(database, scripts.verify);
    },
    ...['--reconcile', 'resolve'],
  ));

test('a foreign key that is switched off holds again', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      'alter table "Todo" disable trigger all; alter table "User_published" disable trigger all',
    );
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await query(database, 'update "Todo" set publisher = 9001').then(
      () => assert.unreachable('a link to a row that is gone'),
      (error) => assert.match(String(error), 'todo_publisher_foreign'),
    );
  }));

test('a trigger that keeps repeated pairs', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `insert into "Todo_readers" select * from "Todo_readers" limit 1;
       create function keep() returns trigger language plpgsql as 'begin return null; end';
       create trigger kept before delete on "Todo_readers" for each row execute function keep()`,
    );
    await mustRefuse(database, scripts.migrate, /Todo.readers: cannot delete repeated pairs/);
    await query(database, 'drop trigger kept on "Todo_readers"');
    await mustSucceed(database, scripts.migrate);
  }));

test('a trigger that writes both sides finds both while repeated pairs are deleted', () =>
  withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
    await query(
      database,
      `create function both_sides() returns trigger language plpgsql as
         'begin delete from "User_readPosts" where "Todo_id" = old."Todo_id" and "User_id" = old."User_id"; return null; end';
       insert into "Todo_readers" select * from "Todo_readers" limit 1;
       create trigger mirrored after delete on "Todo_readers" for each row execute function both_sides()`,
    );
    await mustSucceed(database, scripts.migrate);
    await mustHoldLinks(database, allKinds, dataset);
  }));

test('a publication of all tables forbids deletes where nothing identifies a row', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(database, 'create publication everything for all tables');
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await mustSucceed(database, scripts.rollback);
    await query(database, 'insert into "Todo_readers" select * from "Todo_readers" limit 1');
    await mustRefuse(
      database,
      scripts.preflight,
      /everything publishes deletes/,
      /ALTER TABLE "Todo_readers" REPLICA IDENTITY FULL;/,
    );
    await mustBeRefusedByServer(
      '55000',
      database,
      scripts.migrate,
      /cannot delete from table "Todo_readers"/,
    );
    await query(database, 'alter table "Todo_readers" replica identity full');
    await mustSucceed(database, scripts.migrate);
  }));

test('where transactions are read-only unless they say otherwise, the server refuses what changes anything', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(database, `alter database ${database.name} set default_transaction_read_only = on`);
    await mustOnlyRead(database, scripts.preflight);
    await mustBeRefusedByServer('25006', database, scripts.migrate, /read-only transaction/);
    await query(
      database,
      `begin read write; alter database ${database.name} reset default_transaction_read_only; commit`,
    );
    await mustSucceed(database, scripts.migrate, scripts.verify, scripts.rollback);
  }));

test('a join table that is made has the owner and the grants of the table of its list', async () => {
  const role = `application_${process.pid}`;
  for (const [name, table, ...steps] of [
    ['self-many-to-many', 'User_friendOf_User_friends', 'migrate'],
    ['todo-all-kinds', 'User_readPosts', 'migrate', 'rollback'],
  ] as const) {
    await withOldDatabase(keystoneCase(name), async ({ database, scripts }) => {
      await query(
        database,
        `create role ${role};
         grant insert on "User" to ${role};
         grant select on "User" to ${role} with grant option`,
      );
      try {
        for (const step of steps) await mustSucceed(database, scripts[step]);
        const grants = await query<{ line: string }>(
          database,
          `select privilege_type || case when is_grantable then ' to pass on' else '' end as line
           from pg_class, aclexplode(relacl)
           where relname = '${table}' and grantee = '${role}'::regrole order by line`,
        );
        assert.equal(
          grants.map(({ line }) => line),
          ['INSERT', 'SELECT to pass on'],
        );
      } finally {
        await query(database, `drop owned by ${role}; drop role ${role}`);
      }
    });
  }
});

test('a repeated pair of a table that others inherit from, or with a column called as the query is', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `alter table "Todo_reviewers" add link integer, add note text;
       insert into "Todo_reviewers" select "Todo_id", "User_id", null, 'mine' from "Todo_reviewers" limit 1;
       create table noted (text text) inherits ("Todo_readers");
       insert into noted select *, 'mine' from "Todo_readers" limit 1`,
    );
    for (const table of ['Todo_reviewers', 'Todo_readers']) {
      await mustRefuse(
        database,
        scripts.preflight,
        new RegExp(`repeated pairs in "${table}" whose rows differ: 1 \\(Todo`),
      );
    }
    await mustRefuse(database, scripts.migrate, /Todo.(reviewers|readers): cannot delete repeated pairs/);
  }));

test('constraints, indexes and publications of your own on what goes are told as lost, and are no reason to refuse', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `alter table "User_published" add constraint mine check ("User_id" > 0);
       alter table "User" add constraint ours check ("leadPost" > 0);
       create index partly on "User" ("leadPost") where "leadPost" is not null;
       create publication mine for table "User_readPosts" where ("User_id" > 0)`,
    );
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
  }));

test('triggers of yours are asked no more than at other times', () =>
  withOldDatabase(
    allKinds,
    async ({ database, scripts, dataset }) => {
      const role = `keeper_${database.name}`;
      await query(
        database,
        `create role ${role};
         grant all on schema public to ${role};
         create table audit (note text);
         alter table audit enable row level security;
         create policy everything on audit using (true) with check (true);
         grant all on audit to ${role};
         create function audited() returns trigger language plpgsql as
           'begin if exists (select from audit where note = ''stop'') then raise ''stop''; end if; insert into audit values (''x''); return new; end';
         create trigger audited before insert on "Todo_readers" for each row execute function audited();
         do $$ declare item record; begin
           for item in select oid::regclass as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'audit'
           loop execute format('alter table %s owner to ${role}', item.name); end loop; end $$`,
      );
      const [{ owner } = { owner: '' }] = await query<{ owner: string }>(
        database,
        'select current_user as owner',
      );
      const relationship = relationshipOf(allKinds, 'Todo.readers');
      if (relationship.right === null) throw new Error('one side only');
      await linkSide(database, allKinds, relationship, relationship.right, freeLink(relationship, dataset));
      await query(database, `alter role ${owner} in database ${database.name} set role = ${role}`);
      try {
        await mustSucceed(database, scripts.migrate);
      } finally {
        await query(
          database,
          `set role none; alter role ${owner} in database ${database.name} reset role;
           reassign owned by ${role} to ${owner}; drop owned by ${role}; drop role ${role}`,
        );
      }
    },
    ...['--reconcile', 'merge'],
  ));

const typed: Project = projectOf({
  Post: {
    authors: { ref: 'User.posts', many: true },
    tags: { ref: 'Tag', many: true },
    owner: { ref: 'User.owned' },
    cover: { ref: 'Tag.coverOf' },
  },
  Tag: { coverOf: { ref: 'Post.cover' } },
  User: {
    posts: { ref: 'Post.authors', many: true },
    owned: { ref: 'Post.owner', many: true },
    friends: { ref: 'User', many: true },
  },
});

for (const [type, primaryKey, id] of [
  ['bigint', 'bigserial', (n: number) => String(8_000_000_000 + n)],
  ['uuid', 'uuid', (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`],
  ['text', 'text', (n: number) => `item ${n} "of" O'Neill`],
] as const) {
  test(`ids of type ${primaryKey}`, async () => {
    const ofType = (ddl: string) => ddl.replaceAll('integer', type).replaceAll('serial', primaryKey);
    const { relationships } = findRelationships(typed, { sideOrder: 'alphabetical', locale: 'en' });
    const scripts = await writeScripts(typed, 'postgres');
    const literal = (n: number) => `'${id(n).replaceAll("'", "''")}'`;
    const pairs = [1, 2, 3].map((n) => `(${literal(n)}, ${literal((n % 3) + 1)})`).join(', ');

    await withDatabase(async (database) => {
      await query(database, ofType(oldDdl(typed.lists)));
      const ids = [1, 2, 3].map((n) => `(${literal(n)})`).join(', ');
      await query(
        database,
        `insert into "User" (id) values ${ids};
         insert into "Tag" (id) values ${ids};
         insert into "Post" (id) values ${ids};
         insert into "Post_authors" ("Post_id", "User_id") values ${pairs};
         insert into "User_posts" ("Post_id", "User_id") values ${pairs};
         insert into "Post_tags" ("Post_id", "Tag_id") values ${pairs};
         insert into "User_owned" ("Post_id", "User_id") values ${pairs};
         update "Post" set cover = id, owner = owned."User_id" from "User_owned" as owned where id = owned."Post_id";
         update "Tag" set "coverOf" = id`,
      );
      const before = await readState(database);
      await mustOnlyRead(database, scripts('preflight'));
      await mustSucceed(database, scripts('migrate'));
      await mustOnlyRead(database, scripts('verify'));
      const fresh = await withDatabase(async (other) => {
        await query(other, ofType(newDdl(typed.lists, relationships)));
        return readSchema(other);
      });
      mustBeSchema(await readSchema(database), fresh, 'the schema of a fresh Keystone 8');
      await mustSucceed(database, scripts('rollback'));
      mustBeSchema(await readSchema(database), before.schema, 'the schema after rollback');
      assert.equal(await readAllRows(database), before.rows);

      // A link that one side lacks is named with its ids, whatever they are.
      await query(database, `delete from "Post_authors" where "Post_id" = ${literal(1)}`);
      const named = new RegExp(`Post ${id(1)}`);
      await mustRefuse(database, scripts('preflight'), named, new RegExp(`User ${id(2)}`));
      await mustRefuse(database, scripts('migrate'), named, new RegExp(`User ${id(2)}`));
    });
  });
}

test.run();
