import type { Db } from 'mongodb';
import * as assert from 'uvu/assert';
import { type Command, type Fault, type Line, openLine } from '../support/cut-connection.ts';
import { freeLink, withLink } from '../support/dataset.ts';
import { type KeystoneCase, keystoneCase, relationshipOf } from '../support/keystone-cases.ts';
import { writeScripts } from '../support/library-scripts.ts';
import { projectOf } from '../support/lists.ts';
import { keystoneShape, readShape, runMongoFile, withMongoDatabase } from '../support/mongo.ts';
import { linkSide, objectId, readContent } from '../support/mongo-data.ts';
import { mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, type OldMongo, withOldMongo } from '../support/old-mongo.ts';
import { type Job, runInOneMongosh } from '../support/one-mongosh.ts';

const test = suiteNeeding('mongo', 'MongoDB, scripts that are cut off');

const allKinds = keystoneCase('todo-all-kinds');
/** The smallest case that has every kind of step. */
const small = keystoneCase('many-to-many-two-sided');

type Name = 'migrate' | 'rollback';

test('migrate and rollback, cut off at any write and every third read, finish when they run again', async () => {
  const { migrate, rollback, content, migrated } = await undisturbed(small);
  const faults = { migrate: everyFault(migrate), rollback: everyFault(rollback) };
  const count = Math.max(faults.migrate.length, faults.rollback.length);
  await withOldMongos(small, count, async (olds) => {
    await runDisturbed('migrate', olds, (index) => again(faults.migrate[index], index, migrate));
    for (const [index, { database, dataset }] of olds.entries()) {
      const fault = `migrate ${JSON.stringify(faults.migrate[index])}`;
      assert.equal(await readShape(database.db), await keystoneShape(small, 'after'), fault);
      await mustHoldLinks(database, small, dataset);
      assert.equal(await readWithoutJoinIds(database.db, small), migrated, fault);
    }
    await runDisturbed('rollback', olds, (index) => again(faults.rollback[index], index, rollback));
    for (const [index, { database }] of olds.entries()) {
      const fault = `rollback ${JSON.stringify(faults.rollback[index])}`;
      assert.equal(await readShape(database.db), await keystoneShape(small, 'before'), fault);
      assert.equal(await readContent(database.db, small), content, fault);
    }
  });
});

test('migrate and rollback, cut off again and again, get to their end', () =>
  withOldMongo(allKinds, async (old) => {
    const { database, dataset } = old;
    const content = await readContent(database.db, allKinds);
    const { migrate, rollback } = await undisturbed(allKinds);
    const faults = (commands: readonly Command[]): Fault[] => [
      { at: writesOf(commands)[3] ?? 0, lost: 'command' },
      ...Array.from({ length: 6 }, (_, run): Fault => ({ at: 25 + 4 * run, lost: 'command' })),
    ];
    await runDisturbed('migrate', [old], () => faults(migrate));
    assert.equal(await readShape(database.db), await keystoneShape(allKinds, 'after'));
    await mustHoldLinks(database, allKinds, dataset);
    await runDisturbed('rollback', [old], () => faults(rollback));
    assert.equal(await readShape(database.db), await keystoneShape(allKinds, 'before'));
    assert.equal(await readContent(database.db, allKinds), content);
  }));

test('migrate, cut off, can be taken back', async () => {
  const { migrate, content } = await undisturbed(allKinds);
  // The second write is the first that leaves something to take back; a few others stand for the rest.
  const writes = writesOf(migrate).filter((_, index) => index % 4 === 1);
  await withOldMongos(allKinds, writes.length, async (olds) => {
    await runDisturbed('migrate', olds, (index) => [{ at: writes[index] ?? 0, lost: 'command' }], 'rollback');
    for (const [index, { database }] of olds.entries()) {
      const fault = `migrate, cut off at command ${writes[index]}`;
      assert.equal(await readShape(database.db), await keystoneShape(allKinds, 'before'), fault);
      assert.equal(await readContent(database.db, allKinds), content, fault);
    }
  });
});

