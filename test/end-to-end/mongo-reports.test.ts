import type { Document } from 'mongodb';
import * as assert from 'uvu/assert';
import { writeScripts } from '../support/library-scripts.ts';
import { projectOf } from '../support/lists.ts';
import { readShape, runMongoFile, withMongoDatabase } from '../support/mongo.ts';
import { objectId } from '../support/mongo-data.ts';
import { suiteNeeding } from '../support/needs.ts';
import { runInOneMongosh } from '../support/one-mongosh.ts';

const test = suiteNeeding('mongo', 'MongoDB, what the checks say');

const blog = projectOf({
  Post: { author: { ref: 'User.posts' }, tags: { ref: 'Tag', many: true }, cover: { ref: 'Cover.post' } },
  User: { posts: { ref: 'Post.author', many: true } },
  Tag: {},
  Cover: { post: { ref: 'Post.cover' } },
});
const [POST, USER, TAG, COVER] = [1000, 2000, 3000, 4000];
const GONE = 9000;
const range = (from: number, count: number) => Array.from({ length: count }, (_, n) => objectId(from + n));
const hex = (item: number) => objectId(item).toHexString();
/** A line of a report, and the samples below it. */
function rowOf(said: string, question: RegExp): string {
  const lines = said.split('\n');
  const start = lines.findIndex((line) => question.test(line));
  if (start < 0) return `no row ${question} in\n${said}`;
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith(' '.repeat(12)));
  return lines.slice(start, start + 1 + length).join('\n');
}
const idsIn = (row: string): number => row.match(/[0-9a-f]{24}/g)?.length ?? 0;

test('preflight counts all and names ten', async () => {
  const script = await writeScripts(blog, 'mongo');
  await withMongoDatabase(async ({ url, db }) => {
    const posts = range(POST, 40).map((_id, n): Document => ({ _id, author: objectId(USER + (n % 2)) }));
    posts[0] = { ...posts[0], tags: [objectId(TAG), objectId(GONE), objectId(GONE), null] };
    posts[39] = { _id: objectId(POST + 39), author: objectId(USER + 1), cover: objectId(COVER) };
    posts[38] = { _id: objectId(POST + 38), author: objectId(USER), cover: objectId(COVER) };
    await db.collection('posts').insertMany(posts);
    await db.collection('tags').insertOne({ _id: objectId(TAG) });
    await db.collection('covers').insertOne({ _id: objectId(COVER) });
    // The first user has his twenty posts and fifteen of the other one's; a third has none of his own, but those.
    const own = (user: number) => range(POST, 40).filter((_, n) => n % 2 === user);
    await db.collection('users').insertMany([
      { _id: objectId(USER), posts: [...own(0), ...own(1).slice(0, 15)] },
      { _id: objectId(USER + 1), posts: own(1).slice(0, 18) },
      { _id: objectId(USER + 2), posts: own(1).slice(0, 15) },
    ]);

    const { status, stdout, stderr } = await runMongoFile(url, script('preflight'));
    assert.is(status, 1, stdout + stderr);
    const row = (question: RegExp) => rowOf(stdout, question);
    assert.match(row(/stored only in posts.author/), /^note .*: 2\n/);
    assert.match(row(/stored only in users.posts/), /^FAIL .*: 30\n/);
    assert.is(idsIn(row(/stored only in users.posts/)), 20, 'ten links');
    assert.match(
      row(/ids in posts.tags of documents that are gone/),
      new RegExp(`: 1\n +tags ${hex(GONE)}$`),
    );
    assert.match(row(/posts.tags with an id more than once/), new RegExp(`: 1\n +posts ${hex(POST)}$`));
    assert.match(
      row(/covers.post that another document of covers has too|posts.cover that another/),
      /posts.cover|covers.post/,
    );
    assert.match(stdout, /^verdict: FAIL, \d+ problems\n$/m);
    // A refusal ends with statements that settle it.
    assert.match(
      stdout,
      `to give the first up: db.getCollection('users').updateOne({ _id: ObjectId('${hex(USER)}') }, { $pull: { 'posts': ObjectId('${hex(POST + 1)}') } })`,
    );
    // merge says for which of them there is no room: each of the fifteen posts has an author.
    const merge = await writeScripts(blog, 'mongo', 'merge');
    const merging = await runMongoFile(url, merge('preflight'));
    const noRoom = rowOf(merging.stdout, /for which posts.author has no room/);
    assert.match(noRoom, /^FAIL .*: 30\n/);
    assert.match(noRoom, `users ${hex(USER)} -> posts ${hex(POST + 1)}`);
  });
});

