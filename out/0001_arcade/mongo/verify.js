// verify: is the database as Keystone 8 expects it? Changes nothing, fails when it is not.
//
// Keystone 5, from before its Arcade release to after it. MongoDB 4.2 and later, with mongosh.

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

// One line a check: its result, the relationship, the question, the answer.

const failures = [];

function report(relationship, question, { number, samples }, bad) {
  const result = number === 0 ? 'ok' : bad;
  const detail = `${number}${samples.length > 0 ? `: ${samples.join(', ')}` : ''}`;
  const line = `${relationship}: ${question}: ${detail}`;
  if (result === 'FAIL') failures.push(line);
  print(`${result.padEnd(8)}  ${line}`);
}

function conclude(message) {
  if (failures.length > 0) throw new Error(`${failures.length} checks failed: ${message}`);
}

for (const collection of lists) {
  if (db.getCollectionInfos({ name: collection }).length === 0) {
    throw new Error(`database ${db.getName()} has no collection ${collection}: is this the right database?`);
  }
}

if (db.getCollectionInfos({ name: 'arcade_migrate_journal' }).length > 0) {
  throw new Error('a migrate or rollback was cut off: run it again, it will go on where it stopped');
}

report('Post.author <-> User.posts', 'what is left of users.posts', fieldLeft(places['users.posts']), 'FAIL');
report('Post.likedBy <-> User.likes', 'what is in post_likedby_user_likes and not as Keystone 8 makes it', joinShape(places['post_likedby_user_likes']), 'FAIL');
report('Post.likedBy <-> User.likes', 'pairs that are more than once in post_likedby_user_likes', repeated(places['post_likedby_user_likes']), 'FAIL');
report('Post.likedBy <-> User.likes', 'ids in post_likedby_user_likes that point at nothing', dangling(places['post_likedby_user_likes']), 'FAIL');
report('Post.likedBy <-> User.likes', 'what is left of posts.likedBy', fieldLeft(places['posts.likedBy']), 'FAIL');
report('Post.likedBy <-> User.likes', 'what is left of users.likes', fieldLeft(places['users.likes']), 'FAIL');
report('Profile.user <-> User.profile', 'what is left of users.profile', fieldLeft(places['users.profile']), 'FAIL');
report('Profile.user <-> User.profile', 'User documents that more than one profiles.user points at', shared(turned(places['profiles.user'])), 'FAIL');
report('Post.categories -> Category', 'what is in post_categories_manies and not as Keystone 8 makes it', joinShape(places['post_categories_manies']), 'FAIL');
report('Post.categories -> Category', 'pairs that are more than once in post_categories_manies', repeated(places['post_categories_manies']), 'FAIL');
report('Post.categories -> Category', 'ids in post_categories_manies that point at nothing', dangling(places['post_categories_manies']), 'FAIL');
report('Post.categories -> Category', 'what is left of posts.categories', fieldLeft(places['posts.categories']), 'FAIL');
report('Category.children <-> Category.parent', 'what is left of categories.children', fieldLeft(places['categories.children']), 'FAIL');

conclude('this is not the database that Keystone 8 expects');
