import * as assert from 'uvu/assert';
import { keystoneCase } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { withOldDatabase } from '../support/old-postgres.ts';
import { type Database, query, runSqlFile } from '../support/postgres.ts';
import { mustBeRefusedByServer, mustOnlyRead, mustRefuse, mustSucceed } from '../support/postgres-steps.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, what the reports say');

const allKinds = keystoneCase('todo-all-kinds');

/** Links that the two sides of every relationship disagree in, many of them. */
const drift = `
  insert into "User" (name) select 'more' from generate_series(1, 60);
  insert into "Todo" (title) select 'more' from generate_series(1, 60);
  -- On one side only: 25 that go, 15 that stay.
  insert into "User_readPosts" ("User_id", "Todo_id") select 101 + n, 201 + n from generate_series(15, 39) as n;
  insert into "Todo_readers" ("User_id", "Todo_id") select 101 + n, 201 + n from generate_series(40, 54) as n;
  -- A todo that 24 users list as published by them, and 24 todos with one lead author.
  insert into "User_published" ("User_id", "Todo_id")
    select id, (select max(id) from "Todo") from "User" order by id desc limit 24;
  update "Todo" set "leadAuthor" = (select max(id) from "User") where id in (select id from "Todo" order by id desc limit 24);
`;

/** The lines of the report of a script. */
async function reportOf(database: Database, script: string): Promise<string[]> {
  const { stdout } = await runSqlFile(database, script);
  return stdout.split('\n').map((line) => line.trim());
}

function mustHaveLine(report: readonly string[], pattern: RegExp): string {
  const line = report.find((candidate) => pattern.test(candidate));
  assert.ok(line, `no line like ${pattern} in\n${report.join('\n')}`);
  return line ?? '';
}

/** How many links a line names. */
const linksIn = (line: string): number => line.match(/\w+ \d+ - \w+ \d+/g)?.length ?? 0;

test('everything is counted exactly, and ten of it are named', () =>
  withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
    await query(database, drift);
    const report = await reportOf(database, scripts.preflight);
    const dropped = mustHaveLine(
      report,
      /^FAIL +Todo\.readers.*: links stored only in "User_readPosts": 25 /,
    );
    assert.is(linksIn(dropped), 10);
    mustHaveLine(report, /^FAIL +Todo\.publisher.*: links stored only in "User_published": 24 /);
    const shared = mustHaveLine(report, /^FAIL +Todo\.leadAuthor.*: more than one Todo for one User: 23 /);
    assert.is(linksIn(shared), 10);
    mustHaveLine(
      report,
      new RegExp(`^ok +Todo\\.reviewers -> User: ${dataset.links['Todo.reviewers']?.length} links$`),
    );
    assert.is(report.filter((line) => line.startsWith('verdict: ')).join(), 'verdict: FAIL, 3 problems');
  }));

test('a clean database takes one line for each relationship, and the verdict comes last', () =>
  withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
    for (const [script, verdict] of [
      [scripts.preflight, 'verdict: ready to migrate'],
      [scripts.migrate, null],
      [scripts.verify, 'verdict: migrated'],
    ] as const) {
      const report = (await reportOf(database, script)).filter((line) => /^(ok|verdict)/.test(line));
      if (verdict === null) continue;
      for (const name of ['Todo.readers', 'Todo.publisher', 'Todo.leadAuthor', 'Todo.reviewers']) {
        mustHaveLine(report, new RegExp(`^ok +${name} .*: ${dataset.links[name]?.length} links$`));
      }
      assert.is(report.at(-1), verdict);
      assert.is(Math.max(...report.map((line) => line.length)) <= 120, true);
    }
  }));

for (const [reconcile, added, left] of [
  ['merge', 'added', 'FAIL'],
  ['resolve', 'added', 'given up'],
] as const) {
  test(`what there is room for is told from what there is not, with ${reconcile}`, () =>
    withOldDatabase(
      allKinds,
      async ({ database, scripts }) => {
        await query(database, drift);
        const report = await reportOf(database, scripts.preflight);
        const line = (result: string) =>
          mustHaveLine(report, new RegExp(`^${result} +Todo\\.publisher.*"User_published": `));
        assert.match(line(added), /: 1 \(Todo \d+ - User \d+\)$/);
        assert.match(line(left), /no room for links stored only in "User_published": 23 /);
        mustHaveLine(report, /^added +Todo\.readers.*"User_readPosts": 25 /);
      },
      ...['--reconcile', reconcile],
    ));
}

