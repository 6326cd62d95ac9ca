import * as assert from 'uvu/assert';
import { openLine } from '../support/cut-connection.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { createShape, keystoneShape, readShape, runMongoFile } from '../support/mongo.ts';
import { readContent } from '../support/mongo-data.ts';
import { mustRefuse, mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, type OldMongo, withOldMongo } from '../support/old-mongo.ts';
import { runInOneMongosh } from '../support/one-mongosh.ts';

const test = suiteNeeding('mongo', 'MongoDB, two runs at a time');

const small = keystoneCase('many-to-many-two-sided');

/**
 * The places of writes among the commands of an undisturbed run, counted from 1: those of whole collections, and the first,
 * which claims the journal. Late updates of documents find nothing to do.
 */
async function writesOf(
  { database, scripts }: OldMongo,
  name: 'migrate' | 'rollback',
  isChosen = (command: string) => command !== 'update',
): Promise<number[]> {
  const line = await openLine(database.url, null);
  assert.equal(await runInOneMongosh([{ url: line.url, script: scripts[name] }]), ['ok']);
  line.close();
  return line.commands.flatMap(({ name, isWrite }, index) => (isWrite && isChosen(name) ? [index + 1] : []));
}

/** A run that hangs at a command, which comes to the server when another run has done the whole job. */
async function runLate({ database, scripts }: OldMongo, name: 'migrate' | 'rollback', at: number) {
  let other = Promise.resolve('it was not held');
  const line = await openLine(database.url, { at, lost: 'nothing' }, () => {
    other = runInOneMongosh([{ url: database.url, script: scripts[name] }]).then(([outcome = '']) => {
      line.release();
      return outcome;
    });
  });
  const [late = ''] = await runInOneMongosh([{ url: line.url, script: scripts[name] }]);
  assert.ok(line.happened(), `there are fewer than ${at} commands`);
  line.close();
  return { late, other: await other };
}

test('a run that hangs, and goes on when another has done the job, does no harm', () =>
  withOldMongo(small, async (old) => {
    const { database, dataset } = old;
    const content = await readContent(database.db, small);
    const writes = { migrate: await writesOf(old, 'migrate'), rollback: await writesOf(old, 'rollback') };
    for (const index of Array(Math.max(writes.migrate.length, writes.rollback.length)).keys()) {
      for (const [name, state] of [
        ['migrate', 'after'],
        ['rollback', 'before'],
      ] as const) {
        const at = writes[name][index] ?? writes[name].at(-1) ?? 0;
        const { late, other } = await runLate(old, name, at);
        const what = `${name} that hung at command ${at}, and ended with: ${late}`;
        assert.is(other, 'ok', what);
        assert.equal(await readShape(database.db), await keystoneShape(small, state), what);
        if (name === 'migrate') await mustHoldLinks(database, small, dataset);
        else assert.equal(await readContent(database.db, small), content, what);
      }
    }
  }));

test('nor does it where Keystone 8 has started already', () =>
  withOldMongo(small, async (old) => {
    const { database, dataset, scripts } = old;
    const after = await keystoneShape(small, 'after');
    const start = () => createShape(database.db, after);
    await start();
    const moves = ['drop', 'renameCollection'];
    const writes = await writesOf(old, 'migrate', (command) => moves.includes(command));
    for (const at of writes) {
      await mustSucceed(database, scripts.rollback);
      await start();
      const { late, other } = await runLate(old, 'migrate', at);
      const what = `migrate that hung at command ${at}, and ended with: ${late}`;
      assert.is(other, 'ok', what);
      assert.equal(await readShape(database.db), after, what);
      await mustHoldLinks(database, small, dataset);
    }
  }));

test('of two that begin at the same time neither harms the other', () =>
  withOldMongo(small, async ({ database, scripts, dataset }) => {
    const runs = await Promise.all([1, 2].map(() => runMongoFile(database.url, scripts.migrate)));
    const said = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    // Where both met the other half-way, and stopped, the next one finishes.
    if (runs.every(({ status }) => status !== 0)) await mustSucceed(database, scripts.migrate);
    await mustHoldLinks(database, small, dataset);
    assert.equal(await readShape(database.db), await keystoneShape(small, 'after'), said);
    await mustSucceed(database, scripts.verify);
  }));

test('what other scripts have begun is left to them', () =>
  withOldMongo(small, async ({ database, scripts }) => {
    const marker = database.db.collection<{ _id: string; relationships: string[] }>('arcade_migrate');
    await marker.insertOne({ _id: 'migrate', relationships: ['Post.tags -> Tag'] });
    await mustRefuse(database, scripts.migrate, /migrate\.js of other scripts was cut off/);
    await mustRefuse(database, scripts.rollback, /migrate\.js of other scripts was cut off/);
    await marker.drop();
    await mustSucceed(database, scripts.migrate);
    await marker.insertOne({ _id: 'rollback', relationships: ['Post.tags -> Tag'] });
    await mustRefuse(database, scripts.rollback, /rollback\.js of other scripts was cut off/);
  }));

test.run();
