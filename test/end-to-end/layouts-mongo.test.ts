import { join } from 'node:path';
import type { ObjectId } from 'mongodb';
import * as assert from 'uvu/assert';
import type { Outcome } from '../support/command.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { keystoneShape, readShape, type Shape } from '../support/mongo.ts';
import { readContent } from '../support/mongo-data.ts';
import { mustOnlyRead } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, withOldMongo } from '../support/old-mongo.ts';
import { runnerProject } from '../support/runners.ts';

const test = suiteNeeding('mongo', 'migrate-mongo, from old Keystone and back');

/** Between them they have every operation; and with merge those that add links. */
for (const name of ['todo-all-kinds', 'self-many-to-many', 'options-one-to-one']) {
  test(`migrate-mongo runs what is written for it, fails where it refuses, and goes back: ${name}`, () =>
    withOldMongo(keystoneCase(name), async ({ database, dataset }) => {
      const example = keystoneCase(name);
      const { db, url } = database;
      const project = await runnerProject('migrate-mongo', example, { DATABASE_URL: url });
      mustSucceed(await project.run('migrate'));
      const files = await project.generate();
      assert.ok(files.includes('migrations/20190101000001-arcade.js'));
      const before = withoutRunner(await readShape(db));
      const content = await readContent(db, example);

      if (name === 'todo-all-kinds') {
        // A link that only the side that goes has.
        const todos = db.collection('todos');
        const post = await todos.findOne({ publisher: { $ne: null } });
        if (post === null) throw new Error('no post has a publisher');
        await todos.updateOne({ _id: post._id }, { $set: { publisher: null } });
        const drifted = await readContent(db, example);
        const refused = await project.run('migrate');
        assert.is(refused.status, 1, 'it should have failed');
        assert.match(`${refused.stdout}${refused.stderr}`, 'migrate refuses, and nothing was changed');
        assert.equal(withoutRunner(await readShape(db)), before);
        assert.equal(await readContent(db, example), drifted);
        await todos.updateOne({ _id: post._id }, { $set: { publisher: post.publisher } });
      }

      mustSucceed(await project.run('migrate'));
      assert.equal(withoutRunner(await readShape(db)), await keystoneShape(example, 'after'));
      await mustHoldLinks(database, example, dataset);
      await mustOnlyRead(database, join(project.folder, 'out/0001_arcade/mongo/verify.js'));

      mustSucceed(await project.run('rollback'));
      assert.equal(withoutRunner(await readShape(db)), before);
      assert.equal(await readContent(db, example), content);
    }));
}

test('migrate-mongo, with merge and with discard: links stored on one side only are kept or set aside, and rollback restores them', () =>
  withOldMongo(keystoneCase('todo-all-kinds'), async ({ database: { db, url } }) => {
    const example = keystoneCase('todo-all-kinds');
    const before = await readShape(db);
    const todos = db.collection('todos');
    const users = db.collection('users');
    const published = await todos.findOne({ publisher: { $ne: null } });
    const read = await todos.findOne({ 'readers.0': { $exists: true } });
    if (published === null || read === null) throw new Error('no todo has links');
    const { _id, publisher } = published;
    const reader: unknown = read.readers[0];
    const isOnBothSides = async () => [
      (await todos.countDocuments({ _id, publisher })) === 1,
      (await users.countDocuments({ _id: publisher, published: _id })) === 1,
    ];
    const isReadOnBothSides = async () => [
      (await todos.countDocuments({ _id: read._id, readers: reader })) === 1,
      (await users.countDocuments({ _id: reader as ObjectId, readPosts: read._id })) === 1,
    ];
    for (const [reconcile, isKept] of [
      ['merge', true],
      ['discard', false],
    ] as const) {
      // Each where only the side has it that goes.
      await todos.updateOne({ _id }, { $set: { publisher: null } });
      await todos.updateOne({ _id: read._id }, { $pull: { readers: reader as never } });
      const project = await runnerProject('migrate-mongo', example, { DATABASE_URL: url });
      await project.generate('--reconcile', reconcile);
      mustSucceed(await project.run('migrate'));
      assert.equal(withoutRunner(await readShape(db)), await keystoneShape(example, 'after'));
      assert.is(await todos.countDocuments({ _id, publisher }), isKept ? 1 : 0, reconcile);
      const { collection } = example.relationships.find(({ left }) => left.path === 'readers') ?? {};
      const joined = db.collection(collection ?? '');
      const link = { Todo_left_id: read._id, User_right_id: reader };
      assert.is(await joined.countDocuments(link), isKept ? 1 : 0, reconcile);
      await mustOnlyRead({ db, url }, join(project.folder, 'out/0001_arcade/mongo/verify.js'));
      mustSucceed(await project.run('rollback'));
      // Links that were set aside are back.
      assert.equal(await isOnBothSides(), [isKept, true], reconcile);
      assert.equal(await isReadOnBothSides(), [isKept, true], reconcile);
      for (const name of ['changelog', 'changelog_lock', 'earlier']) {
        await db.collection(name).drop();
      }
      assert.equal(await readShape(db), before);
    }
  }));

/** Without what migrate-mongo makes, and the links that are set aside: Keystone 8 has neither. */
const withoutRunner = (shape: Shape): Shape =>
  Object.fromEntries(
    Object.entries(shape).filter(([name]) => !/^(changelog(_lock)?|earlier|arcade_given_up)$/.test(name)),
  );

function mustSucceed({ status, stdout, stderr }: Outcome): void {
  assert.is(status, 0, `${stdout}${stderr}`);
}

test.run();