test('preflight names what is wrong with the tables and with the links in one run', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `drop index todo_publisher_index;
       alter table "User_readPosts" add position integer;
       drop table "User_published";
       alter table "User" drop "leadPost";
       update "Todo" set "leadAuthor" = (select min(id) from "User")`,
    );
    await mustRefuse(
      database,
      scripts.preflight,
      /created +index todo_publisher_index on "Todo" \(publisher\): it was missing/,
      /note +"public"\."User_published" does not exist/,
      /FAIL +column "?position"? of table "User_readPosts" would be dropped/,
      /ALTER TABLE "User_readPosts" DROP column "?position"?;/,
      /FAIL +Todo\.leadAuthor.*more than one Todo for one User/,
      /ERROR.*verdict: FAIL, 2 problems/,
    );
  }));

test('verify names what is wrong with the tables, and then with the links', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    await query(
      database,
      `drop index todo_publisher_index;
       insert into "Todo_reviewers_many" select * from "Todo_reviewers_many" limit 1;
       alter table "Todo" drop "leadAuthor"`,
    );
    await mustRefuse(
      database,
      scripts.verify,
      /index todo_publisher_index is missing/,
      /column "Todo"\."leadAuthor" is missing/,
    );
    await query(
      database,
      `create index todo_publisher_index on "Todo" (publisher);
       alter table "Todo" add "leadAuthor" integer constraint "todo_leadauthor_foreign" references "User" (id);
       create index "todo_leadauthor_index" on "Todo" ("leadAuthor")`,
    );
    await mustRefuse(database, scripts.verify, /repeated pairs in "Todo_reviewers_many": 1 \(Todo/);
  }));

test('a role that may not read a table, or is shown a part of its rows, is told so', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    const role = `reader_${database.name}`;
    const [{ owner } = { owner: '' }] = await query<{ owner: string }>(
      database,
      'select current_user as owner',
    );
    const as = (setting: string) =>
      query(database, `set role none; alter role ${owner} in database ${database.name} ${setting}`);
    await query(
      database,
      `create role ${role};
       grant select on all tables in schema public to ${role};
       alter table "Todo_readers" enable row level security;
       create policy partly on "Todo_readers" using ("Todo_id" = 201)`,
    );
    const mustFail = async (pattern: RegExp) => {
      const { status, stderr } = await runSqlFile(database, scripts.preflight);
      assert.is(status, 3);
      assert.match(stderr, pattern);
    };
    try {
      await as(`set role = ${role}`);
      await mustFail(/42501: query would be affected by row-level security policy for table "Todo_readers"/);
      await query(database, `set role none; revoke select on "User_published" from ${role}`);
      await mustFail(/42501: permission denied for table User_published/);
    } finally {
      await as('reset role');
      await query(database, `set role none; drop owned by ${role}; drop role ${role}`);
    }
  }));

test('what goes without harm to a link is named, and is no reason to refuse', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    const role = `analyst_${database.name}`;
    await query(
      database,
      `create role ${role};
       grant select on "User_published" to ${role};
       grant update ("leadPost") on "User" to public;
       comment on column "User_published"."User_id" is 'who';
       comment on column "User"."leadPost" is 'what';
       create unique index mine on "User_published" ("User_id", "Todo_id");
       alter table "User" add constraint one_each unique ("leadPost")`,
    );
    try {
      const report = await reportOf(database, scripts.preflight);
      const lost = report
        .filter((line) => line.startsWith('lost '))
        .map((line) => line.replace(/^lost +/, ''))
        .sort();
      assert.equal(
        lost,
        [
          'comment \'what\', with "User"."leadPost"',
          'comment \'who\', with "User_published"',
          'constraint one_each on table "User", with "User"."leadPost"',
          'grant of UPDATE on column leadPost to PUBLIC, with "User"."leadPost"',
          `grant of SELECT to ${role}, with "User_published"`,
          'index mine, with "User_published"',
        ].sort(),
      );
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
    } finally {
      await query(database, `drop owned by ${role}; drop role ${role}`);
    }
  }));

