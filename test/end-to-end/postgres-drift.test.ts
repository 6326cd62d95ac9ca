import * as assert from 'uvu/assert';
import { freeLink, withLink } from '../support/dataset.ts';
import {
  droppedSide,
  keystoneCase,
  nameOfEither,
  relationshipOf,
  sideName,
  sidesOf,
} from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { linkSide, mustHoldLinks, rowsOf, withOldDatabase } from '../support/old-postgres.ts';
import { linkMigrated, readAllRows } from '../support/postgres-data.ts';
import { mustOnlyRead, mustRefuse, mustSucceed } from '../support/postgres-steps.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, data out of step');

const allKinds = keystoneCase('todo-all-kinds');
const selfOneToOne = keystoneCase('self-one-to-one');
const reservedWords = keystoneCase('reserved-words');
const schemaCms = keystoneCase('schema-cms');

for (const example of [allKinds, reservedWords, selfOneToOne, schemaCms]) {
  for (const relationship of example.relationships) {
    const { left } = relationship;
    const dropped = droppedSide(relationship);
    if (dropped === null) continue;
    const kept = dropped === left ? relationship.right : left;

    test(`${example.name}: a link that only ${sideName(dropped)} has is not dropped`, () =>
      withOldDatabase(example, async ({ database, scripts, dataset }) => {
        const link = freeLink(relationship, dataset);
        await linkSide(database, example, relationship, dropped, link);
        const patterns = [
          nameOfEither(relationship),
          new RegExp(`\\b${link.left}\\b`),
          new RegExp(`\\b${link.right}\\b`),
        ];
        await mustRefuse(database, scripts.preflight, ...patterns);
        await mustRefuse(database, scripts.migrate, ...patterns);
      }));

    test(`${example.name}: a link that only ${kept && sideName(kept)} has is kept`, () =>
      withOldDatabase(example, async ({ database, scripts, dataset }) => {
        const link = freeLink(relationship, dataset);
        if (kept) await linkSide(database, example, relationship, kept, link);
        const whole = withLink(dataset, relationship, link);
        await mustOnlyRead(database, scripts.preflight);
        await mustSucceed(database, scripts.migrate);
        await mustHoldLinks(database, example, whole);
        await mustSucceed(database, scripts.rollback);
        assert.equal(
          await readAllRows(database),
          await rowsOf(example, whole),
          'both sides hold it after rollback',
        );
      }));
  }
}

for (const [example, name] of [
  [allKinds, 'Todo.publisher'],
  [reservedWords, 'Group.select'],
] as const) {
  test(`${example.name}: an item in the lists of two others (${name})`, () =>
    withOldDatabase(example, async ({ database, scripts, dataset }) => {
      const relationship = relationshipOf(example, name);
      const dropped = droppedSide(relationship);
      if (dropped === null) throw new Error('one side only');
      const [first] = dataset.links[name] ?? [];
      const other = (dataset.links[name] ?? []).find(
        (link) => link.left !== first?.left && link.right !== first?.right,
      );
      if (first === undefined || other === undefined) throw new Error('too few links');
      const second =
        dropped === relationship.left
          ? { left: other.left, right: first.right }
          : { left: first.left, right: other.right };
      await linkSide(database, example, relationship, dropped, second);
      await mustRefuse(database, scripts.preflight, nameOfEither(relationship));
      await mustRefuse(database, scripts.migrate, nameOfEither(relationship));
    }));
}

for (const [example, name] of [
  [allKinds, 'Todo.leadAuthor'],
  [selfOneToOne, 'User.partner'],
] as const) {
  test(`${example.name}: a partner who changed hands is still held by the former one (${name})`, () =>
    withOldDatabase(example, async ({ database, scripts, dataset }) => {
      const relationship = relationshipOf(example, name);
      const [taken] = dataset.links[name] ?? [];
      const free = freeLink(relationship, dataset);
      if (taken === undefined || relationship.right === null) throw new Error('no link to take over');
      const moved = { left: free.left, right: taken.right };
      await linkSide(database, example, relationship, relationship.right, moved);
      await linkSide(database, example, relationship, relationship.left, moved);
      await mustRefuse(database, scripts.preflight, nameOfEither(relationship));
      await mustRefuse(database, scripts.migrate, nameOfEither(relationship));
    }));
}

for (const [example, name] of [
  [allKinds, 'Todo.readers'],
  [allKinds, 'Todo.reviewers'],
  [reservedWords, 'Group.from'],
] as const) {
  test(`${example.name}: a pair that is stored twice ends up once (${name})`, () =>
    withOldDatabase(example, async ({ database, scripts, dataset }) => {
      const relationship = relationshipOf(example, name);
      const rows = await readAllRows(database);
      for (const link of (dataset.links[name] ?? []).slice(0, 2)) {
        for (const side of sidesOf(relationship)) await linkSide(database, example, relationship, side, link);
      }
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
      await mustHoldLinks(database, example, dataset);
      await mustSucceed(database, scripts.verify);
      await mustSucceed(database, scripts.rollback);
      assert.equal(await readAllRows(database), rows);
    }));
}

test('links made after the migration survive its rollback', () =>
  withOldDatabase(allKinds, async ({ database, scripts, dataset }) => {
    await mustSucceed(database, scripts.migrate);
    let whole = dataset;
    for (const relationship of allKinds.relationships) {
      const link = freeLink(relationship, whole);
      whole = withLink(whole, relationship, link);
      await linkMigrated(database, allKinds, relationship, link);
    }
    await mustSucceed(database, scripts.rollback);
    assert.equal(await readAllRows(database), await rowsOf(allKinds, whole));
  }));

test.run();
