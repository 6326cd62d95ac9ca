import type { Db, Document, ObjectId } from 'mongodb';
import * as assert from 'uvu/assert';
import type { Reconcile } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { type Command, type Line, openLine } from '../support/cut-connection.ts';
import { writeScripts } from '../support/library-scripts.ts';
import { projectOf } from '../support/lists.ts';
import { type MongoDatabase, runMongoFile, withMongoDatabase } from '../support/mongo.ts';
import { objectId } from '../support/mongo-data.ts';
import { mustRefuse, mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { type Job, runInOneMongosh } from '../support/one-mongosh.ts';

const test = suiteNeeding('mongo', 'MongoDB, links that contradict each other');

const blog = projectOf({
  Post: {
    author: { ref: 'User.posts' },
    cover: { ref: 'Cover.post' },
    tags: { ref: 'Tag.posts', many: true },
  },
  User: { posts: { ref: 'Post.author', many: true } },
  Cover: { post: { ref: 'Post.cover' } },
  Tag: { posts: { ref: 'Post.tags', many: true } },
});

const id = (list: 'post' | 'user' | 'cover' | 'tag', item: number): ObjectId =>
  objectId({ post: 1000, user: 2000, cover: 3000, tag: 4000 }[list] + item);

type Data = Readonly<Record<string, readonly Document[]>>;

/** Every kind of drift at once. Cover.post is kept: the left field of a one-to-one relationship. */
const drifted: Data = {
  posts: [
    { _id: id('post', 1), author: id('user', 1), cover: id('cover', 1), tags: [id('tag', 1), id('tag', 1)] },
    // In the lists of two others, and without an author: there is room for the first.
    { _id: id('post', 2), cover: id('cover', 3), tags: [] },
    // Its author is another one than the one who lists it.
    { _id: id('post', 3), author: id('user', 2), tags: [] },
  ],
  users: [
    { _id: id('user', 1), posts: [id('post', 1), id('post', 2)] },
    { _id: id('user', 2), posts: [id('post', 2)] },
    { _id: id('user', 3), posts: [id('post', 3)] },
  ],
  covers: [
    { _id: id('cover', 2), post: id('post', 1) },
    // The one that both sides have stays, though its id is not the lowest: see the first post.
    { _id: id('cover', 1), post: id('post', 1) },
    { _id: id('cover', 3), post: id('post', 1) },
  ],
  tags: [
    { _id: id('tag', 1), posts: [] },
    { _id: id('tag', 2), posts: [id('post', 3)] },
  ],
};

async function fill(db: Db, data: Data): Promise<void> {
  await db.dropDatabase();
  for (const [name, documents] of Object.entries(data)) {
    await db.collection<Document>(name).insertMany(documents.map((document) => ({ ...document })));
  }
}

/** Every link of a field, as `collection.path: near - far`. */
async function linksIn(db: Db): Promise<string[]> {
  const lines: string[] = [];
  for (const [collection, path] of [
    ['posts', 'author'],
    ['posts', 'cover'],
    ['posts', 'tags'],
    ['users', 'posts'],
    ['covers', 'post'],
    ['tags', 'posts'],
  ] as const) {
    for (const document of await db.collection(collection).find().toArray()) {
      const ids = [document[path] ?? []].flat().map(String);
      for (const far of new Set(ids)) lines.push(`${collection}.${path}: ${document._id} - ${far}`);
    }
  }
  return lines.sort();
}

const run = async (url: string, script: (name: string) => string, ...names: string[]): Promise<string[]> =>
  runInOneMongosh(names.map((name) => ({ url, script: script(name) })));

test('resolve keeps what both sides have, adds what there is room for, and sets the rest aside', async () => {
  const script = await writeScripts(blog, 'mongo', 'resolve');
  await withMongoDatabase(async ({ db, url }) => {
    await fill(db, drifted);
    const before = await linksIn(db);
    const { stdout } = await runMongoFile(url, script('preflight'));
    for (const line of [
      'added     Post.author <-> User.posts: links stored only in users.posts, for posts.author: 1',
      'given up  Post.author <-> User.posts: links stored only in users.posts, for which posts.author has no room: 2',
      'given up  Cover.post <-> Post.cover: links of covers.post that another document of covers has too: 2',
      'added     Cover.post <-> Post.cover: links stored only in posts.cover, for covers.post: 1',
      'added     Post.tags <-> Tag.posts: links stored only in tags.posts, for post_tags_tag_posts: 1',
      'verdict: ready to migrate',
    ]) {
      assert.ok(stdout.split('\n').includes(line), `${line}\n${stdout}`);
    }
    assert.equal(await run(url, script, 'migrate', 'verify'), ['ok', 'ok']);
    const posts = await db.collection('posts').find().sort({ _id: 1 }).toArray();
    assert.equal(
      posts.map(({ author }) => String(author)),
      [id('user', 1), id('user', 1), id('user', 2)].map(String),
    );
    const covers = await db.collection('covers').find().sort({ _id: 1 }).toArray();
    assert.equal(
      covers.map(({ post }) => post && String(post)),
      [String(id('post', 1)), null, String(id('post', 2))],
    );
    assert.is(await db.collection('post_tags_tag_posts').countDocuments(), 2);
    const givenUp = await db.collection('arcade_given_up').find().toArray();
    assert.equal(givenUp.map(({ side, near, far }) => `${side}: ${near} - ${far}`).sort(), [
      `covers.post: ${id('cover', 2)} - ${id('post', 1)}`,
      `covers.post: ${id('cover', 3)} - ${id('post', 1)}`,
      `users.posts: ${id('user', 2)} - ${id('post', 2)}`,
      `users.posts: ${id('user', 3)} - ${id('post', 3)}`,
    ]);
    assert.equal(await run(url, script, 'rollback'), ['ok']);
    const after = await linksIn(db);
    assert.equal(
      before.filter((link) => !after.includes(link)),
      [],
    );
    assert.equal(await db.listCollections({ name: /^arcade_/ }).toArray(), []);
  });
});

test('discard sets links stored only on the dropped side aside, and settles those held twice', async () => {
  const script = await writeScripts(blog, 'mongo', 'discard');
  await withMongoDatabase(async ({ db, url }) => {
    await fill(db, drifted);
    const before = await linksIn(db);
    assert.equal(await run(url, script, 'preflight', 'migrate', 'verify'), ['ok', 'ok', 'ok']);
    assert.is(await db.collection('arcade_given_up').countDocuments(), 7);
    assert.is(await db.collection('covers').countDocuments({ post: { $ne: null } }), 1);
    assert.is(await db.collection('post_tags_tag_posts').countDocuments(), 1);
    assert.equal(await run(url, script, 'rollback'), ['ok']);
    const after = await linksIn(db);
    assert.equal(
      before.filter((link) => !after.includes(link)),
      [],
    );
  });
});

/** As many databases with drift as there are faults. */
async function withDrifted(
  count: number,
  work: (databases: readonly MongoDatabase[]) => Promise<void>,
  databases: readonly MongoDatabase[] = [],
): Promise<void> {
  if (databases.length === count) return work(databases);
  await withMongoDatabase(async (database) => {
    await fill(database.db, drifted);
    await withDrifted(count, work, [...databases, database]);
  });
}

const writesOf = (commands: readonly Command[]): number[] =>
  commands.flatMap(({ isWrite }, index) => (isWrite ? [index + 1] : []));

for (const reconcile of ['resolve', 'discard'] as const) {
  test(`${reconcile}, cut off at any write, finishes when it runs again, and can be taken back`, async () => {
    const script = await writeScripts(blog, 'mongo', reconcile);
    const read = async (db: Db) => [...(await linksIn(db)), ...(await givenUpIn(db))];
    let [migrating, undoing]: (readonly number[])[] = [];
    let [before, migrated]: (readonly string[])[] = [];
    await withDrifted(1, async ([database]) => {
      if (!database) return;
      before = await linksIn(database.db);
      const lines = [await openLine(database.url, null), await openLine(database.url, null)] as const;
      await runInOneMongosh([{ url: lines[0].url, script: script('migrate') }]);
      migrated = await read(database.db);
      await runInOneMongosh([{ url: lines[1].url, script: script('rollback') }]);
      [migrating, undoing] = lines.map(({ commands }) => writesOf(commands));
      for (const line of lines) line.close();
    });
    // All that discard does resolve does too: some of its writes stand for the rest.
    const chosen = (places: readonly number[] = []) =>
      places.filter((_, index) => reconcile === 'resolve' || index % 3 === 2);
    const faults = [
      ...chosen(migrating).map((at, index) => ({
        cut: 'migrate',
        at,
        next: index % 3 === 1 ? 'rollback' : 'migrate',
      })),
      ...chosen(undoing).map((at) => ({ cut: 'rollback', at, next: 'rollback' })),
    ];
    await withDrifted(faults.length, async (databases) => {
      const jobs: Job[] = [];
      const lines: Line[] = [];
      for (const [index, { cut, at, next }] of faults.entries()) {
        const { url } = databases[index] ?? { url: '' };
        const line = await openLine(url, { at, lost: index % 2 === 0 ? 'command' : 'answer' });
        lines.push(line);
        if (cut === 'rollback') jobs.push({ url, script: script('migrate') });
        jobs.push({ url: line.url, script: script(cut) }, { url, script: script(next) });
      }
      const outcomes = await runInOneMongosh(jobs);
      for (const line of lines) line.close();
      for (const [index, fault] of faults.entries()) {
        const { db, url } = databases[index] ?? { db: null, url: '' };
        const outcome = outcomes[jobs.findLastIndex((job) => job.url === url)] ?? '';
        const what = `${JSON.stringify(fault)}: ${outcome}`;
        if (db === null) throw new Error(what);
        assert.ok(outcome === 'ok' || /already migrated|not a migrated database/.test(outcome), what);
        if (fault.next === 'migrate') {
          assert.equal(await read(db), migrated, what);
          continue;
        }
        const after = await read(db);
        assert.equal(
          (before ?? []).filter((link) => !after.includes(link)),
          [],
          what,
        );
        assert.equal(await givenUpIn(db), [], what);
      }
    });
  });
}

const givenUpIn = async (db: Db): Promise<string[]> =>
  (await db.collection('arcade_given_up').find().toArray())
    .map(({ side, near, far }) => `given up: ${side}: ${near} - ${far}`)
    .sort();

const manyToMany = projectOf({
  Post: { tags: { ref: 'Tag.posts', many: true } },
  Tag: { posts: { ref: 'Post.tags', many: true } },
});

/** A database that Keystone 8 was started on before it was migrated, and that got a link there. */
const mixed: Data = {
  posts: [
    { _id: id('post', 1), tags: [id('tag', 1)] },
    { _id: id('post', 2), tags: [] },
  ],
  tags: [
    { _id: id('tag', 1), posts: [id('post', 1)] },
    { _id: id('tag', 2), posts: [] },
  ],
  post_tags_tag_posts: [{ Post_left_id: id('post', 2), Tag_right_id: id('tag', 2), __v: 0 }],
};

test('links that Keystone 8 made before the migration stay with merge and resolve', async () => {
  for (const reconcile of ['merge', 'resolve', 'abort', 'discard'] as const) {
    const script = await writeScripts(manyToMany, 'mongo', reconcile);
    await withMongoDatabase(async (database) => {
      const { db, url } = database;
      await fill(db, mixed);
      if (reconcile === 'abort' || reconcile === 'discard') {
        const way =
          /links of Keystone 8 in post_tags_tag_posts: 1\n[\s\S]*generate --reconcile merge --replace/;
        await mustRefuse(database, script('preflight'), way);
        await mustRefuse(database, script('migrate'), way);
        return;
      }
      assert.equal(await run(url, script, 'preflight', 'migrate', 'verify'), ['ok', 'ok', 'ok'], reconcile);
      assert.is(await db.collection('post_tags_tag_posts').countDocuments(), 2);
      assert.equal(await run(url, script, 'rollback'), ['ok'], reconcile);
      const posts = await db.collection('posts').find().sort({ _id: 1 }).toArray();
      assert.equal(
        posts.map(({ tags }) => tags.map(String)),
        [[String(id('tag', 1))], [String(id('tag', 2))]],
      );
    });
  }
});

test('texts that are the ids of documents are converted by resolve alone', async () => {
  const texts: Data = {
    posts: [{ _id: id('post', 1), tags: [String(id('tag', 1)), id('tag', 2)] }],
    tags: [
      { _id: id('tag', 1), posts: [String(id('post', 1)).toUpperCase()] },
      { _id: id('tag', 2), posts: [id('post', 1)] },
    ],
  };
  const [resolve, abort] = await Promise.all(
    (['resolve', 'abort'] as const).map((mode) => writeScripts(manyToMany, 'mongo', mode)),
  );
  if (!resolve || !abort) throw new Error('no scripts');
  await withMongoDatabase(async (database) => {
    const { db, url } = database;
    await fill(db, texts);
    const way = /ids stored as text in posts\.tags: 1\n[\s\S]*generate --reconcile resolve --replace/;
    await mustRefuse(database, abort('preflight'), way);
    await mustRefuse(database, abort('migrate'), way);
    const { stdout } = await runMongoFile(url, resolve('preflight'));
    assert.match(stdout, /^converted +Post\.tags <-> Tag\.posts: ids stored as text in posts\.tags: 1$/m);
    assert.equal(await run(url, resolve, 'migrate', 'verify'), ['ok', 'ok']);
    assert.is(await db.collection('post_tags_tag_posts').countDocuments(), 2);
    await fill(db, { ...texts, posts: [{ _id: id('post', 1), tags: ['5e90a0b0c0d0e0f0ffffffff'] }] });
    await mustRefuse(database, resolve('migrate'), /texts in posts\.tags that are the id of no document: 1/);
  });
});

test('where a unique index holds one link only, merge has no room for a second', async () => {
  const project = (field: object): Project =>
    projectOf({
      Post: { author: { ref: 'User.posts', ...field } },
      User: { posts: { ref: 'Post.author', many: true } },
    });
  const data: Data = {
    posts: [{ _id: id('post', 1), author: id('user', 1) }, { _id: id('post', 2) }],
    users: [{ _id: id('user', 1), posts: [id('post', 1), id('post', 2)] }],
  };
  const outcome = async (mode: Reconcile, isUnique: boolean) => {
    const script = await writeScripts(project({ isUnique }), 'mongo', mode);
    return withMongoDatabase(async ({ db, url }) => {
      await fill(db, data);
      if (isUnique) await db.collection('posts').createIndex({ author: 1 }, { unique: true });
      return run(url, script, 'preflight', 'migrate');
    });
  };
  assert.equal(await outcome('merge', false), ['ok', 'ok']);
  for (const said of await outcome('merge', true)) assert.match(said, /posts\.author has no room: 1/);
  assert.equal(await outcome('resolve', true), ['ok', 'ok']);
});

test('a list that never held an item is an empty list', async () => {
  const script = await writeScripts(blog, 'mongo');
  await withMongoDatabase(async (database) => {
    await database.db.collection<Document>('users').insertOne({ _id: id('user', 1), posts: [] });
    for (const name of ['preflight', 'migrate', 'verify', 'rollback'])
      await mustSucceed(database, script(name));
  });
});

test.run();
