import { existsSync } from 'node:fs';
import { type Db, Int32, ObjectId } from 'mongodb';
import * as assert from 'uvu/assert';
import { generateScripts } from '../support/cli.ts';
import { sampleDataset } from '../support/dataset.ts';
import { holderOf, type KeystoneCase, keystoneCases, sideName, sidesOf } from '../support/keystone-cases.ts';
import { createShape, keystoneShape, readShape, withMongoDatabase } from '../support/mongo.ts';
import { collectionOf, fillMongo, readContent, rulesOf } from '../support/mongo-data.ts';
import { mustChangeNothing, mustOnlyRead, mustRefuse, mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks } from '../support/old-mongo.ts';

const test = suiteNeeding('mongo', 'MongoDB, from old Keystone and back');

/** A mongosh takes a second to start, so what is refused is not asked of every case. */
const thorough = ['todo-all-kinds', 'self-many-to-many', 'one-to-one-two-sided'];

for (const example of keystoneCases.filter(({ hasMongo, refused }) => hasMongo && refused === null)) {
  test(example.name, async () => {
    const isThorough = thorough.includes(example.name);
    const scripts = await generateScripts(example, 'mongo');
    if (example.relationships.every(({ right, cardinality }) => right === null && cardinality === 'N:1')) {
      assert.not(existsSync(scripts.migrate), 'nothing changes, so there are no scripts');
      return;
    }
    const before = await keystoneShape(example, 'before');
    const after = await keystoneShape(example, 'after');
    const rules = rulesOf(example, before);
    const dataset = sampleDataset(example.lists, example.relationships, rules, 1);

    await withMongoDatabase(async (database) => {
      const { db } = database;
      await createShape(db, before);
      await fillMongo(db, example, dataset, rules);
      const content = await readContent(db, example);

      if (isThorough) await mustRefuse(database, scripts.verify);
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
      assert.equal(await readShape(db), after, 'collections and indexes are not those of a new Keystone');
      await mustOnlyRead(database, scripts.verify);
      await mustHoldLinks(database, example, dataset);
      await mustBeKeystoneDocuments(db, example);

      await mustChangeNothing(database, scripts.migrate);

      await mustSucceed(database, scripts.rollback);
      assert.equal(await readShape(db), before, 'rollback did not restore the collections and indexes');
      assert.equal(await readContent(db, example), content, 'rollback did not restore the documents');
      if (isThorough) await mustRefuse(database, scripts.rollback);
    });
  });
}

/** Join documents are as Keystone's mongoose writes them, and no document keeps a field that Keystone 8 has no use for. */
async function mustBeKeystoneDocuments(db: Db, example: KeystoneCase): Promise<void> {
  for (const relationship of example.relationships) {
    const { left, collection, columnNames } = relationship;
    const pair = columnNames?.[sideName(left)];
    if (pair !== undefined) {
      const { near, far } = pair;
      const documents = await db.collection(collection).find({}, { promoteValues: false }).toArray();
      for (const { _id, [near]: leftId, [far]: rightId, __v, ...rest } of documents) {
        assert.equal(rest, {}, `${collection} has more fields than Keystone gives it`);
        for (const id of [_id, leftId, rightId]) assert.instance(id, ObjectId, `an id in ${collection}`);
        assert.equal(__v, new Int32(0), `__v in ${collection}`);
      }
    }
    for (const side of sidesOf(relationship)) {
      if (side === holderOf(relationship)) continue;
      const kept = await db
        .collection(collectionOf(example, side))
        .countDocuments({ [side.path]: { $exists: true } });
      assert.is(kept, 0, `${sideName(side)} is still in ${kept} documents`);
    }
  }
}

test.run();