const uniquePartner = projectOf({
  Post: { author: { ref: 'User.post' } },
  User: { post: { ref: 'Post.author', isUnique: true, mongooseOptions: { sparse: true } } },
});

test('migrate, cut off while it sets links aside, can be undone', async () => {
  const script = await writeScripts(uniquePartner, 'mongo', 'discard');
  const [post, alone, former, partner] = [objectId(1), objectId(2), objectId(11), objectId(12)];
  const posts = [{ _id: post, author: partner }, { _id: alone }];
  const users = [
    { _id: former, post },
    { _id: partner, post: alone },
  ];
  const asText = (...lists: readonly unknown[]) => JSON.stringify(lists);
  await withMongoDatabase(async ({ db, url }) => {
    const read = (list: string) => db.collection(list).find().sort({ _id: 1 }).toArray();
    const fill = async () => {
      await db.dropDatabase();
      await db.collection('posts').insertMany(posts);
      await db.collection('users').insertMany(users);
      await db.collection('users').createIndex({ post: 1 }, { unique: true, sparse: true });
    };
    await fill();
    const whole = await openLine(url, null);
    assert.equal(await runInOneMongosh([{ url: whole.url, script: script('migrate') }]), ['ok']);
    whole.close();
    // The first says that it is under way: before it there is nothing to take back.
    for (const at of writesOf(whole.commands).slice(1)) {
      await fill();
      const line = await openLine(url, { at, lost: 'command' });
      const [, undone] = await runInOneMongosh([
        { url: line.url, script: script('migrate') },
        { url, script: script('rollback') },
      ]);
      line.close();
      assert.is(undone, 'ok', `cut off at command ${at}`);
      const end = asText(await read('posts'), await read('users'));
      assert.is(end, asText(posts, users), `cut off at command ${at}`);
      const indexes = await db.collection('users').indexes();
      assert.ok(indexes.some(({ name, unique }) => name === 'post_1' && unique));
    }
  });
});

test('what the way back would fail on is said before it begins, where migrate was cut off', async () => {
  const project = projectOf({
    Post: { author: { ref: 'User.post' } },
    User: { post: { ref: 'Post.author', isUnique: true } },
  });
  const script = await writeScripts(project, 'mongo');
  await withMongoDatabase(async ({ db, url }) => {
    const users = [1, 2].map((item) => ({ _id: objectId(item), post: objectId(90 + item) }));
    const fill = async () => {
      await db.dropDatabase();
      await db.createCollection('posts');
      await db.collection('users').insertMany(users);
      await db.collection('users').createIndex({ post: 1 }, { unique: true });
    };
    await fill();
    const whole = await openLine(url, null);
    assert.equal(await runInOneMongosh([{ url: whole.url, script: script('migrate') }]), ['ok']);
    whole.close();
    await fill();
    // The command after the one that drops the index removes the field.
    const at = whole.commands.findIndex(({ name }) => name === 'dropIndexes') + 2;
    const line = await openLine(url, { at, lost: 'answer' });
    const [, refused, finished] = await runInOneMongosh([
      { url: line.url, script: script('migrate') },
      { url, script: script('rollback') },
      { url, script: script('migrate') },
    ]);
    line.close();
    assert.match(refused ?? '', /Run migrate\.js again instead.*documents without a link/s);
    assert.is(finished, 'ok');
  });
});

test('a merge that is cut off finishes when it runs again', async () => {
  const merge = ['--reconcile', 'merge'];
  const relationship = relationshipOf(small, 'Post.authors');
  const { migrate } = await undisturbed(small, ...merge);
  // All but the first step is as above: every other write will do.
  const writes = writesOf(migrate).filter((_, index) => index % 2 === 1);
  await withOldMongos(
    small,
    writes.length,
    async (olds) => {
      for (const { database, dataset } of olds) {
        const link = freeLink(relationship, dataset);
        if (relationship.right) await linkSide(database.db, small, relationship, relationship.right, link);
      }
      await runDisturbed('migrate', olds, (index) => [{ at: writes[index] ?? 0, lost: 'command' }]);
      for (const [index, { database, dataset }] of olds.entries()) {
        const fault = `cut off at command ${writes[index]}`;
        assert.equal(await readShape(database.db), await keystoneShape(small, 'after'), fault);
        const whole = withLink(dataset, relationship, freeLink(relationship, dataset));
        await mustHoldLinks(database, small, whole, dataset);
      }
    },
    ...merge,
  );
});

