import { type Document, ObjectId } from 'mongodb';
import * as assert from 'uvu/assert';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { generateScripts } from '../support/cli.ts';
import { openLine } from '../support/cut-connection.ts';
import { sampleDataset } from '../support/dataset.ts';
import { keystoneCase, relationshipOf } from '../support/keystone-cases.ts';
import { writeScripts } from '../support/library-scripts.ts';
import { projectOf } from '../support/lists.ts';
import { createShape, keystoneShape, readShape, runMongoFile, withMongoDatabase } from '../support/mongo.ts';
import { fillMongo, objectId, readAllDocuments, readContent, rulesOf } from '../support/mongo-data.ts';
import { mustChangeNothing, mustOnlyRead, mustRefuse, mustSucceed } from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, withOldMongo } from '../support/old-mongo.ts';
import { runInOneMongosh } from '../support/one-mongosh.ts';

const test = suiteNeeding('mongo', 'MongoDB, what is in old databases');

const allKinds = keystoneCase('todo-all-kinds');

test('values that are no ids are named, all at once', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const { Todo: todos = [], User: users = [] } = dataset.items;
    const hex = objectId(todos[0] ?? 0).toHexString();
    const sabotages = [
      ['todos', todos[0], 'readers', 'a text'],
      ['todos', todos[1], 'reviewers', [hex]],
      ['todos', todos[2], 'leadAuthor', hex],
      ['users', users[0], 'published', { id: hex }],
      ['users', users[1], 'leadPost', 7],
      ['users', users[2], 'readPosts', [objectId(todos[0] ?? 0), 12]],
    ] as const;
    const patterns: RegExp[] = [];
    for (const [collection, item = 0, path, value] of sabotages) {
      const document: Document = { [path]: value };
      await database.db.collection(collection).updateOne({ _id: objectId(item) }, { $set: document });
      patterns.push(
        new RegExp(
          `${collection}\\.${path} (is not an|that are the id of no).*: 1\\n +${collection} ${objectId(item).toHexString()}`,
        ),
      );
    }
    await mustRefuse(database, scripts.preflight, ...patterns);
    await mustRefuse(database, scripts.migrate, ...patterns);
  }));

test('nulls in arrays are no links', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    for (const [collection, paths] of [
      ['todos', ['readers', 'reviewers']],
      ['users', ['published', 'readPosts']],
    ] as const) {
      for (const path of paths) {
        const items = database.db.collection(collection);
        for (const { _id, [path]: ids } of await items.find({ [path]: { $type: 'array' } }).toArray()) {
          await items.updateOne({ _id }, { $set: { [path]: [null, ...ids, null] } });
        }
      }
    }
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await mustOnlyRead(database, scripts.verify);
    await mustHoldLinks(database, allKinds, dataset);
  }));

/** Lists that give their collections names of their own. */
const germanCollections = (project: Project): Project => ({
  ...project,
  lists: project.lists.map((list) => ({ ...list, collection: list.key === 'Post' ? 'Artikel' : 'leute' })),
});

test('collections that lists name themselves', async () => {
  const project = germanCollections(
    projectOf({
      Post: { authors: { ref: 'User.posts', many: true }, owner: { ref: 'User.owned' } },
      User: { posts: { ref: 'Post.authors', many: true }, owned: { ref: 'Post.owner', many: true } },
    }),
  );
  const script = await writeScripts(project, 'mongo');
  await withMongoDatabase(async (database) => {
    const { db } = database;
    const [post, first, second] = [new ObjectId(), new ObjectId(), new ObjectId()];
    await db.collection('Artikel').insertOne({ _id: post, authors: [second, first], owner: first });
    await db.collection('leute').insertMany([
      { _id: first, posts: [post], owned: [post] },
      { _id: second, posts: [post], owned: [] },
    ]);
    const before = await readAllDocuments(db);
    await mustOnlyRead(database, script('preflight'));
    await mustSucceed(database, script('migrate'));
    await mustOnlyRead(database, script('verify'));
    const links = await db.collection('post_authors_user_posts').find().sort({ _id: 1 }).toArray();
    assert.equal(
      links.map(({ _id, ...link }) => link),
      [second, first].map((user) => ({ Post_left_id: post, User_right_id: user, __v: 0 })),
    );
    assert.equal(await db.collection('leute').countDocuments({ posts: { $exists: true } }), 0);
    await mustSucceed(database, script('rollback'));
    assert.equal(withSortedKeys(await readAllDocuments(db)), withSortedKeys(before));
  });
});