test('a clean database takes one short line for each relationship', async () => {
  const script = await writeScripts(blog, 'mongo');
  await withMongoDatabase(async ({ url, db }) => {
    const [post, user] = [objectId(POST), objectId(USER)];
    const [tag, cover] = [objectId(TAG), objectId(COVER)];
    await db.collection<Document>('posts').insertOne({ _id: post, author: user, tags: [tag], cover });
    await db.collection<Document>('users').insertOne({ _id: user, posts: [post] });
    await db.collection<Document>('tags').insertOne({ _id: tag });
    await db.collection<Document>('covers').insertOne({ _id: cover, post });
    const { stdout } = await runMongoFile(url, script('preflight'));
    assert.equal(stdout.trim().split('\n'), [
      'ok        Post.author <-> User.posts: 1 link',
      'ok        Post.tags -> Tag: 1 link',
      'ok        Cover.post <-> Post.cover: 1 link',
      'verdict: ready to migrate',
    ]);
  });
});

test('verify counts all that is odd in a join collection, and names ten', async () => {
  const script = await writeScripts(blog, 'mongo');
  await withMongoDatabase(async ({ url, db }) => {
    for (const name of ['posts', 'users', 'covers', 'tags']) await db.createCollection(name);
    const odd = range(POST, 23).map((Post_left_id) => ({ Post_left_id, Tag_right_id: 'a text' }));
    await db.collection<Document>('post_tags_manies').insertMany(odd);
    await db.collection('users').insertMany(range(USER, 12).map((_id) => ({ _id, posts: [] })));
    const { stdout } = await runMongoFile(url, script('verify'));
    const shape = rowOf(stdout, /not as Keystone 8 makes them/);
    assert.match(shape, /: 23\n/);
    assert.is(idsIn(shape), 10);
    const left = rowOf(stdout, /documents with users.posts/);
    assert.match(left, /: 12\n/);
    assert.is(idsIn(left), 10);
  });
});

test('an index of the user on a field that goes is not dropped; lists without documents migrate; arrays keep their order', async () => {
  const script = await writeScripts(blog, 'mongo');
  await withMongoDatabase(({ url: withIndex, db: indexed }) =>
    withMongoDatabase(async ({ url, db }) => {
      for (const each of [indexed, db]) {
        for (const name of ['posts', 'users', 'covers', 'tags']) await each.createCollection(name);
      }
      const indexes = indexed.collection('users');
      await indexes.createIndex({ posts: -1 }, { name: 'mine' });
      const before = await readShape(indexed);
      const [preflight, refused] = await runInOneMongosh([
        { url: withIndex, script: script('preflight') },
        { url: withIndex, script: script('migrate') },
      ]);
      assert.match(preflight ?? '', 'migrate would refuse: 1 problem');
      assert.match(refused ?? '', /of your own with users\.posts.*: 1\n +mine/);
      assert.equal(await readShape(indexed), before);

      await indexes.dropIndex('mine');
      const [a, b, c, gone] = [objectId(TAG + 1), objectId(TAG + 2), objectId(TAG + 3), objectId(GONE)];
      await db.collection<Document>('tags').insertMany([{ _id: a }, { _id: b }, { _id: c }]);
      await db.collection('posts').insertMany([
        { _id: objectId(POST + 1), tags: [c, null, a, gone, c, b, a] },
        { _id: objectId(POST), tags: [b, a] },
      ]);
      const all = ['preflight', 'migrate', 'verify'].map(script);
      const jobs = [withIndex, url].flatMap((each) => all.map((file) => ({ url: each, script: file })));
      assert.equal(await runInOneMongosh(jobs), Array(6).fill('ok'));
      assert.equal((await readShape(indexed)).post_tags_manies?.length, 1);
      const links = await db.collection('post_tags_manies').find().sort({ _id: 1 }).toArray();
      assert.equal(
        links.map(({ Post_left_id, Tag_right_id }) => [Post_left_id, Tag_right_id].map(String)),
        [
          [POST, TAG + 2],
          [POST, TAG + 1],
          [POST + 1, TAG + 3],
          [POST + 1, TAG + 1],
          [POST + 1, TAG + 2],
        ].map((pair) => pair.map(hex)),
      );
    }),
  );
});

test.run();
