// rollback: restores the fields from before Arcade, with their links. Stop the application before.
// Cut off at any point, it finishes the job when it is run again.
//
// Keystone 5, from before its Arcade release to after it. MongoDB 4.2 and later, with mongosh.
//
// 1. Undo: Remove categories.children.
// 2. Undo: Move the links of posts.categories into post_categories_manies.
// 3. Undo: Remove users.profile.
// 4. Undo: Move the links of posts.likedBy and users.likes into post_likedby_user_likes.
// 5. Undo: Remove users.posts.
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

/** Merges what the stages find into a collection. By way of one of its own: MongoDB 4.2 cannot merge into what it reads. */
function mergeByWayOfStaging(source, stages, target, whenNotMatched) {
  const staging = 'arcade_migrate_staging';
  ask(source, [...stages, { $out: staging }]);
  ask(staging, [{ $merge: { into: target, on: '_id', whenMatched: 'merge', whenNotMatched } }]);
  db.getCollection(staging).drop();
}

/** Writes a field again, from the place that kept its links, with the index that old Keystone gave it. */
function restoreField(field, from) {
  const path = pathOf(field);
  const documents = [
    ...pairs(from),
    { $sort: { _id: 1, position: 1 } },
    { $group: { _id: '$near', ids: { $push: '$far' } } },
    { $project: { [path]: field.isArray ? '$ids' : { $arrayElemAt: ['$ids', 0] } } },
  ];
  mergeByWayOfStaging(from.collection, documents, field.collection, 'discard');
  const collection = db.getCollection(field.collection);
  if (field.isArray) collection.updateMany({ [path]: { $exists: false } }, { $set: { [path]: [] } });
  if (field.index) {
    const { unique, sparse } = field.index;
    const options = { ...(unique && { unique: true }), ...(sparse && { sparse: true }) };
    collection.createIndex({ [path]: 1 }, options);
  }
}

/** Drops a join collection, after a proof that the field it was made from has each of its links. */
function dropJoinCollection(join, keptIn) {
  const lost = count(join, lacking(join, keptIn));
  if (lost.number > 0) {
    throw new Error(
      `${join.collection} has ${lost.number} links that ${keptIn.collection}.${pathOf(keptIn)} lacks: it was not dropped (${lost.samples.join(', ')})`,
    );
  }
  db.getCollection(join.collection).drop();
}

for (const collection of lists) {
  if (db.getCollectionInfos({ name: collection }).length === 0) {
    throw new Error(`database ${db.getName()} has no collection ${collection}: is this the right database?`);
  }
}

const migrated = doneIn('migrate');
if (!doneIn('rollback')) {
  if (migrated) {
    // Migrate was cut off: there is nothing to take back of what it had not begun.
    const begun = migrated.length + 1;
    startJournal('rollback', [
  1, 2, 3, 4,
  5, 6, 7, 8
].filter((operation) => operation > begun));
  } else {
    if (!isMigrated(fields, joins)) throw new Error('this is not a migrated database: nothing was changed');
    guard('Post.likedBy <-> User.likes', 'what is in post_likedby_user_likes and not as Keystone 8 makes it', joinShape(places['post_likedby_user_likes']));
    guard('Profile.user <-> User.profile', 'User documents that more than one profiles.user points at', shared(turned(places['profiles.user'])));
    guard('Post.categories -> Category', 'what is in post_categories_manies and not as Keystone 8 makes it', joinShape(places['post_categories_manies']));
    refuseProblems('rollback refused', 'Correct what is named above and run the script again.');
    startJournal('rollback', []);
  }
}
if (migrated) journal.deleteOne({ _id: 'migrate' });

// 1. Undo: Remove categories.children.
// Its links are stored a second time in categories.parent (Category.parent), which stays.
// Declared at test/fixtures/sample-blog/lists/Category.ts:8,
// test/fixtures/sample-blog/lists/Category.ts:7.
perform('rollback', 8, 'restore categories.children from categories.parent', () => {
  restoreField(places['categories.children'], turned(places['categories.parent']));
});

// 2. Undo: Move the links of posts.categories into post_categories_manies.
// Keystone 8 looks for them in a collection of their own.
// Declared at test/fixtures/sample-blog/lists/Post.ts:11.
perform('rollback', 7, 'restore posts.categories from post_categories_manies', () => {
  restoreField(places['posts.categories'], places['post_categories_manies']);
});
perform('rollback', 6, 'drop post_categories_manies', () => {
  dropJoinCollection(places['post_categories_manies'], places['posts.categories']);
});

// 3. Undo: Remove users.profile.
// Its links are stored a second time in profiles.user (Profile.user), which stays.
// Declared at test/fixtures/sample-blog/lists/Profile.ts:7,
// test/fixtures/sample-blog/lists/User.ts:13.
perform('rollback', 5, 'restore users.profile from profiles.user', () => {
  restoreField(places['users.profile'], turned(places['profiles.user']));
});

// 4. Undo: Move the links of posts.likedBy and users.likes into post_likedby_user_likes.
// Both fields hold every link. Keystone 8 looks for them in a collection of their own.
// Declared at test/fixtures/sample-blog/lists/Post.ts:9,
// test/fixtures/sample-blog/lists/User.ts:11.
perform('rollback', 4, 'restore users.likes from post_likedby_user_likes', () => {
  restoreField(places['users.likes'], turned(places['post_likedby_user_likes']));
});
perform('rollback', 3, 'restore posts.likedBy from post_likedby_user_likes', () => {
  restoreField(places['posts.likedBy'], places['post_likedby_user_likes']);
});
perform('rollback', 2, 'drop post_likedby_user_likes', () => {
  dropJoinCollection(places['post_likedby_user_likes'], places['posts.likedBy']);
});

// 5. Undo: Remove users.posts.
// Its links are stored a second time in posts.author (Post.author), which stays.
// Declared at test/fixtures/sample-blog/lists/Post.ts:8, test/fixtures/sample-blog/lists/User.ts:9.
perform('rollback', 1, 'restore users.posts from posts.author', () => {
  restoreField(places['users.posts'], turned(places['posts.author']));
});

endJournal();
print('rolled back');