/** The order of the fields of a document plays no part, nor does that of the array which old Keystone kept no order of. */
const withSortedKeys = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line
      .split(/[,{}[\]]+/)
      .sort()
      .join(' '),
  );

test("a user's own indexes survive migrate and rollback", () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const { db } = database;
    await db.collection('todos').createIndex({ title: 1, name: -1 }, { name: 'mine' });
    await db.collection('todos').createIndex({ publisher: 1, name: 1 }, { name: 'mine too' });
    await db.collection('users').createIndex({ name: 1 }, { sparse: true });
    const before = await readShape(db);
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    await mustOnlyRead(database, scripts.verify);
    const after = await readShape(db);
    for (const collection of ['todos', 'users']) assert.equal(after[collection], before[collection]);
    await mustHoldLinks(database, allKinds, dataset);
    await mustSucceed(database, scripts.rollback);
    assert.equal(await readShape(db), before);
  }));

const uniquePartners = projectOf({
  Post: { author: { ref: 'User.post' } },
  User: { post: { ref: 'Post.author', isUnique: true } },
});

test('a unique index that is not sparse, on the side that goes', async () => {
  const script = await writeScripts(uniquePartners, 'mongo');
  await withMongoDatabase(async (database) => {
    const { db } = database;
    await db.collection('users').createIndex({ post: 1 }, { unique: true });
    const pairs = [1, 2, 3].map((n) => ({ post: objectId(n), user: objectId(100 + n) }));
    await db.collection('posts').insertMany(pairs.map(({ post, user }) => ({ _id: post, author: user })));
    // One user without a post is what the index allows.
    await db
      .collection<Document>('users')
      .insertMany([...pairs.map(({ post, user }) => ({ _id: user, post })), { _id: objectId(104) }]);
    const [shape, documents] = [await readShape(db), await readAllDocuments(db)];

    await mustOnlyRead(database, script('preflight'));
    await mustSucceed(database, script('migrate'));
    await mustOnlyRead(database, script('verify'));
    assert.equal(
      (await readShape(db)).users?.map(({ name }) => name),
      ['_id_'],
    );

    await db.collection('users').insertOne({ _id: objectId(105) });
    const ids = [104, 105].map((item) => new RegExp(objectId(item).toHexString()));
    await mustRefuse(database, script('rollback'), /Post\.author/, ...ids);
    await db.collection('users').deleteOne({ _id: objectId(105) });
    await mustSucceed(database, script('rollback'));
    assert.equal(await readShape(db), shape);
    assert.equal(await readAllDocuments(db), documents);
  });
});

test('a second migrate changes nothing where no collection tells of the first', () => {
  const example = keystoneCase('one-to-many-two-sided');
  return withOldMongo(example, async ({ database, scripts, dataset }) => {
    await mustSucceed(database, scripts.migrate);
    await mustChangeNothing(database, scripts.migrate);
    await mustHoldLinks(database, example, dataset);
    await mustOnlyRead(database, scripts.verify);
  });
});

test('a database on which Keystone 8 has started already migrates', async () => {
  const { preflight, migrate, verify, rollback } = await generateScripts(allKinds, 'mongo');
  const after = await keystoneShape(allKinds, 'after');
  const rules = rulesOf(allKinds, after);
  const dataset = sampleDataset(allKinds.lists, allKinds.relationships, rules, 3);
  await withMongoDatabase(async (database) => {
    // It makes the join collections, empty, and drops the indexes that it has no use for.
    await createShape(database.db, after);
    await fillMongo(database.db, allKinds, dataset, rules);
    const content = await readContent(database.db, allKinds);
    await mustOnlyRead(database, preflight);
    await mustSucceed(database, migrate);
    await mustOnlyRead(database, verify);
    assert.equal(await readShape(database.db), after);
    await mustHoldLinks(database, allKinds, dataset);
    await mustSucceed(database, rollback);
    assert.equal(await readContent(database.db, allKinds), content);
    assert.equal(await readShape(database.db), await keystoneShape(allKinds, 'before'));
  });
});

