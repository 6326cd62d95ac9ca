// migrate: stop the application, have a backup, run preflight first. Cut off at any point, it
// finishes the job when it is run again.
//
// Keystone 5, from before its Arcade release to after it. MongoDB 4.2 and later, with mongosh.
//
// 1. Remove users.posts.
// 2. Move the links of posts.likedBy and users.likes into post_likedby_user_likes.
// 3. Remove users.profile.
// 4. Move the links of posts.categories into post_categories_manies.
// 5. Remove categories.children.
// Nothing changes for Comment.author -> User.
// Nothing changes for Comment.post -> Post.

// Where links are, before or after the migration.
const places = {
  'posts.author': {
    collection: 'posts',
    near: '_id',
    far: 'author',
    isArray: false,
    nearList: 'Post',
    farList: 'User',
    nearCollection: 'posts',
    farCollection: 'users'
  },
  'users.posts': {
    collection: 'users',
    near: '_id',
    far: 'posts',
    isArray: true,
    nearList: 'User',
    farList: 'Post',
    nearCollection: 'users',
    farCollection: 'posts',
    index: null
  },
  'post_likedby_user_likes': {
    collection: 'post_likedby_user_likes',
    near: 'Post_left_id',
    far: 'User_right_id',
    isArray: false,
    nearList: 'Post',
    farList: 'User',
    nearCollection: 'posts',
    farCollection: 'users'
  },
  'posts.likedBy': {
    collection: 'posts',
    near: '_id',
    far: 'likedBy',
    isArray: true,
    nearList: 'Post',
    farList: 'User',
    nearCollection: 'posts',
    farCollection: 'users',
    index: null
  },
  'users.likes': {
    collection: 'users',
    near: '_id',
    far: 'likes',
    isArray: true,
    nearList: 'User',
    farList: 'Post',
    nearCollection: 'users',
    farCollection: 'posts',
    index: null
  },
  'profiles.user': {
    collection: 'profiles',
    near: '_id',
    far: 'user',
    isArray: false,
    nearList: 'Profile',
    farList: 'User',
    nearCollection: 'profiles',
    farCollection: 'users'
  },
  'users.profile': {
    collection: 'users',
    near: '_id',
    far: 'profile',
    isArray: false,
    nearList: 'User',
    farList: 'Profile',
    nearCollection: 'users',
    farCollection: 'profiles',
    index: null
  },
  'post_categories_manies': {
    collection: 'post_categories_manies',
    near: 'Post_left_id',
    far: 'Category_right_id',
    isArray: false,
    nearList: 'Post',
    farList: 'Category',
    nearCollection: 'posts',
    farCollection: 'categories'
  },
  'posts.categories': {
    collection: 'posts',
    near: '_id',
    far: 'categories',
    isArray: true,
    nearList: 'Post',
    farList: 'Category',
    nearCollection: 'posts',
    farCollection: 'categories',
    index: null
  },
  'categories.parent': {
    collection: 'categories',
    near: '_id',
    far: 'parent',
    isArray: false,
    nearList: 'Category',
    farList: 'Category',
    nearCollection: 'categories',
    farCollection: 'categories'
  },
  'categories.children': {
    collection: 'categories',
    near: '_id',
    far: 'children',
    isArray: true,
    nearList: 'Category',
    farList: 'Category',
    nearCollection: 'categories',
    farCollection: 'categories',
    index: null
  },
  'comments.author': {
    collection: 'comments',
    near: '_id',
    far: 'author',
    isArray: false,
    nearList: 'Comment',
    farList: 'User',
    nearCollection: 'comments',
    farCollection: 'users'
  },
  'comments.post': {
    collection: 'comments',
    near: '_id',
    far: 'post',
    isArray: false,
    nearList: 'Comment',
    farList: 'Post',
    nearCollection: 'comments',
    farCollection: 'posts'
  },
};
// The collections of the lists, the fields that go, and the collections that come.
const lists = [ 'categories', 'comments', 'posts', 'profiles', 'users' ];
const fields = [places['users.posts'], places['posts.likedBy'], places['users.likes'], places['users.profile'], places['posts.categories'], places['categories.children']];
const joins = [places['post_likedby_user_likes'], places['post_categories_manies']];

// Links are pairs of ids, { near, far }. They stand in the documents of a list (one end is _id, the other
// a field or an array) or in a join collection. A null is no link.

const SAMPLES = 10;

function ask(collection, pipeline) {
  return db.getCollection(collection).aggregate(pipeline, { allowDiskUse: true }).toArray();
}

