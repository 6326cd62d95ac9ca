import * as assert from 'uvu/assert';
import { type Dataset, freeLink, withLink } from '../support/dataset.ts';
import {
  droppedSide,
  keystoneCase,
  nameOfEither,
  relationshipOf,
  sideName,
  sidesOf,
} from '../support/keystone-cases.ts';
import { deleteItem, linkSide, objectId, readContent } from '../support/mongo-data.ts';
import { mustOnlyRead, mustRefuse, mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, withOldMongo } from '../support/old-mongo.ts';

const test = suiteNeeding('mongo', 'MongoDB, data out of step');

const allKinds = keystoneCase('todo-all-kinds');

for (const [example, name] of [
  [allKinds, 'Todo.leadAuthor'],
  [allKinds, 'Todo.publisher'],
  [allKinds, 'Todo.readers'],
  [keystoneCase('reserved-words'), 'Group.select'],
  [keystoneCase('self-one-to-one'), 'User.partner'],
  [keystoneCase('self-one-to-many'), 'User.children'],
  [keystoneCase('self-many-to-many'), 'User.friendOf'],
] as const) {
  const relationship = relationshipOf(example, name);
  const goes = droppedSide(relationship);
  if (goes === null) continue;

  test(`${example.name}: a link that only ${sideName(goes)} has is not dropped`, () =>
    withOldMongo(example, async ({ database, scripts, dataset }) => {
      const link = freeLink(relationship, dataset);
      await linkSide(database.db, example, relationship, goes, link);
      const ids = [link.left, link.right].map((item) => new RegExp(objectId(item).toHexString()));
      await mustRefuse(database, scripts.preflight, nameOfEither(relationship), ...ids);
      await mustRefuse(database, scripts.migrate, nameOfEither(relationship), ...ids);
    }));
}

test('links that only the side which stays has are kept', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    let whole = dataset;
    for (const relationship of allKinds.relationships) {
      const link = freeLink(relationship, whole);
      const goes = droppedSide(relationship);
      const [stays] = sidesOf(relationship).filter((side) => side !== goes);
      if (stays) await linkSide(database.db, allKinds, relationship, stays, link);
      whole = withLink(whole, relationship, link);
    }
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await mustHoldLinks(database, allKinds, whole);
  }));

test('an item in the lists of two others', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const relationship = relationshipOf(allKinds, 'Todo.publisher');
    const links = dataset.links['Todo.publisher'] ?? [];
    const other = links.find(({ right }) => right !== links[0]?.right);
    if (links[0] === undefined || other === undefined || relationship.right === null)
      throw new Error('no links');
    const moved = { left: links[0].left, right: other.right };
    await linkSide(database.db, allKinds, relationship, relationship.right, moved);
    await mustRefuse(database, scripts.preflight, nameOfEither(relationship));
    await mustRefuse(database, scripts.migrate, nameOfEither(relationship));
  }));

test('a partner who changed hands is still held by the former one', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const relationship = relationshipOf(allKinds, 'Todo.leadAuthor');
    const [taken] = dataset.links['Todo.leadAuthor'] ?? [];
    if (taken === undefined || relationship.right === null) throw new Error('no links');
    const moved = { left: freeLink(relationship, dataset).left, right: taken.right };
    await linkSide(database.db, allKinds, relationship, relationship.right, moved);
    await linkSide(database.db, allKinds, relationship, relationship.left, moved);
    await mustRefuse(database, scripts.preflight, nameOfEither(relationship));
    await mustRefuse(database, scripts.migrate, nameOfEither(relationship));
  }));

test('an id that is twice in an array ends up once, in its first place', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const content = await readContent(database.db, allKinds);
    for (const name of ['Todo.readers', 'Todo.reviewers', 'Todo.publisher']) {
      const relationship = relationshipOf(allKinds, name);
      for (const link of (dataset.links[name] ?? []).slice(0, 2)) {
        for (const side of sidesOf(relationship)) {
          if (side.many) await linkSide(database.db, allKinds, relationship, side, link);
        }
      }
    }
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await mustHoldLinks(database, allKinds, dataset);
    await mustSucceed(database, scripts.verify);
    await mustSucceed(database, scripts.rollback);
    assert.equal(await readContent(database.db, allKinds), content);
  }));

test("ids of items that were deleted are in nobody's way, and are not carried along", () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const deleted = (['Todo', 'User'] as const).flatMap((list) => {
      const used = Object.values(dataset.links)
        .flat()
        .flatMap(({ left, right }) => [left, right]);
      const items = (dataset.items[list] ?? []).filter((item) => used.includes(item)).slice(0, 2);
      return items.map((item) => ({ list, item }));
    });
    for (const { list, item } of deleted) await deleteItem(database.db, allKinds, list, item);
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await mustOnlyRead(database, scripts.verify);
    await mustHoldLinks(
      database,
      allKinds,
      withoutItems(
        dataset,
        deleted.map(({ item }) => item),
      ),
    );
    await mustSucceed(database, scripts.rollback);
  }));

/** What is left when items are gone: a field that stays keeps the id of one, a join collection has it nowhere. */
function withoutItems(dataset: Dataset, gone: readonly number[]): Dataset {
  const links = Object.entries(dataset.links).map(([name, all]) => {
    const isJoin = relationshipOf(allKinds, name).cardinality === 'N:N';
    const left = all.filter((link) => !gone.includes(link.left) && !(isJoin && gone.includes(link.right)));
    return [name, left];
  });
  return { ...dataset, links: Object.fromEntries(links) };
}

test.run();