test('links that Keystone 8 has made already are not overwritten', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const { collection } = relationshipOf(allKinds, 'Todo.readers');
    const [link] = dataset.links['Todo.readers'] ?? [];
    await database.db.collection(collection).insertOne({
      Todo_left_id: objectId(link?.left ?? 0),
      User_right_id: objectId(link?.right ?? 0),
      __v: 0,
    });
    await mustRefuse(database, scripts.preflight, new RegExp(`links of Keystone 8 in ${collection}: 1`));
    await mustRefuse(database, scripts.migrate, new RegExp(`links of Keystone 8 in ${collection}: 1`));
  }));

test('verify names all that is wrong at once', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    await mustSucceed(database, scripts.migrate);
    const { db } = database;
    const readers = db.collection(relationshipOf(allKinds, 'Todo.readers').collection);
    const reviewers = db.collection(relationshipOf(allKinds, 'Todo.reviewers').collection);
    const [first] = await readers.find().project({ _id: 0 }).toArray();
    const gone = objectId(9001);
    await readers.insertMany([{ ...first }, { ...first, User_right_id: gone }]);
    await reviewers.createIndex({ Todo_left_id: 1 });
    await reviewers.insertOne({ Todo_left_id: 'text', User_right_id: gone, more: 1 });
    await db
      .collection('users')
      .updateOne({ _id: objectId(dataset.items.User?.[0] ?? 0) }, { $set: { published: [] } });
    const [partner] = dataset.links['Todo.leadAuthor'] ?? [];
    await db.collection('todos').updateMany({}, { $set: { leadAuthor: objectId(partner?.right ?? 0) } });
    await mustRefuse(
      database,
      scripts.verify,
      /Todo\.readers.*more than once.*: 1\n/,
      new RegExp(`Todo\\.readers.*documents of users that are gone.*: 1\\n +users ${gone.toHexString()}`),
      /Todo\.reviewers.*not as Keystone 8 makes them.*: 1\n/,
      /Todo\.reviewers.*indexes .*: 1\n +Todo_left_id_1/,
      /Todo\.publisher.*documents with users\.published: 1\n +users/,
      /Todo\.leadAuthor.*another document of todos has too/,
    );
  }));

test('a validator that requires a field which goes is refused before anything is changed', () =>
  withOldMongo(allKinds, async ({ database, scripts }) => {
    const { db } = database;
    const validator = { $jsonSchema: { required: ['name', 'published'] } };
    const change = (more: Document) => db.command({ collMod: 'users', ...more });
    await change({ validator });
    // It holds for the documents that have the field.
    const pattern = /the validator of users refuses without published: \d+\n/;
    await mustRefuse(database, scripts.preflight, pattern);
    await mustRefuse(database, scripts.migrate, pattern);
    await change({ validator: { name: { $exists: true } } });
    await mustOnlyRead(database, scripts.preflight);
    await mustSucceed(database, scripts.migrate);
    // Rollback meets one that forbids it, says so, and goes on when that is gone.
    await change({ validator: { published: { $exists: false } } });
    const [refused] = await runInOneMongosh([{ url: database.url, script: scripts.rollback }]);
    assert.match(refused ?? '', /the validator of the collection refuses this: change it with collMod/);
    await change({ validator: {} });
    await mustSucceed(database, scripts.rollback);
  }));

test('an index whose filter names a field that goes', () =>
  withOldMongo(allKinds, async ({ database, scripts }) => {
    const partialFilterExpression = { published: { $exists: true } };
    await database.db
      .collection('users')
      .createIndex({ name: 1 }, { name: 'partial', partialFilterExpression });
    const pattern = /partial\n.*getCollection\('users'\)\.dropIndex\('partial'\)/;
    await mustRefuse(database, scripts.preflight, pattern);
    await mustRefuse(database, scripts.migrate, pattern);
    await database.db.collection('users').dropIndex('partial');
    await database.db
      .collection('todos')
      .createIndex(
        { name: 1 },
        { name: 'some', partialFilterExpression: { 'readers.0': { $exists: true } } },
      );
    await mustRefuse(database, scripts.preflight, /some\n.*getCollection\('todos'\)\.dropIndex\('some'\)/);
  }));