/** The same links seen from the other end. */
function turned(links) {
  return {
    ...links,
    near: links.far,
    far: links.near,
    nearList: links.farList,
    farList: links.nearList,
    nearCollection: links.farCollection,
    farCollection: links.nearCollection,
  };
}

/** The end of the links that is not _id: the path of the field. */
function pathOf(links) {
  return links.near === '_id' ? links.far : links.near;
}

/** Stages that make each document of the collection into its links, with the position in its array. */
function pairs(links) {
  const path = pathOf(links);
  return [
    ...(links.isArray
      ? [
          { $match: { [path]: { $type: 'array' } } },
          { $unwind: { path: `$${path}`, includeArrayIndex: 'position' } },
        ]
      : []),
    { $project: { near: `$${links.near}`, far: `$${links.far}`, position: 1 } },
    { $match: { near: { $ne: null }, far: { $ne: null } } },
  ];
}

/** Stages after pairs() that keep the links whose end still exists. */
function existing(end, collection) {
  return [
    { $lookup: { from: collection, localField: end, foreignField: '_id', as: 'item' } },
    { $match: { item: { $ne: [] } } },
  ];
}

/** Stages that find the links of `having` which the fields of `other` lack. What dangles is no link. */
function lacking(having, other) {
  const end = other.near === '_id' ? 'near' : 'far';
  const otherEnd = end === 'near' ? '$far' : '$near';
  const value = `$item.${pathOf(other)}`;
  const isThere = other.isArray
    ? { $in: [otherEnd, { $cond: [{ $isArray: value }, value, []] }] }
    : { $eq: [otherEnd, value] };
  return [
    ...pairs(having),
    { $lookup: { from: other.collection, localField: end, foreignField: '_id', as: 'item' } },
    { $unwind: '$item' },
    { $match: { $expr: { $not: [isThere] } } },
  ];
}

/** How many links the stages find, and the first of them. */
function count(links, stages) {
  const [total] = ask(links.collection, [...stages, { $count: 'number' }]);
  // Samples cost as much again: they are looked for only where there are some.
  if (!total || Number(total.number) === 0) return { number: 0, samples: [] };
  const first = ask(links.collection, [...stages, { $sort: { near: 1, far: 1 } }, { $limit: SAMPLES }]);
  return {
    number: total.number,
    samples: first.map(({ near, far }) => `${links.nearList} ${near} - ${links.farList} ${far}`),
  };
}

// Each question gives a number, which should be 0 where it guards something, and a few samples.

function countLinks(links) {
  return { number: count(links, pairs(links)).number, samples: [] };
}

function dangling(links) {
  // Only the ends that are not _id can point at what is gone.
  const ends = [
    ['near', links.near, links.nearCollection],
    ['far', links.far, links.farCollection],
  ].filter(([, path]) => path !== '_id');
  let number = 0;
  let samples = [];
  for (const [end, , collection] of ends) {
    const found = count(links, [
      ...pairs(links),
      { $lookup: { from: collection, localField: end, foreignField: '_id', as: 'item' } },
      { $match: { item: [] } },
    ]);
    number += found.number;
    samples = [...samples, ...found.samples].slice(0, SAMPLES);
  }
  return { number, samples };
}

function malformed(links) {
  const value = `$${pathOf(links)}`;
  const isId = (expression) => ({ $in: [{ $type: expression }, ['objectId', 'null', 'undefined', 'missing']] });
  const isGood = links.isArray
    ? {
        $cond: [
          { $isArray: value },
          { $allElementsTrue: [{ $map: { input: value, as: 'id', in: isId('$$id') } }] },
          { $in: [{ $type: value }, ['null', 'undefined', 'missing']] },
        ],
      }
    : isId(value);
  const stages = [{ $match: { $expr: { $not: [isGood] } } }];
  const [total] = ask(links.collection, [...stages, { $count: 'number' }]);
  const first = ask(links.collection, [...stages, { $sort: { _id: 1 } }, { $limit: SAMPLES }]);
  return { number: total ? total.number : 0, samples: first.map(({ _id }) => `${links.nearList} ${_id}`) };
}

function onlyIn(having, other) {
  return count(having, lacking(having, other));
}

