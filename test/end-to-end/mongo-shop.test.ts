import { fileURLToPath } from 'node:url';
import { type Document, ObjectId } from 'mongodb';
import * as assert from 'uvu/assert';
import { readLists } from '../../generator/reader/index.ts';
import { writeScripts } from '../support/library-scripts.ts';
import { runMongoFile, withMongoDatabase } from '../support/mongo.ts';
import { mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';

const test = suiteNeeding('mongo', 'MongoDB, a shop');

const shop = readLists(['index.ts'], {
  cwd: fileURLToPath(new URL('../fixtures/ideal/shop/', import.meta.url)),
});

const id = (list: number, item: number) => new ObjectId(`${list}${item.toString(16).padStart(23, '0')}`);

test('after merge, verify and rollback take a join collection in whatever order its keys are', async () => {
  const script = await writeScripts(shop, 'mongo', 'merge');
  await withMongoDatabase(async (database) => {
    const { db } = database;
    const products = [1, 2, 3].map((item) => id(1, item));
    const categories = [1, 2].map((item) => id(2, item));
    await db.collection('categories').insertMany([
      { _id: id(2, 1), products: [id(1, 1)] },
      { _id: id(2, 2), products: [id(1, 2), id(1, 3)] },
    ]);
    await db
      .collection<Document>('products')
      .insertMany(products.map((_id) => ({ _id, categories, tags: [], wishedBy: [] })));
    await mustSucceed(database, script('migrate'));
    await mustSucceed(database, script('verify'));
    assert.is(await db.collection('category_products_product_categories').countDocuments(), 6);
    await mustSucceed(database, script('rollback'));
    for (const { products: held } of await db.collection('categories').find().toArray()) {
      assert.equal(held.map(String).sort(), products.map(String));
    }
  });
});

test('preflight of a clean shop is short', async () => {
  const script = await writeScripts(shop, 'mongo');
  await withMongoDatabase(async ({ db, url }) => {
    await db.collection('customers').insertOne({ _id: id(3, 1) });
    const { status, stdout } = await runMongoFile(url, script('preflight'));
    assert.is(status, 0, stdout);
    const lines = stdout.trim().split('\n');
    assert.ok(lines.length <= 30, stdout);
    for (const line of lines) assert.ok(line.length <= 120, line);
    assert.is(lines.at(-1), 'verdict: ready to migrate');
  });
});

test.run();