test('an item with links and an id that no join collection can hold', () =>
  withOldMongo(allKinds, async ({ database, scripts, dataset }) => {
    const todos = database.db.collection<{ _id: string; reviewers: ObjectId[] }>('todos');
    await todos.insertOne({ _id: 'imported 2', reviewers: [] });
    await mustOnlyRead(database, scripts.preflight);
    await todos.insertOne({ _id: 'imported 1', reviewers: [objectId(dataset.items.User?.[0] ?? 0)] });
    const pattern = /todos\.reviewers is not an.*whose own _id is none: 1\n +todos imported 1/;
    await mustRefuse(database, scripts.preflight, pattern);
    await mustRefuse(database, scripts.migrate, pattern);
  }));

test('two documents that point at one that is gone contradict nobody', () =>
  withOldMongo(allKinds, async ({ database, scripts }) => {
    const gone = objectId(9001);
    const posts = [9002, 9003].map((item): Document => ({ _id: objectId(item), leadAuthor: gone }));
    await database.db.collection('todos').insertMany(posts);
    await mustOnlyRead(database, scripts.preflight);
    for (const name of ['migrate', 'verify', 'rollback'] as const) await mustSucceed(database, scripts[name]);
  }));

test('a list that never held an item, and another database', async () => {
  await withOldMongo(keystoneCase('one-to-many-two-sided'), async ({ database, scripts }) => {
    const { db } = database;
    // No user and no post with an author: old Keystone makes a collection when it inserts an item.
    await db.dropCollection('users');
    await db.collection<Document>('posts').updateMany({}, { $unset: { author: '' } });
    for (const name of ['preflight', 'migrate', 'verify', 'rollback'] as const) {
      await mustSucceed(database, scripts[name]);
    }
    for (const name of ['users', 'posts']) await db.dropCollection(name);
    await mustRefuse(database, scripts.migrate, /is this the right database\?/);
  });
});

test('preflight tells of views that read a field which goes, and of a database that is migrated', () =>
  withOldMongo(allKinds, async ({ database: { db, url }, scripts }) => {
    await db.createCollection('report', { viewOn: 'todos', pipeline: [{ $unwind: '$readers' }] });
    await db.createCollection('other', { viewOn: 'todos', pipeline: [{ $match: { name: 'readers?' } }] });
    await db.createCollection('joined', {
      viewOn: 'other',
      pipeline: [{ $lookup: { from: 'users', localField: '_id', foreignField: 'published', as: 'by' } }],
    });
    await db.createCollection('of a view', {
      viewOn: 'other',
      pipeline: [{ $match: { readers: { $size: 1 } } }],
    });
    const { stdout } = await runMongoFile(url, scripts.preflight);
    assert.match(stdout, /note .*views that read todos\.readers, and will not find it: 3\n/);
    assert.match(stdout, /note .*views that read users\.published, and will not find it: 1\n +joined/);
    assert.not.match(stdout, /views that read todos\.reviewers/);
    const [migrate, preflight] = await runInOneMongosh(
      [scripts.migrate, scripts.preflight].map((script) => ({ url, script })),
    );
    assert.is(migrate, 'ok');
    assert.match(preflight ?? '', /already migrated: run verify/);
  }));

test('a field with a name that the stages of a question have for something of their own', async () => {
  const names = ['kept', 'ids', 'item', 'near', 'far', 'held', 'place'];
  const project = projectOf({
    Post: Object.fromEntries(names.map((name) => [name, { ref: `User.${name}`, many: true }])),
    User: Object.fromEntries(names.map((name) => [name, { ref: `Post.${name}`, many: true }])),
  });
  const { relationships } = findRelationships(project, { sideOrder: 'alphabetical', locale: 'en' });
  const script = await writeScripts(project, 'mongo', 'merge');
  await withMongoDatabase(async (database) => {
    const { db } = database;
    const [post, onlyLeft, onlyRight] = [objectId(1), objectId(2), objectId(3)];
    const inAll = (ids: readonly ObjectId[]) => Object.fromEntries(names.map((name) => [name, ids]));
    await db.collection('posts').insertOne({ _id: post, ...inAll([onlyLeft]) });
    await db
      .collection<Document>('users')
      .insertMany([{ _id: onlyLeft }, { _id: onlyRight, ...inAll([post]) }]);
    await mustSucceed(database, script('migrate'));
    for (const { collection } of relationships) {
      const links = await db.collection(collection).find().toArray();
      const users = links.map((link) => String(link.User_right_id)).sort();
      assert.equal(users, [String(onlyLeft), String(onlyRight)], collection);
    }
  });
});

