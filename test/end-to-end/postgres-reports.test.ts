import * as assert from 'uvu/assert';
import { keystoneCase } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { withOldDatabase } from '../support/old-postgres.ts';
import { type Database, query, runSqlFile } from '../support/postgres.ts';
import { mustOnlyRead, mustRefuse, mustSucceed } from '../support/postgres-steps.ts';

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

/** The report of a script, a line for each answer: relationship, check, result and detail. */
async function reportOf(database: Database, script: string): Promise<string[]> {
  const { stdout } = await runSqlFile(database, script);
  return stdout.split('\n').map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .join(' | '),
  );
}

function mustHaveLine(report: readonly string[], pattern: RegExp): string {
  const line = report.find((candidate) => pattern.test(candidate));
  assert.ok(line, `no line like ${pattern} in\n${report.join('\n')}`);
  return line ?? '';
}

const idsIn = (line: string): number => line.split(' | ')[3]?.match(/\d+/g)?.length ?? 0;

test('everything is counted exactly, and ten of it are named', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(database, drift);
    const report = await reportOf(database, scripts.preflight);
    const going = mustHaveLine(
      report,
      /Todo\.readers.*links only in "User_readPosts", which is dropped \| FAIL \| 25: /,
    );
    assert.is(idsIn(going), 1 + 10 * 2);
    mustHaveLine(report, /Todo\.readers.*links only in "Todo_readers", which stays \| kept \| 15: /);
    mustHaveLine(report, /Todo\.publisher.*links only in "User_published", which is dropped \| FAIL \| 24: /);
    const shared = mustHaveLine(
      report,
      /Todo\.leadAuthor.*User rows with more than one Todo in "Todo"\."leadAuthor".*\| FAIL \| 1: /,
    );
    assert.match(shared, / and 14 more$/);
    assert.is(idsIn(shared), 1 + 1 + 10 + 1);
  }));

test('links on both sides are counted, once each', () =>
  withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
    await query(
      database,
      'insert into "User_readPosts" ("User_id", "Todo_id") select "User_id", "Todo_id" from "Todo_readers" limit 3',
    );
    const report = await reportOf(database, scripts.preflight);
    for (const name of ['Todo.readers', 'Todo.publisher', 'Todo.leadAuthor']) {
      const links = dataset.links[name]?.length;
      mustHaveLine(report, new RegExp(`${name}.* \\| links on both sides \\| info \\| ${links}$`));
    }
  }));

for (const [reconcile, result] of [
  ['abort', 'no merge'],
  ['merge', 'FAIL'],
  ['discard', 'no merge'],
] as const) {
  test(`what no merge could carry over is reported with ${reconcile}`, () =>
    withOldDatabase(
      allKinds,
      async ({ database, scripts }) => {
        await query(database, drift);
        const report = await reportOf(database, scripts.preflight);
        const line = mustHaveLine(
          report,
          new RegExp(
            `Todo\\.publisher.* \\| Todo rows with more than one User, both sides taken together.* \\| ${result} \\| 1: `,
          ),
        );
        assert.match(line, / and 14 more$/);
      },
      ...['--reconcile', reconcile],
    ));
}

test('preflight names what is wrong with the tables and with the links in one run', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `drop index todo_author_index;
       drop table "User_published";
       alter table "User" drop "leadPost";
       update "Todo" set "leadAuthor" = (select min(id) from "User")`,
    );
    await mustRefuse(
      database,
      scripts.preflight,
      /todo_author_index.*missing/,
      /User_published.*missing/,
      /Todo\.leadAuthor.*User rows with more than one Todo/,
      /links only in "User_published", which is dropped: not asked: relation "public.User_published" does not exist/,
      /links on both sides: not asked: column "leadPost" does not exist/,
      /ERROR.* could not be asked: migrate would refuse/,
    );
  }));

test('verify names what is wrong with the tables and with the links in one run', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    await query(
      database,
      `drop index todo_author_index;
       insert into "Todo_reviewers_many" select * from "Todo_reviewers_many" limit 1;
       alter table "Todo" drop publisher`,
    );
    await mustRefuse(
      database,
      scripts.verify,
      /todo_author_index.*missing/,
      /pairs that are more than once in "Todo_reviewers_many".*1: Todo/,
      /column "Todo" \(publisher\): missing|column "Todo" \(publisher\).*missing/,
      /not asked: column link.publisher does not exist/,
    );
  }));