test('settings of a table that is dropped are named', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `drop index user_published_user_id_index;
       create unique index user_published_user_id_index on "User_published" ("User_id", "Todo_id");
       alter table "User_published" alter "Todo_id" set default 1;
       alter table "User_published" set (fillfactor = 50);
       alter table "User_published" set unlogged;
       alter table "User_published" enable row level security;
       create sequence counted owned by "User_published"."Todo_id"`,
    );
    const report = await reportOf(database, scripts.preflight);
    for (const lost of [
      /default value for column "?Todo_id"? of table "User_published"/,
      /index user_published_user_id_index/,
      /row-level security/,
      /sequence counted/,
      /options fillfactor=50/,
      /UNLOGGED/,
    ]) {
      mustHaveLine(report, new RegExp(`^lost +${lost.source}.*, with "User_published"$`));
    }
  }));

test('what uses by name what goes or gets another name is named, and is no reason to refuse', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `create function counted() returns trigger language plpgsql as
         'begin perform count(*) from "User_published"; return new; end';
       create function of_post(integer) returns bigint language sql as
         'select count(*) from "User" where "leadPost" = $1';
       create function other() returns text language sql as 'select ''leadPost''';
       create function note() returns trigger language plpgsql as 'begin perform new."Todo_id"; return new; end';
       create function partner() returns trigger language plpgsql as 'begin perform new."leadPost"; return new; end';
       create trigger seen before update on "User" for each row execute function partner();
       create function reader("Todo_readers") returns integer language sql as 'select $1."User_id"';
       create trigger noted before insert on "Todo_readers" for each row execute function note()`,
    );
    const report = await reportOf(database, scripts.preflight);
    for (const note of [
      /function counted\(\) mentions User_published/,
      /function of_post\(integer\) mentions leadPost/,
      /function partner\(\) mentions leadPost/,
      /function reader\("Todo_readers"\) may use the old names of columns/,
      /trigger noted on table "Todo_readers" may use the old names of columns/,
    ]) {
      mustHaveLine(report, new RegExp(`^note +${note.source}`));
    }
    await mustSucceed(database, scripts.migrate);
  }));

test('a role that may write all tables, and owns none, is told so before migrate begins', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    const role = `writer_${database.name}`;
    await query(
      database,
      `create role ${role};
       grant all on all tables in schema public to ${role};
       revoke create on schema public from public`,
    );
    const as = (setting: string) =>
      query(database, `set role none; alter role current_user in database ${database.name} ${setting}`);
    try {
      await as(`set role = ${role}`);
      await mustRefuse(
        database,
        scripts.preflight,
        /FAIL +"User_published" belongs to .*, who must run migrate\.sql/,
        /may not create in the schema public/,
        /GRANT CREATE ON SCHEMA public TO/,
      );
      await mustBeRefusedByServer('42501', database, scripts.migrate);
    } finally {
      await as('reset role');
      await query(database, `set role none; drop owned by ${role}; drop role ${role}`);
    }
  }));

test('repeated pairs whose rows differ in a column that somebody added are not deleted', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `alter table "Todo_reviewers" add position json;
       insert into "Todo_reviewers" select * from "Todo_reviewers" limit 1`,
    );
    await mustOnlyRead(database, scripts.preflight);
    await query(
      database,
      `update "Todo_reviewers" set position = '1' where ctid = (select max(ctid) from "Todo_reviewers")`,
    );
    await mustRefuse(
      database,
      scripts.preflight,
      /repeated pairs in "Todo_reviewers" whose rows differ: 1 \(Todo/,
    );
    await mustRefuse(database, scripts.migrate, /Todo.reviewers: cannot delete repeated pairs/);
    await query(database, `update "Todo_reviewers" set position = '1'`);
    await mustSucceed(database, scripts.migrate);
    const rows = await query<{ position: number }>(
      database,
      'select distinct position::text::int from "Todo_reviewers_many"',
    );
    assert.equal(rows, [{ position: 1 }]);
  }));

test.run();
