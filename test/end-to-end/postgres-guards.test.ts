import { freeLink } from '../support/dataset.ts';
import { keystoneCase, nameOfEither, relationshipOf } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, withOldDatabase } from '../support/old-postgres.ts';
import { query } from '../support/postgres.ts';
import { linkMigrated, tableName } from '../support/postgres-data.ts';
import { mustBeRefusedByServer, mustOnlyRead, mustRefuse, mustSucceed } from '../support/postgres-steps.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, what the scripts refuse');

const allKinds = keystoneCase('todo-all-kinds');

test('rollback refuses a link that the old schema has no place for', async () => {
  for (const name of ['self-many-one-sided', 'self-many-to-many']) {
    const example = keystoneCase(name);
    await withOldDatabase(example, async ({ database, scripts }) => {
      await mustSucceed(database, scripts.migrate);
      const [relationship] = example.relationships;
      if (relationship === undefined) throw new Error('no relationship');
      await linkMigrated(database, example, relationship, { left: 101, right: 102 });
      await mustRefuse(database, scripts.rollback, nameOfEither(relationship));
    });
  }
});

test('rollback refuses two items with one partner', () =>
  withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
    await mustSucceed(database, scripts.migrate);
    const relationship = relationshipOf(allKinds, 'Todo.leadAuthor');
    const [taken] = dataset.links['Todo.leadAuthor'] ?? [];
    if (taken === undefined) throw new Error('no links');
    const { left } = freeLink(relationship, dataset);
    await linkMigrated(database, allKinds, relationship, { left, right: taken.right });
    await mustRefuse(database, scripts.rollback, nameOfEither(relationship));
  }));

test('rollback refuses an item without the partner that the old schema demands', () => {
  const example = keystoneCase('options-one-to-one-not-null-right');
  return withOldDatabase(example, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    await query(database, `insert into ${tableName(example, 'User')} (name) values ('alone')`);
    await mustBeRefusedByServer('23502', database, scripts.rollback, /column "post" of relation "User"/);
  });
});

test('a table in the way of a new name', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(database, `create table ${tableName(allKinds, 'Todo_readers_User_readPosts')} ()`);
    await mustRefuse(database, scripts.preflight, /Todo_readers_User_readPosts/);
    await mustBeRefusedByServer('42P07', database, scripts.migrate, /Todo_readers_User_readPosts/);
  }));

test('an index in the way of a new name', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    const index = 'todo_reviewers_many_todo_left_id_index';
    await query(database, `create index ${index} on ${tableName(allKinds, 'User')} (name)`);
    await mustRefuse(database, scripts.preflight, new RegExp(index));
    await mustBeRefusedByServer('42P07', database, scripts.migrate, new RegExp(index));
  }));

test('a dropped side that was never created has nothing to lose', () =>
  withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
    await query(
      database,
      `drop table ${tableName(allKinds, 'User_published')}; alter table ${tableName(allKinds, 'User')} drop "leadPost"`,
    );
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await mustOnlyRead(database, scripts.verify);
    await mustHoldLinks(database, allKinds, dataset);
    await mustSucceed(database, scripts.rollback);
  }));

test('the table of a list that is missing', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await query(database, `drop table ${tableName(allKinds, 'User')} cascade`);
    await mustRefuse(database, scripts.preflight, /"User" is missing/, /right database/);
    await mustBeRefusedByServer('42P01', database, scripts.migrate, /"public\.User" does not exist/);
  }));

test('verify notices what is left of the old schema, and what is missing of the new', () =>
  withOldDatabase(allKinds, async ({ database, scripts }) => {
    await mustSucceed(database, scripts.migrate);
    for (const [change, undo] of [
      ['alter table "User" add "leadPost" integer', 'alter table "User" drop "leadPost"'],
      ['create table "User_published" ()', 'drop table "User_published"'],
      ['alter table "Todo" rename publisher to p', 'alter table "Todo" rename p to publisher'],
      [
        'alter index todo_reviewers_many_todo_left_id_index rename to other',
        'alter index other rename to todo_reviewers_many_todo_left_id_index',
      ],
    ] as const) {
      await query(database, change);
      await mustRefuse(database, scripts.verify);
      await query(database, undo);
      await mustOnlyRead(database, scripts.verify);
    }
  }));

test.run();