function contradictory(going, staying, isOneToOne) {
  const path = pathOf(staying);
  const missing = lacking(going, staying);
  const twice = (end) => [
    { $group: { _id: `$${end}`, near: { $push: '$near' }, far: { $push: '$far' }, times: { $sum: 1 } } },
    { $match: { times: { $gt: 1 } } },
  ];
  const found = [
    // The field that stays holds another id, of an item that exists.
    count(going, [
      ...missing,
      { $lookup: { from: staying.nearCollection, localField: `item.${path}`, foreignField: '_id', as: 'holder' } },
      { $match: { holder: { $ne: [] } } },
    ]),
    count(going, [...missing, ...twice('far')]),
  ];
  if (isOneToOne) {
    found.push(
      count(going, [
        ...missing,
        { $lookup: { from: staying.collection, localField: 'near', foreignField: path, as: 'held' } },
        { $match: { held: { $ne: [] } } },
      ]),
      count(going, [...missing, ...twice('near')]),
    );
  }
  return {
    number: found.reduce((sum, { number }) => sum + number, 0),
    samples: found.flatMap(({ samples }) => samples).slice(0, SAMPLES),
  };
}

/** Indexes of several paths of which one goes: they cannot stay as they are, and are not for this script to change. */
function sharedIndexes(links) {
  const samples = db
    .getCollection(links.collection)
    .getIndexes()
    .filter(({ key }) => pathOf(links) in key && Object.keys(key).length > 1)
    .map(({ name }) => `index ${name}`);
  return { number: samples.length, samples };
}

function repeated(links) {
  return count(links, [
    ...pairs(links),
    { $group: { _id: { near: '$near', far: '$far' }, times: { $sum: 1 } } },
    { $match: { times: { $gt: 1 } } },
    { $project: { near: '$_id.near', far: '$_id.far' } },
  ]);
}

function shared(links) {
  return count(links, [
    ...pairs(links),
    { $group: { _id: '$near', far: { $push: '$far' }, times: { $sum: 1 } } },
    { $match: { times: { $gt: 1 } } },
    { $project: { near: '$_id', far: 1 } },
  ]);
}

function unlinked(field, from) {
  const stages = [
    { $lookup: { from: from.collection, localField: '_id', foreignField: from.near, as: 'link' } },
    { $match: { link: [] } },
  ];
  const found = ask(field.collection, [...stages, { $sort: { _id: 1 } }, { $limit: SAMPLES }, { $project: { _id: 1 } }]);
  return { number: found.length > 1 ? found.length : 0, samples: found.map(({ _id }) => `${field.nearList} ${_id}`) };
}

function notEmpty(links) {
  return { number: db.getCollection(links.collection).countDocuments({}), samples: [] };
}

function joinShape(links) {
  const samples = [];
  if (db.getCollectionInfos({ name: links.collection }).length === 0) {
    return { number: 1, samples: [`there is no collection ${links.collection}`] };
  }
  for (const { name } of db.getCollection(links.collection).getIndexes()) {
    if (name !== '_id_') samples.push(`index ${name}`);
  }
  const keys = { $map: { input: { $objectToArray: '$$ROOT' }, as: 'entry', in: '$$entry.k' } };
  const odd = ask(links.collection, [
    {
      $match: {
        $or: [
          { [links.near]: { $not: { $type: 'objectId' } } },
          { [links.far]: { $not: { $type: 'objectId' } } },
          { $expr: { $ne: [{ $setUnion: [keys] }, { $setUnion: [['_id', links.near, links.far, '__v']] }] } },
        ],
      },
    },
    { $limit: SAMPLES },
  ]);
  for (const { _id } of odd) samples.push(`document ${_id}`);
  return { number: samples.length, samples };
}

function fieldLeft(links) {
  const path = pathOf(links);
  const collection = db.getCollection(links.collection);
  const samples = [];
  for (const index of collection.getIndexes()) {
    if (path in index.key) samples.push(`index ${index.name}`);
  }
  const hasField = { [path]: { $exists: true } };
  const found = collection.countDocuments(hasField);
  const first = collection.find(hasField, { _id: 1 }).sort({ _id: 1 }).limit(SAMPLES).toArray();
  for (const { _id } of first) {
    samples.push(`${links.nearList} ${_id}`);
  }
  return { number: Math.max(found, samples.length), samples };
}

const problems = [];

function guard(relationship, question, { number, samples }) {
  if (number === 0) return;
  problems.push(`${relationship}: ${question}: ${number}${samples.length > 0 ? `: ${samples.join(', ')}` : ''}`);
}

function refuseProblems(message, hint) {
  if (problems.length > 0) throw new Error([`${message}: nothing was changed`, ...problems, hint].join('\n'));
}

/** Whether none of the fields is left, and each of the join collections is there. */
function isMigrated(fields, joins) {
  for (const field of fields) {
    if (fieldLeft(field).number > 0) return false;
  }
  for (const join of joins) {
    if (db.getCollectionInfos({ name: join.collection }).length === 0) return false;
  }
  return true;
}

// While the script runs, a collection of its own notes which operations are done, so that running it again
// after it was cut off goes on where it stopped. The collection is dropped at the end.

