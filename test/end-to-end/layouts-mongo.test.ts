import { join } from 'node:path';
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
        assert.match(`${refused.stdout}${refused.stderr}`, 'migration refused: nothing was changed');
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

const withoutRunner = (shape: Shape): Shape =>
  Object.fromEntries(Object.entries(shape).filter(([name]) => !/^(changelog(_lock)?|earlier)$/.test(name)));

function mustSucceed({ status, stdout, stderr }: Outcome): void {
  assert.is(status, 0, `${stdout}${stderr}`);
}

test.run();