const uniqueArray = projectOf({ Post: { authors: { ref: 'User', many: true, isUnique: true } }, User: {} });

test('a unique index on an array, when Keystone 8 has linked an item twice', async () => {
  const script = await writeScripts(uniqueArray, 'mongo');
  await withMongoDatabase(async (database) => {
    const { db } = database;
    const [first, second, user] = [objectId(1), objectId(2), objectId(3)];
    await db.collection<Document>('users').insertOne({ _id: user });
    await db.collection<Document>('posts').insertMany([
      { _id: first, authors: [user] },
      { _id: second, authors: [] },
    ]);
    await db.collection('posts').createIndex({ authors: 1 }, { unique: true });
    await mustSucceed(database, script('migrate'));
    const twice = { Post_left_id: second, User_right_id: user, __v: 0 };
    await db.collection('post_authors_manies').insertOne(twice);
    await mustRefuse(
      database,
      script('rollback'),
      /documents of users with several links, where the unique index of posts\.authors allows one: 1\n/,
    );
    await db.collection('post_authors_manies').deleteOne({ Post_left_id: second });
    await mustSucceed(database, script('rollback'));
  });
});

const uniqueMany = projectOf({
  Post: { author: { ref: 'User.posts' } },
  User: { posts: { ref: 'Post.author', many: true, isUnique: true } },
});

test('a unique index on an array that goes', async () => {
  const script = await writeScripts(uniqueMany, 'mongo');
  await withMongoDatabase(async (database) => {
    const { db } = database;
    const [post, user, idle, other] = [objectId(1), objectId(2), objectId(3), objectId(4)];
    await db.collection('posts').insertOne({ _id: post, author: user });
    await db.collection<Document>('users').insertMany([{ _id: user, posts: [post] }, { _id: idle }]);
    await db.collection('users').createIndex({ posts: 1 }, { unique: true });
    const before = await readAllDocuments(db);
    await mustSucceed(database, script('migrate'));
    await db.collection('users').insertOne({ _id: other });
    await mustRefuse(database, script('rollback'), /documents without a link.*users\.posts allows one: \d/);
    await db.collection('users').deleteOne({ _id: other });
    await mustSucceed(database, script('rollback'));
    assert.equal(await readAllDocuments(db), before);
  });
});

test('a view in the place of a collection is refused before anything is changed', () =>
  withOldMongo(allKinds, async ({ database, scripts }) => {
    const { collection } = relationshipOf(allKinds, 'Todo.readers');
    for (const name of ['users', collection]) {
      const isList = name === 'users';
      if (isList) await database.db.renameCollection(name, 'people');
      await database.db.createCollection(name, {
        viewOn: 'people',
        pipeline: isList ? [] : [{ $limit: 1 }, { $match: { _id: 0 } }],
      });
      await mustRefuse(database, scripts.preflight, new RegExp(`${name} is a view: nothing was changed`));
      await mustRefuse(database, scripts.migrate, new RegExp(`${name} is a view: nothing was changed`));
      await database.db.dropCollection(name);
      if (isList) await database.db.renameCollection('people', name);
    }
  }));

test('a script asks the primary, whatever its address prefers', () =>
  withOldMongo(allKinds, async ({ database, scripts }) => {
    for (const script of [scripts.preflight, scripts.migrate, scripts.verify, scripts.rollback]) {
      const line = await openLine(`${database.url}?readPreference=secondary`, null);
      assert.equal(await runInOneMongosh([{ url: line.url, script }]), ['ok']);
      line.close();
      assert.ok(line.commands.length > 0);
      assert.equal(
        line.commands.filter(({ readPreference }) => readPreference === 'secondary'),
        [],
      );
    }
  }));

test.run();
