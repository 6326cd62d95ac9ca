import * as assert from 'uvu/assert';
import { cutAtWrite } from '../support/cut-connection.ts';
import { freeLink, withLink } from '../support/dataset.ts';
import { keystoneCase, relationshipOf } from '../support/keystone-cases.ts';
import { keystoneShape, type MongoDatabase, readShape, runMongoFile } from '../support/mongo.ts';
import { linkSide, readContent } from '../support/mongo-data.ts';
import { mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, withOldMongo } from '../support/old-mongo.ts';

const test = suiteNeeding('mongo', 'MongoDB, scripts that are cut off');

const allKinds = keystoneCase('todo-all-kinds');
/** The smallest case that has every kind of step. */
const small = keystoneCase('many-to-many-two-sided');

test('migrate and rollback, cut off at any write, finish when they run again', async () => {
  const before = await keystoneShape(small, 'before');
  const after = await keystoneShape(small, 'after');
  let migrateEnds = false;
  let rollbackEnds = false;
  for (let write = 1; !migrateEnds || !rollbackEnds; write += 1) {
    await withOldMongo(small, async ({ database, scripts, dataset }) => {
      const content = await readContent(database.db, small);

      migrateEnds = !(await isCutOff(database, scripts.migrate, write));
      if (!migrateEnds) await mustSucceed(database, scripts.migrate);
      assert.equal(await readShape(database.db), after, `migrate, cut off at write ${write}`);
      await mustHoldLinks(database, small, dataset);

      rollbackEnds = !(await isCutOff(database, scripts.rollback, write));
      if (!rollbackEnds) await mustSucceed(database, scripts.rollback);
      assert.equal(await readShape(database.db), before, `rollback, cut off at write ${write}`);
      assert.equal(await readContent(database.db, small), content, `rollback, cut off at write ${write}`);
    });
  }
});

test('migrate and rollback, cut off again and again, get to their end', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const content = await readContent(database.db, allKinds);
    await runUntilThrough(database, scripts.migrate);
    assert.equal(await readShape(database.db), await keystoneShape(allKinds, 'after'));
    await mustHoldLinks(database, allKinds, dataset);
    await runUntilThrough(database, scripts.rollback);
    assert.equal(await readShape(database.db), await keystoneShape(allKinds, 'before'));
    assert.equal(await readContent(database.db, allKinds), content);
  }));

test('migrate, cut off, can be taken back', async () => {
  const before = await keystoneShape(allKinds, 'before');
  let ends = false;
  // The second write is the first that leaves something to take back; a few others stand for the rest.
  for (let write = 2; !ends; write += 4) {
    await withOldMongo(allKinds, async ({ database, scripts }) => {
      const content = await readContent(database.db, allKinds);
      ends = !(await isCutOff(database, scripts.migrate, write));
      await mustSucceed(database, scripts.rollback);
      assert.equal(await readShape(database.db), before, `migrate, cut off at write ${write}`);
      assert.equal(await readContent(database.db, allKinds), content, `migrate, cut off at write ${write}`);
    });
  }
});

test('a merge that is cut off finishes when it runs again', async () => {
  const after = await keystoneShape(small, 'after');
  const relationship = relationshipOf(small, 'Post.authors');
  let ends = false;
  // All but the first step is as above: every other write will do.
  for (let write = 2; !ends; write += 2) {
    await withOldMongo(
      small,
      async ({ database, scripts, dataset }) => {
        const link = freeLink(relationship, dataset);
        if (relationship.right) await linkSide(database.db, small, relationship, relationship.right, link);
        ends = !(await isCutOff(database, scripts.migrate, write));
        if (!ends) await mustSucceed(database, scripts.migrate);
        assert.equal(await readShape(database.db), after, `cut off at write ${write}`);
        await mustHoldLinks(database, small, withLink(dataset, relationship, link));
      },
      ...['--reconcile', 'merge'],
    );
  }
});

/** Runs a script whose connection breaks at a write; tells whether there were so many. Else it must have succeeded. */
async function isCutOff({ url }: MongoDatabase, script: string, write: number): Promise<boolean> {
  const { result, happened } = await cutAtWrite(url, write, (address) => runMongoFile(address, script));
  assert.is(result.status === 0, !happened, `at write ${write}\n${result.stdout}${result.stderr}`);
  return happened;
}

/** Every run gets a few writes further than the one before. */
async function runUntilThrough(database: MongoDatabase, script: string): Promise<void> {
  for (let runs = 1; await isCutOff(database, script, 7); runs += 1) {
    assert.ok(runs < 30, 'it does not get any further');
  }
}

test.run();