test('a merge that is cut off can be taken back', async () => {
  const merge = ['--reconcile', 'merge'];
  const relationship = relationshipOf(small, 'Post.authors');
  const { left, right } = relationship;
  if (right === null) throw new Error('it has one side');
  const { migrate } = await undisturbed(small, ...merge);
  const writes = writesOf(migrate).slice(1);
  // The test server keeps no order of links that a second command has added.
  const read = async (db: Db) =>
    (await readContent(db, small)).map((line) => line.split(/[,[\]]/).sort()).join('\n');
  await withOldMongos(
    small,
    writes.length,
    async (olds) => {
      // The link that is added is on one side, or by then on both.
      const allowed: string[] = [];
      for (const [index, { database, dataset }] of olds.entries()) {
        const link = freeLink(relationship, dataset);
        for (const side of index < 2 ? [right, left].slice(0, index + 1) : [right]) {
          await linkSide(database.db, small, relationship, side, link);
        }
        if (index < 2) allowed.push(await read(database.db));
      }
      await runDisturbed(
        'migrate',
        olds,
        (index) => [{ at: writes[index] ?? 0, lost: 'command' }],
        'rollback',
      );
      for (const [index, { database }] of olds.entries()) {
        const fault = `cut off at command ${writes[index]}`;
        assert.equal(await readShape(database.db), await keystoneShape(small, 'before'), fault);
        assert.ok(allowed.includes(await read(database.db)), fault);
      }
    },
    ...merge,
  );
});

test('a mongosh that is killed leaves nothing that cannot be finished', async () => {
  const { migrate, rollback, content } = await undisturbed(small);
  await withOldMongo(small, async ({ database, scripts, dataset }) => {
    for (const [name, commands] of [
      ['migrate', migrate],
      ['rollback', rollback],
    ] as const) {
      const writes = writesOf(commands);
      const first = writes[1] ?? 0;
      // The first run dies early on; what is left is shorter, so the second dies further on.
      for (const fault of [
        { at: first, lost: 'answer' },
        { at: Math.floor(commands.length / 2), lost: 'command' },
      ] as const) {
        await mustBeKilled(database.url, scripts[name], fault);
      }
      await mustSucceed(database, scripts[name]);
      const shape = await keystoneShape(small, name === 'migrate' ? 'after' : 'before');
      assert.equal(await readShape(database.db), shape, name);
      if (name === 'migrate') await mustHoldLinks(database, small, dataset);
    }
    assert.equal(await readContent(database.db, small), content);
  });
});

async function mustBeKilled(url: string, script: string, fault: Fault): Promise<void> {
  const controller = new AbortController();
  const line = await openLine(url, fault, () => controller.abort());
  try {
    const { status } = await runMongoFile(line.url, script, { killedBy: controller.signal });
    assert.ok(line.happened(), `there are fewer than ${fault.at} commands`);
    assert.is(status, null, 'it ended by itself');
  } finally {
    line.close();
  }
}