const journal = db.getCollection('arcade_migrate_journal');

function doneIn(direction) {
  const note = journal.findOne({ _id: direction });
  return note ? note.done : null;
}

function startJournal(direction, done) {
  journal.replaceOne({ _id: direction }, { done }, { upsert: true });
}

function perform(direction, operation, title, action) {
  if (doneIn(direction).includes(operation)) {
    print(`${operation}. ${title}: done before`);
    return;
  }
  print(`${operation}. ${title}`);
  action();
  journal.updateOne({ _id: direction }, { $addToSet: { done: operation } });
}

function endJournal() {
  journal.drop();
}

/** Writes the links of a field into a join collection, all at once ($out replaces the collection when it is complete). */
function createJoinCollection(join, from) {
  ask(from.collection, [
    ...pairs(from),
    { $group: { _id: { near: '$near', far: '$far' }, position: { $min: '$position' } } },
    { $project: { _id: 0, near: '$_id.near', far: '$_id.far', position: 1 } },
    // Keystone 8 has no order of its own: the order of insertion keeps that of the array.
    { $sort: { near: 1, position: 1 } },
    ...existing('far', from.farCollection),
    { $project: { [join.near]: '$near', [join.far]: '$far', __v: { $literal: 0 } } },
    { $out: join.collection },
  ]);
}

/** Stages that find the links of a field which a join collection lacks. */
function lackingInJoin(field, join) {
  const path = pathOf(field);
  return [
    ...(field.isArray ? [{ $match: { [path]: { $type: 'array' } } }] : []),
    { $project: { [path]: 1 } },
    { $lookup: { from: join.collection, localField: '_id', foreignField: join.near, as: 'kept' } },
    { $project: { near: '$_id', far: { $setDifference: [`$${path}`, `$kept.${join.far}`] } } },
    { $unwind: '$far' },
    { $match: { far: { $ne: null } } },
    ...existing('far', field.farCollection),
  ];
}

/** Removes a field from all documents, after a proof that each of its links is kept elsewhere or is to be given up. */
function removeField(field, keptIn, { giveUp = false } = {}) {
  const path = pathOf(field);
  const isJoin = keptIn.near !== '_id' && keptIn.far !== '_id';
  const proof = 'arcade_migrate_proof';
  const join = db.getCollection(keptIn.collection);
  if (isJoin) join.createIndex({ [keptIn.near]: 1 }, { name: proof });
  const lost = giveUp ? { number: 0 } : count(field, isJoin ? lackingInJoin(field, keptIn) : lacking(field, keptIn));
  if (lost.number > 0) {
    throw new Error(
      `${field.collection}.${path} has ${lost.number} links that ${keptIn.collection} lacks: it was not removed (${lost.samples.join(', ')})`,
    );
  }
  // An index on the field goes first: a unique one would refuse documents that lack it.
  const collection = db.getCollection(field.collection);
  for (const index of collection.getIndexes()) {
    if (path in index.key) collection.dropIndex(index.name);
  }
  collection.updateMany({ [path]: { $exists: true } }, { $unset: { [path]: '' } });
  if (isJoin) join.dropIndex(proof);
}

for (const collection of lists) {
  if (db.getCollectionInfos({ name: collection }).length === 0) {
    throw new Error(`database ${db.getName()} has no collection ${collection}: is this the right database?`);
  }
}