test('a role that may not read a table, or is shown a part of its rows, is told so', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    const role = `reader_${database.name}`;
    const [{ owner } = { owner: '' }] = await query<{ owner: string }>(
      database,
      'select current_user as owner',
    );
    await query(
      database,
      `create role ${role};
       grant select on all tables in schema public to ${role};
       revoke select on "User_published" from ${role};
       alter table "Todo_readers" enable row level security;
       create policy partly on "Todo_readers" using ("Todo_id" = 201);
       alter role ${owner} in database ${database.name} set role = ${role}`,
    );
    try {
      const { status, stderr } = await runSqlFile(database, scripts.preflight);
      assert.is(status, 3);
      assert.match(stderr, /User_published.*not asked: permission denied for table User_published/);
      assert.match(stderr, /Todo_readers.*not asked: query would be affected by row-level security policy/);
      assert.match(stderr, /1 check failed, \d+ could not be asked/);
    } finally {
      await query(
        database,
        `set role none; alter role ${owner} in database ${database.name} reset role; drop owned by ${role}; drop role ${role}`,
      );
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
       alter table "User" add constraint one_each unique ("leadPost");
       alter table "User_readPosts" rename constraint user_readposts_todo_id_foreign to odd`,
    );
    try {
      const report = await reportOf(database, scripts.preflight);
      const lost = (place: string) =>
        mustHaveLine(report, new RegExp(`what goes with ${place} and .*\\| lost \\|`)).split(' | ')[3];
      assert.is(lost('"User_published"'), `3: comment 'who', grant of select to ${role}, index mine`);
      assert.is(
        lost('"User"."leadPost"'),
        `3: comment 'what', constraint one_each, grant of update to public`,
      );
      assert.is(lost('"User_readPosts"'), '1: constraint odd');
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
    } finally {
      await query(database, `drop owned by ${role}; drop role ${role}`);
    }
  }));

test('constraints and indexes that have the usual names, and are not the usual ones, are named', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(
      database,
      `alter table "User_published" drop constraint user_published_todo_id_foreign,
         add constraint user_published_todo_id_foreign foreign key ("Todo_id") references "Todo" on delete restrict;
       drop index user_published_user_id_index;
       create unique index user_published_user_id_index on "User_published" ("User_id", "Todo_id");
       alter table "User_published" alter "Todo_id" set default 1;
       alter table "User_published" set (fillfactor = 50);
       alter table "User_published" set unlogged;
       alter table "User_published" enable row level security;
       create sequence counted owned by "User_published"."Todo_id"`,
    );
    const report = await reportOf(database, scripts.preflight);
    const line = mustHaveLine(report, /what goes with "User_published" and .*\| lost \|/);
    const lost = [
      'constraint user_published_todo_id_foreign',
      'default 1',
      'index user_published_user_id_index',
      'row-level security',
      'sequence public.counted',
      'storage options fillfactor=50',
      'unlogged',
    ];
    assert.is(line.split(' | ')[3], `7: ${lost.join(', ')}`);
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
    for (const [place, users] of [
      ['"User_published"', '1: function public.counted()'],
      ['"User"."leadPost"', '2: function public.of_post(integer), function public.partner()'],
      [
        '"Todo_readers"',
        '2: function public.reader(public."Todo_readers"), trigger noted on table public."Todo_readers"',
      ],
    ] as const) {
      const line = mustHaveLine(
        report,
        new RegExp(`what may use ${place.replace('.', '\\.')} by its name \\| look at \\|`),
      );
      assert.is(line.split(' | ')[3], users);
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
      const patterns = [/all relationships.*to own "User_published"/, /to create in the schema public/];
      await mustRefuse(database, scripts.preflight, ...patterns);
      await mustRefuse(database, scripts.migrate, ...patterns);
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
    const patterns = [/repeated pairs in "Todo_reviewers" of which none can be deleted.*1: Todo/];
    await mustRefuse(database, scripts.preflight, ...patterns);
    await mustRefuse(database, scripts.migrate, ...patterns);
    await query(database, `update "Todo_reviewers" set position = '1'`);
    await mustSucceed(database, scripts.migrate);
    const rows = await query<{ position: number }>(
      database,
      'select distinct position::text::int from "Todo_reviewers_many"',
    );
    assert.equal(rows, [{ position: 1 }]);
  }));

test.run();