/** What the scripts send to the server when nothing happens to them, and what the database then holds. */
async function undisturbed(example: KeystoneCase, ...options: readonly string[]) {
  let seen = { migrate: [] as readonly Command[], rollback: [] as readonly Command[] };
  let content: string[] = [];
  let migrated: string[] = [];
  await withOldMongo(
    example,
    async ({ database, scripts }) => {
      content = await readContent(database.db, example);
      const migrate = await openLine(database.url, null);
      const rollback = await openLine(database.url, null);
      assert.equal(await runInOneMongosh([{ url: migrate.url, script: scripts.migrate }]), ['ok']);
      migrated = await readWithoutJoinIds(database.db, example);
      assert.equal(await runInOneMongosh([{ url: rollback.url, script: scripts.rollback }]), ['ok']);
      seen = { migrate: migrate.commands, rollback: rollback.commands };
      for (const line of [migrate, rollback]) line.close();
    },
    ...options,
  );
  return { ...seen, content, migrated };
}

/** The places of the writes among the commands, counted from 1. */
const writesOf = (commands: readonly Command[]): number[] =>
  commands.flatMap(({ isWrite }, index) => (isWrite ? [index + 1] : []));

/** Every write is lost, and every third read; of every write also the answer. */
const everyFault = (commands: readonly Command[]): Fault[] => [
  ...commands.flatMap(({ isWrite }, index): Fault[] =>
    isWrite || index % 3 === 0 ? [{ at: index + 1, lost: 'command' }] : [],
  ),
  ...writesOf(commands).map((at): Fault => ({ at, lost: 'answer' })),
];

/** Where an answer was lost, the second run meets a fault too: another one each time. */
const again = (fault: Fault | undefined, index: number, commands: readonly Command[]): Fault[] => {
  if (fault === undefined) return [];
  return fault.lost === 'command'
    ? [fault]
    : [fault, { at: 8 + ((7 * index) % (commands.length - 8)), lost: 'command' }];
};

/** Runs a script on each database, once for each of its faults, and at last, or another one, without. */
async function runDisturbed(
  name: Name,
  olds: readonly OldMongo[],
  faultsOf: (index: number) => readonly Fault[],
  last: Name = name,
): Promise<void> {
  const runs: (Job & { readonly line: Line | null; readonly fault: Fault | null })[] = [];
  for (const [index, { database, scripts }] of olds.entries()) {
    for (const fault of faultsOf(index)) {
      const line = await openLine(database.url, fault);
      runs.push({ url: line.url, script: scripts[name], line, fault });
    }
    runs.push({ url: database.url, script: scripts[last], line: null, fault: null });
  }
  const outcomes = await runInOneMongosh(runs);
  for (const { line } of runs) line?.close();
  let isDone = false;
  for (const [index, { line, fault }] of runs.entries()) {
    const outcome = outcomes[index] ?? '';
    if (line?.happened()) {
      assert.is.not(outcome, 'ok', `${name} ${JSON.stringify(fault)}`);
      isDone ||= fault?.lost === 'answer';
      continue;
    }
    // Whose last answer was lost, or who met no second fault, may be done.
    const isSaid = isDone && /already migrated|not a migrated database/.test(outcome);
    assert.ok(outcome === 'ok' || isSaid, `${name} ${JSON.stringify(runs[index - 1]?.fault)}: ${outcome}`);
    isDone = fault !== null;
  }
}

/** Several databases of the same data. */
async function withOldMongos(
  example: KeystoneCase,
  count: number,
  work: (olds: readonly OldMongo[]) => Promise<void>,
  ...options: readonly string[]
): Promise<void> {
  const olds: OldMongo[] = [];
  const next = async (): Promise<void> => {
    if (olds.length === count) return work(olds);
    await withOldMongo(
      example,
      (old) => {
        olds.push(old);
        return next();
      },
      ...options,
    );
  };
  await next();
}

/** What the database holds, apart from the ids that the server gives to join documents. */
async function readWithoutJoinIds(db: Db, example: KeystoneCase): Promise<string[]> {
  const joins = new Set(
    example.relationships
      .filter(({ cardinality }) => cardinality === 'N:N')
      .map(({ collection }) => collection),
  );
  const lines = await readContent(db, example);
  return lines
    .map((line) => (joins.has(line.split(':')[0] ?? '') ? line.replace(/"_id":\{[^}]*\}/, '') : line))
    .sort();
}

test.run();
