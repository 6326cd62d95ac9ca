import * as assert from 'uvu/assert';
import { cutAtWrite } from '../support/cut-connection.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { keystoneShape, type MongoDatabase, readShape, runMongoFile } from '../support/mongo.ts';
import { readContent } from '../support/mongo-data.ts';
import { mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, withOldMongo } from '../support/old-mongo.ts';

const test = suiteNeeding('mongo', 'MongoDB, scripts that are cut off');

const example = keystoneCase('todo-all-kinds');

test('migrate and rollback, cut off at any write, finish when they run again', async () => {
  const before = await keystoneShape(example, 'before');
  const after = await keystoneShape(example, 'after');
  let migrateEnds = false;
  let rollbackEnds = false;
  for (let write = 1; !migrateEnds || !rollbackEnds; write += 1) {
    await withOldMongo(example, async ({ database, scripts, dataset }) => {
      const content = await readContent(database.db, example);

      migrateEnds = !(await isCutOff(database, scripts.migrate, write));
      if (!migrateEnds) await mustSucceed(database, scripts.migrate);
      assert.equal(await readShape(database.db), after, `migrate, cut off at write ${write}`);
      await mustHoldLinks(database, example, dataset);

      rollbackEnds = !(await isCutOff(database, scripts.rollback, write));
      if (!rollbackEnds) await mustSucceed(database, scripts.rollback);
      assert.equal(await readShape(database.db), before, `rollback, cut off at write ${write}`);
      assert.equal(await readContent(database.db, example), content, `rollback, cut off at write ${write}`);
    });
  }
});

test('migrate, cut off, can be taken back', async () => {
  const before = await keystoneShape(example, 'before');
  let ends = false;
  // The first write is the earliest at which there is something to take back.
  for (let write = 2; !ends; write += 3) {
    await withOldMongo(example, async ({ database, scripts }) => {
      const content = await readContent(database.db, example);
      ends = !(await isCutOff(database, scripts.migrate, write));
      await mustSucceed(database, scripts.rollback);
      assert.equal(await readShape(database.db), before, `migrate, cut off at write ${write}`);
      assert.equal(await readContent(database.db, example), content, `migrate, cut off at write ${write}`);
    });
  }
});

/** Runs a script whose connection breaks at a write; tells whether there were so many. Else it must have succeeded. */
async function isCutOff({ url }: MongoDatabase, script: string, write: number): Promise<boolean> {
  const { result, happened } = await cutAtWrite(url, write, (address) => runMongoFile(address, script));
  assert.is(result.status === 0, !happened, `at write ${write}\n${result.stdout}${result.stderr}`);
  return happened;
}

test.run();