if (doneIn('rollback')) {
  throw new Error('a rollback was cut off: run rollback again to let it finish, nothing was changed');
}
if (!doneIn('migrate')) {
  if (joins.length > 0 && isMigrated(fields, joins)) throw new Error('already migrated: nothing was changed');

  // Refuse what cannot be migrated without losing a link, or contradicts itself.
  guard('Post.author <-> User.posts', 'indexes on users.posts, which goes, and on other paths', sharedIndexes(places['users.posts']));
  guard('Post.author <-> User.posts', 'documents whose posts.author is not an id', malformed(places['posts.author']));
  guard('Post.author <-> User.posts', 'documents whose users.posts is not an array of ids', malformed(places['users.posts']));
  guard('Post.author <-> User.posts', 'links that only users.posts has, which goes', onlyIn(places['users.posts'], turned(places['posts.author'])));
  guard('Post.likedBy <-> User.likes', 'documents that are in post_likedby_user_likes already', notEmpty(places['post_likedby_user_likes']));
  guard('Post.likedBy <-> User.likes', 'indexes on posts.likedBy, which goes, and on other paths', sharedIndexes(places['posts.likedBy']));
  guard('Post.likedBy <-> User.likes', 'indexes on users.likes, which goes, and on other paths', sharedIndexes(places['users.likes']));
  guard('Post.likedBy <-> User.likes', 'documents whose posts.likedBy is not an array of ids', malformed(places['posts.likedBy']));
  guard('Post.likedBy <-> User.likes', 'documents whose users.likes is not an array of ids', malformed(places['users.likes']));
  guard('Post.likedBy <-> User.likes', 'links that only users.likes has, which goes', onlyIn(places['users.likes'], turned(places['posts.likedBy'])));
  guard('Profile.user <-> User.profile', 'indexes on users.profile, which goes, and on other paths', sharedIndexes(places['users.profile']));
  guard('Profile.user <-> User.profile', 'documents whose profiles.user is not an id', malformed(places['profiles.user']));
  guard('Profile.user <-> User.profile', 'documents whose users.profile is not an id', malformed(places['users.profile']));
  guard('Profile.user <-> User.profile', 'links that only users.profile has, which goes', onlyIn(places['users.profile'], turned(places['profiles.user'])));
  guard('Profile.user <-> User.profile', 'User documents that more than one profiles.user points at', shared(turned(places['profiles.user'])));
  guard('Post.categories -> Category', 'documents that are in post_categories_manies already', notEmpty(places['post_categories_manies']));
  guard('Post.categories -> Category', 'indexes on posts.categories, which goes, and on other paths', sharedIndexes(places['posts.categories']));
  guard('Post.categories -> Category', 'documents whose posts.categories is not an array of ids', malformed(places['posts.categories']));
  guard('Category.children <-> Category.parent', 'indexes on categories.children, which goes, and on other paths', sharedIndexes(places['categories.children']));
  guard('Category.children <-> Category.parent', 'documents whose categories.parent is not an id', malformed(places['categories.parent']));
  guard('Category.children <-> Category.parent', 'documents whose categories.children is not an array of ids', malformed(places['categories.children']));
  guard('Category.children <-> Category.parent', 'links that only categories.children has, which goes', onlyIn(places['categories.children'], turned(places['categories.parent'])));
  refuseProblems(
    'migration refused',
    'Correct what is named above and run the script again, or generate it with another --reconcile.',
  );
  startJournal('migrate', []);
}

// 1. Remove users.posts.
// Its links are stored a second time in posts.author (Post.author), which stays.
// Declared at test/fixtures/sample-blog/lists/Post.ts:8, test/fixtures/sample-blog/lists/User.ts:9.
perform('migrate', 1, 'remove users.posts', () => {
  removeField(places['users.posts'], turned(places['posts.author']));
});

// 2. Move the links of posts.likedBy and users.likes into post_likedby_user_likes.
// Both fields hold every link. Keystone 8 looks for them in a collection of their own.
// Declared at test/fixtures/sample-blog/lists/Post.ts:9,
// test/fixtures/sample-blog/lists/User.ts:11.
perform('migrate', 2, 'fill post_likedby_user_likes from posts.likedBy', () => {
  createJoinCollection(places['post_likedby_user_likes'], places['posts.likedBy']);
});
perform('migrate', 3, 'remove posts.likedBy', () => {
  removeField(places['posts.likedBy'], places['post_likedby_user_likes']);
});
perform('migrate', 4, 'remove users.likes', () => {
  removeField(places['users.likes'], turned(places['post_likedby_user_likes']));
});

// 3. Remove users.profile.
// Its links are stored a second time in profiles.user (Profile.user), which stays.
// Declared at test/fixtures/sample-blog/lists/Profile.ts:7,
// test/fixtures/sample-blog/lists/User.ts:13.
perform('migrate', 5, 'remove users.profile', () => {
  removeField(places['users.profile'], turned(places['profiles.user']));
});

// 4. Move the links of posts.categories into post_categories_manies.
// Keystone 8 looks for them in a collection of their own.
// Declared at test/fixtures/sample-blog/lists/Post.ts:11.
perform('migrate', 6, 'fill post_categories_manies from posts.categories', () => {
  createJoinCollection(places['post_categories_manies'], places['posts.categories']);
});
perform('migrate', 7, 'remove posts.categories', () => {
  removeField(places['posts.categories'], places['post_categories_manies']);
});

// 5. Remove categories.children.
// Its links are stored a second time in categories.parent (Category.parent), which stays.
// Declared at test/fixtures/sample-blog/lists/Category.ts:8,
// test/fixtures/sample-blog/lists/Category.ts:7.
perform('migrate', 8, 'remove categories.children', () => {
  removeField(places['categories.children'], turned(places['categories.parent']));
});

endJournal();
print('migrated');
