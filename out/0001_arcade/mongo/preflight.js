// preflight: can the migration run? Changes nothing, fails when migrate would refuse.
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

const connection = db.getMongo();
// What a secondary has may be old: nothing is proved by it.
if (connection.getReadPrefMode() !== 'primary') connection.setReadPref('primary');

// Links are pairs of ids, { near, far }. They stand in the documents of a list (one end is _id, the other
// a field or an array) or in a join collection. A null is no link, nor is the id of a document that is gone.

const SAMPLES = 10;

/** `1 link`, `2 links`. */
function amountOf(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

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

/** A value of which an array is expected, or none. */
function arrayOf(value) {
  return { $cond: [{ $isArray: value }, value, []] };
}

/** Whether an array has an id more than once. */
function hasTwice(links) {
  const ids = arrayOf(`$${pathOf(links)}`);
  return { $ne: [{ $size: ids }, { $size: { $setUnion: [ids] } }] };
}

/** Stages that make each document of the collection into its links, also those to what is gone. */
function pairs(links) {
  const path = pathOf(links);
  return [
    ...(links.isArray ? [{ $match: { [path]: { $type: 'array' } } }, { $unwind: `$${path}` }] : []),
    { $project: { near: `$${links.near}`, far: `$${links.far}` } },
    { $match: { near: { $ne: null }, far: { $ne: null } } },
  ];
}

/** Stages that keep the links whose end still exists. */
function existing(end, collection) {
  return [
    { $lookup: { from: collection, localField: end, foreignField: '_id', as: 'item' } },
    { $match: { item: { $ne: [] } } },
  ];
}

/** Whether an end of the links holds ids of documents that are gone. Each id is looked up once, however many links it has. */
function hasGone(links, end) {
  const gone = [
    ...pairs(links),
    { $group: { _id: `$${end}` } },
    { $lookup: { from: links[`${end}Collection`], localField: '_id', foreignField: '_id', as: 'item' } },
    { $match: { item: [] } },
    { $limit: 1 },
    { $project: { _id: 1 } },
  ];
  return ask(links.collection, gone).length > 0;
}

/** Stages that find the links of one field, each once, which the field at the other end has too. */
function inBoth(having, other) {
  return [...besideOther(having, other), { $match: { $expr: isHeld(other) } }];
}

/** Stages that find the links of one field, each once, which the field at the other end lacks. */
function lacking(having, other) {
  if (!having.isArray && other.isArray) return lackingInArrays(having, other);
  return [...besideOther(having, other), { $match: { $expr: { $not: [isHeld(other)] } } }];
}

/** The same for a field of one id. Each document with an array is looked up once, however many point at it. */
function lackingInArrays(having, other) {
  const path = pathOf(having);
  return [
    { $match: { [path]: { $ne: null } } },
    { $group: { _id: `$${path}`, ids: { $push: '$_id' } } },
    { $lookup: { from: other.collection, localField: '_id', foreignField: '_id', as: 'item' } },
    { $unwind: '$item' },
    { $project: { ids: { $setDifference: ['$ids', arrayOf(`$item.${pathOf(other)}`)] } } },
    { $unwind: '$ids' },
    { $project: having.near === '_id' ? { near: '$ids', far: '$_id' } : { near: '$_id', far: '$ids' } },
  ];
}

/** Stages that put beside each link of a field what the document at its other end holds. */
function besideOther(having, other) {
  const path = pathOf(having);
  return [
    { $match: { [path]: having.isArray ? { $type: 'array' } : { $ne: null } } },
    { $project: { [path]: 1 } },
    // One lookup finds all that an array points at; with $unwind right after it they come one by one.
    { $lookup: { from: other.collection, localField: path, foreignField: '_id', as: 'item' } },
    { $unwind: '$item' },
    {
      $project: {
        near: having.near === '_id' ? '$_id' : '$item._id',
        far: having.far === '_id' ? '$_id' : '$item._id',
        held: `$item.${pathOf(other)}`,
      },
    },
  ];
}

function isHeld(other) {
  return other.isArray ? { $in: ['$_id', arrayOf('$held')] } : { $eq: ['$_id', '$held'] };
}

/** How many documents the stages find, and what to call the first of them. */
function look(collection, stages, order, nameOf) {
  const total = [{ $count: 'number' }];
  const first = [{ $sort: order }, { $limit: SAMPLES }];
  const [found] = ask(collection, [...stages, { $facet: { total, first } }]);
  if (!found || found.total.length === 0) return { number: 0, samples: [] };
  return { number: Number(found.total[0].number), samples: found.first.map(nameOf) };
}

function lookForLinks(links, stages) {
  const nameOf = ({ near, far }) => `${links.nearList} ${near} - ${links.farList} ${far}`;
  // No more than the ids: samples come in one document, whatever else the stages carry.
  const ids = { $project: { _id: 0, near: 1, far: 1 } };
  return look(links.collection, [...stages, ids], { near: 1, far: 1 }, nameOf);
}

function lookForItems(links, stages) {
  return look(links.collection, [...stages, { $project: { _id: 1 } }], { _id: 1 }, ({ _id }) => `${links.nearList} ${_id}`);
}

// Each question gives a number, which should be 0 where it guards something, and at most ten samples.

function countLinks(links) {
  const [total] = ask(links.collection, [...pairs(links), { $count: 'number' }]);
  return { number: total ? Number(total.number) : 0, samples: [] };
}

function dangling(links) {
  // Only the ends that are not _id can point at what is gone.
  const ends = ['near', 'far'].filter((end) => links[end] !== '_id' && hasGone(links, end));
  if (ends.length === 0) return { number: 0, samples: [] };
  return lookForLinks(links, [
    ...pairs(links),
    ...ends.map((end) => ({
      $lookup: { from: links[`${end}Collection`], localField: end, foreignField: '_id', as: `${end}Item` },
    })),
    { $match: { $or: ends.map((end) => ({ [`${end}Item`]: [] })) } },
    { $group: { _id: { near: '$near', far: '$far' } } },
    { $project: { near: '$_id.near', far: '$_id.far' } },
  ]);
}

/** Fields without ids; where they move into a join collection, also those in documents whose own `_id` is none. */
function malformed(links, moves) {
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
  const isBad = { $expr: { $not: [isGood] } };
  const isOfOther = { _id: { $not: { $type: 'objectId' } }, [`${pathOf(links)}.0`]: { $exists: true } };
  return lookForItems(links, [{ $match: moves ? { $or: [isBad, isOfOther] } : isBad }]);
}

/** Documents that the validator of their collection would refuse without the field, as the server itself judges them. */
function refusedWithout(links) {
  const path = pathOf(links);
  const { validator, validationAction, validationLevel } = optionsOf(links.collection);
  if (!validator || validationAction === 'warn' || validationLevel === 'off') return { number: 0, samples: [] };
  return lookForItems(links, [
    { $match: { [path]: { $exists: true } } },
    // What is refused already may be changed all the same.
    ...(validationLevel === 'moderate' ? [{ $match: validator }] : []),
    { $project: { [path]: 0 } },
    { $match: { $nor: [validator] } },
  ]);
}

/** Views that read a field that goes, also by way of other views: they would find nothing there. */
function viewsOf(links) {
  const views = db.getCollectionInfos({ type: 'view' }).map(({ name, options }) => ({ name, text: JSON.stringify(options) }));
  const sources = [links.collection];
  for (const source of sources) {
    const readers = views.filter(({ name, text }) => text.includes(JSON.stringify(source)) && !sources.includes(name));
    sources.push(...readers.map(({ name }) => name));
  }
  const found = views.filter(({ name, text }) => sources.includes(name) && text.includes(pathOf(links)));
  return { number: found.length, samples: found.slice(0, SAMPLES).map(({ name }) => name) };
}

function optionsOf(name) {
  const [{ options = {} } = {}] = db.getCollectionInfos({ name });
  return options;
}

function onBothSides(having, other) {
  const [total] = ask(having.collection, [...inBoth(having, other), { $count: 'number' }]);
  return { number: total ? Number(total.number) : 0, samples: [] };
}

function onlyIn(having, other) {
  return lookForLinks(having, lacking(having, other));
}

/** Items at the far end that could not hold what only the going field has: they hold something else, or are to hold two. */
function contradictoryFar(going, staying) {
  const { nearList, farList } = going;
  const stages = [
    ...lacking(going, staying),
    { $lookup: { from: going.nearCollection, localField: 'held', foreignField: '_id', as: 'holder' } },
    { $project: { near: 1, far: 1, held: { $arrayElemAt: ['$holder._id', 0] } } },
    { $group: { _id: '$far', near: { $min: '$near' }, last: { $max: '$near' }, held: { $max: '$held' }, times: { $sum: 1 } } },
    { $match: { $or: [{ held: { $ne: null } }, { times: { $gt: 1 } }] } },
  ];
  return look(going.collection, stages, { _id: 1 }, ({ _id, near, last, held }) =>
    `${farList} ${_id} with ${nearList} ${held || last} and ${nearList} ${near}`,
  );
}

/** One-to-one: items at the near end that one document holds already, where the going field links them to another. */
function contradictoryNear(going, staying) {
  const { nearList, farList } = going;
  const nameOf = ({ _id, far, other }) => `${nearList} ${_id} with ${farList} ${far} and ${farList} ${other}`;
  const twice = [
    ...lacking(going, staying),
    { $group: { _id: '$near', far: { $min: '$far' }, other: { $max: '$far' }, times: { $sum: 1 } } },
    { $match: { times: { $gt: 1 } } },
  ];
  const held = [
    ...besideOther(staying, going),
    { $unwind: '$held' },
    { $match: { $expr: { $ne: ['$held', '$far'] } } },
    { $lookup: { from: staying.collection, localField: 'held', foreignField: '_id', as: 'item' } },
    { $unwind: '$item' },
    { $match: { $expr: { $ne: [`$item.${pathOf(staying)}`, '$near'] } } },
    { $group: { _id: '$near', far: { $min: '$far' }, other: { $min: '$held' } } },
  ];
  const found = [look(going.collection, twice, { _id: 1 }, nameOf), look(staying.collection, held, { _id: 1 }, nameOf)];
  return {
    number: found.reduce((sum, { number }) => sum + number, 0),
    samples: found.flatMap(({ samples }) => samples).slice(0, SAMPLES),
  };
}

/** Indexes with a field that goes, other than the one that mongoose makes for it: rollback could not restore them. */
function ownIndexes(links) {
  const path = pathOf(links);
  const { collation } = optionsOf(links.collection);
  const known = ['v', 'key', 'name', 'ns', 'background', 'unique', 'sparse', 'collation'];
  const isMongooses = (index) =>
    links.index &&
    JSON.stringify(index.key) === JSON.stringify({ [path]: 1 }) &&
    index.name === `${path}_1` &&
    Boolean(index.unique) === links.index.unique &&
    Boolean(index.sparse) === links.index.sparse &&
    JSON.stringify(index.collation) === JSON.stringify(collation) &&
    Object.keys(index).every((option) => known.includes(option));
  const found = indexesWith(links).filter((index) => !isMongooses(index));
  const nameOf = ({ name, key }) =>
    `index ${name} (drop it first: ${Object.keys(key).some(isOf(path)) ? 'rollback could not restore it' : `its filter names ${path}`})`;
  return { number: found.length, samples: found.slice(0, SAMPLES).map(nameOf) };
}

/** Indexes with a field among their keys, or in the filter that says which documents they cover. */
function indexesWith(links) {
  const path = pathOf(links);
  const indexes = db.getCollection(links.collection).getIndexes();
  return indexes.filter(({ key, partialFilterExpression = {} }) => [...Object.keys(key), ...keysIn(partialFilterExpression)].some(isOf(path)));
}

/** Whether a key is a path, or something in it: `authors`, `authors.0`. */
function isOf(path) {
  return (key) => key === path || key.startsWith(`${path}.`);
}

/** The keys of an expression, at any depth. */
function keysIn(expression) {
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).flatMap(([key, value]) => [key, ...keysIn(value)]);
}

function repeated(links) {
  return lookForLinks(links, [
    // In arrays only an array with an id twice can have them.
    ...(links.isArray ? [{ $match: { $expr: hasTwice(links) } }] : []),
    ...pairs(links),
    { $group: { _id: { near: '$near', far: '$far' }, times: { $sum: 1 } } },
    { $match: { times: { $gt: 1 } } },
    { $project: { near: '$_id.near', far: '$_id.far' } },
  ]);
}

function shared(links) {
  const { nearList, farList } = links;
  const stages = [
    ...pairs(links),
    { $group: { _id: '$near', first: { $min: '$far' }, last: { $max: '$far' }, times: { $sum: 1 } } },
    { $match: { times: { $gt: 1 } } },
    ...existing('_id', links.nearCollection),
    { $project: { first: 1, last: 1, times: 1 } },
  ];
  return look(links.collection, stages, { _id: 1 }, ({ _id, first, last, times }) =>
    `${nearList} ${_id} from ${farList} ${first} and ${farList} ${last}${times > 2 ? ` and ${times - 2} more` : ''}`,
  );
}

function unlinked(field, from) {
  const ends = [...pairs(from), ...existing('near', from.nearCollection), { $group: { _id: '$near' } }, { $count: 'number' }];
  const [linked] = ask(from.collection, ends);
  const number = db.getCollection(field.collection).countDocuments({}) - (linked ? Number(linked.number) : 0);
  if (number < 2) return { number: 0, samples: [] };
  const first = ask(field.collection, [
    { $lookup: { from: from.collection, localField: '_id', foreignField: from.near, as: 'link' } },
    { $match: { link: [] } },
    { $limit: SAMPLES },
    { $project: { _id: 1 } },
  ]);
  return { number, samples: first.map(({ _id }) => `${field.nearList} ${_id}`) };
}

function notEmpty(links) {
  return { number: db.getCollection(links.collection).countDocuments({}), samples: [] };
}

function joinShape(links) {
  if (db.getCollectionInfos({ name: links.collection }).length === 0) {
    return { number: 1, samples: [`there is no collection ${links.collection}`] };
  }
  const indexes = db.getCollection(links.collection).getIndexes().filter(({ name }) => name !== '_id_');
  const keys = { $map: { input: { $objectToArray: '$$ROOT' }, as: 'entry', in: '$$entry.k' } };
  const isOdd = {
    $or: [
      { [links.near]: { $not: { $type: 'objectId' } } },
      { [links.far]: { $not: { $type: 'objectId' } } },
      { $expr: { $ne: [{ $setUnion: [keys] }, { $setUnion: [['_id', links.near, links.far, '__v']] }] } },
    ],
  };
  const odd = look(links.collection, [{ $match: isOdd }, { $project: { _id: 1 } }], { _id: 1 }, ({ _id }) => `document ${_id}`);
  return withIndexes(indexes, odd);
}

function fieldLeft(links) {
  return withIndexes(indexesWith(links), lookForItems(links, [{ $match: { [pathOf(links)]: { $exists: true } } }]));
}

function withIndexes(indexes, { number, samples }) {
  const names = indexes.map(({ name }) => `index ${name}`);
  return { number: names.length + number, samples: [...names, ...samples].slice(0, SAMPLES) };
}

// One line a check: its result, the relationship, the question, the answer.

const failures = [];

function report(relationship, question, answer, bad) {
  const { number, samples } = answer();
  const result = number === 0 ? 'ok' : bad;
  const detail = `${number}${samples.length > 0 ? `: ${samples.join(', ')}` : ''}`;
  const line = `${relationship}: ${question}: ${detail}`;
  if (result === 'FAIL') failures.push(line);
  print(`${result.padEnd(8)}  ${line}`);
}

function conclude(message) {
  if (failures.length > 0) throw new Error(`${amountOf(failures.length, 'check')} failed: ${message}`);
}

/** Whether none of the fields is left, and each of the join collections is there. */
function isMigrated(fields, joins) {
  for (const field of fields) {
    if (db.getCollection(field.collection).findOne({ [pathOf(field)]: { $exists: true } }, { _id: 1 })) return false;
  }
  for (const join of joins) {
    if (db.getCollectionInfos({ name: join.collection }).length === 0) return false;
  }
  return true;
}

for (const name of [...lists, ...joins.map(({ collection }) => collection)]) {
  for (const { type, options } of db.getCollectionInfos({ name })) {
    if (type !== 'collection') throw new Error(`${name} is a ${type}, which cannot be migrated: nothing was changed`);
    if (options.capped) throw new Error(`${name} is a capped collection, which cannot be migrated: nothing was changed`);
  }
}
const missing = lists.filter((name) => db.getCollectionInfos({ name }).length === 0);
if (missing.length > 0) {
  const advice = missing.map((name) => `db.createCollection(${JSON.stringify(name)})`).join('; ');
  throw new Error(
    `database ${db.getName()} has no collection ${missing.join(', ')}: is this the right database? Where a list never held an item, create it: ${advice}`,
  );
}

if (db.getCollectionInfos({ name: 'arcade_migrate_journal' }).length > 0) {
  throw new Error('a migrate or rollback was cut off: run it again, it will go on where it stopped');
}
if (joins.length > 0 && isMigrated(fields, joins)) {
  throw new Error('already migrated: nothing was changed, run verify to be sure');
}

report('Post.author <-> User.posts', 'indexes of your own with users.posts, which goes', () => ownIndexes(places['users.posts']), 'FAIL');
report('Post.author <-> User.posts', 'User documents that the validator of users would refuse without users.posts (correct them, or change it with collMod: Keystone 8 does not write posts)', () => refusedWithout(places['users.posts']), 'FAIL');
report('Post.author <-> User.posts', 'views that read users.posts, which goes', () => viewsOf(places['users.posts']), 'info');
report('Post.author <-> User.posts', 'documents whose posts.author is not an id', () => malformed(places['posts.author']), 'FAIL');
report('Post.author <-> User.posts', 'links in posts.author', () => countLinks(places['posts.author']), 'info');
report('Post.author <-> User.posts', 'ids in posts.author that point at nothing', () => dangling(places['posts.author']), 'left');
report('Post.author <-> User.posts', 'documents whose users.posts is not an array of ids', () => malformed(places['users.posts']), 'FAIL');
report('Post.author <-> User.posts', 'links in users.posts', () => countLinks(places['users.posts']), 'info');
report('Post.author <-> User.posts', 'ids in users.posts that point at nothing', () => dangling(places['users.posts']), 'left');
report('Post.author <-> User.posts', 'links on both sides', () => onBothSides(turned(places['posts.author']), places['users.posts']), 'info');
report('Post.author <-> User.posts', 'links that only posts.author has, which stays', () => onlyIn(turned(places['posts.author']), places['users.posts']), 'kept');
report('Post.author <-> User.posts', 'links that only users.posts has, which goes', () => onlyIn(places['users.posts'], turned(places['posts.author'])), 'FAIL');
report('Post.author <-> User.posts', 'Post documents that both sides together link to more than one User, which --reconcile merge would refuse', () => contradictoryFar(places['users.posts'], turned(places['posts.author'])), 'info');
report('Post.likedBy <-> User.likes', 'documents that are in post_likedby_user_likes already', () => notEmpty(places['post_likedby_user_likes']), 'FAIL');
report('Post.likedBy <-> User.likes', 'indexes of your own with posts.likedBy, which goes', () => ownIndexes(places['posts.likedBy']), 'FAIL');
report('Post.likedBy <-> User.likes', 'Post documents that the validator of posts would refuse without posts.likedBy (correct them, or change it with collMod: Keystone 8 does not write likedBy)', () => refusedWithout(places['posts.likedBy']), 'FAIL');
report('Post.likedBy <-> User.likes', 'views that read posts.likedBy, which goes', () => viewsOf(places['posts.likedBy']), 'info');
report('Post.likedBy <-> User.likes', 'indexes of your own with users.likes, which goes', () => ownIndexes(places['users.likes']), 'FAIL');
report('Post.likedBy <-> User.likes', 'User documents that the validator of users would refuse without users.likes (correct them, or change it with collMod: Keystone 8 does not write likes)', () => refusedWithout(places['users.likes']), 'FAIL');
report('Post.likedBy <-> User.likes', 'views that read users.likes, which goes', () => viewsOf(places['users.likes']), 'info');
report('Post.likedBy <-> User.likes', 'documents whose posts.likedBy is not an array of ids, or whose own _id is none', () => malformed(places['posts.likedBy'], true), 'FAIL');
report('Post.likedBy <-> User.likes', 'links in posts.likedBy', () => countLinks(places['posts.likedBy']), 'info');
report('Post.likedBy <-> User.likes', 'ids in posts.likedBy that point at nothing', () => dangling(places['posts.likedBy']), 'left');
report('Post.likedBy <-> User.likes', 'documents whose users.likes is not an array of ids, or whose own _id is none', () => malformed(places['users.likes'], true), 'FAIL');
report('Post.likedBy <-> User.likes', 'links in users.likes', () => countLinks(places['users.likes']), 'info');
report('Post.likedBy <-> User.likes', 'ids in users.likes that point at nothing', () => dangling(places['users.likes']), 'left');
report('Post.likedBy <-> User.likes', 'links on both sides', () => onBothSides(turned(places['posts.likedBy']), places['users.likes']), 'info');
report('Post.likedBy <-> User.likes', 'links that only posts.likedBy has, which stays', () => onlyIn(turned(places['posts.likedBy']), places['users.likes']), 'kept');
report('Post.likedBy <-> User.likes', 'links that only users.likes has, which goes', () => onlyIn(places['users.likes'], turned(places['posts.likedBy'])), 'FAIL');
report('Post.likedBy <-> User.likes', 'pairs that are more than once in posts.likedBy', () => repeated(places['posts.likedBy']), 'made one');
report('Profile.user <-> User.profile', 'indexes of your own with users.profile, which goes', () => ownIndexes(places['users.profile']), 'FAIL');
report('Profile.user <-> User.profile', 'User documents that the validator of users would refuse without users.profile (correct them, or change it with collMod: Keystone 8 does not write profile)', () => refusedWithout(places['users.profile']), 'FAIL');
report('Profile.user <-> User.profile', 'views that read users.profile, which goes', () => viewsOf(places['users.profile']), 'info');
report('Profile.user <-> User.profile', 'documents whose profiles.user is not an id', () => malformed(places['profiles.user']), 'FAIL');
report('Profile.user <-> User.profile', 'links in profiles.user', () => countLinks(places['profiles.user']), 'info');
report('Profile.user <-> User.profile', 'ids in profiles.user that point at nothing', () => dangling(places['profiles.user']), 'left');
report('Profile.user <-> User.profile', 'documents whose users.profile is not an id', () => malformed(places['users.profile']), 'FAIL');
report('Profile.user <-> User.profile', 'links in users.profile', () => countLinks(places['users.profile']), 'info');
report('Profile.user <-> User.profile', 'ids in users.profile that point at nothing', () => dangling(places['users.profile']), 'left');
report('Profile.user <-> User.profile', 'links on both sides', () => onBothSides(turned(places['profiles.user']), places['users.profile']), 'info');
report('Profile.user <-> User.profile', 'links that only profiles.user has, which stays', () => onlyIn(turned(places['profiles.user']), places['users.profile']), 'kept');
report('Profile.user <-> User.profile', 'links that only users.profile has, which goes', () => onlyIn(places['users.profile'], turned(places['profiles.user'])), 'FAIL');
report('Profile.user <-> User.profile', 'Profile documents that both sides together link to more than one User, which --reconcile merge would refuse', () => contradictoryFar(places['users.profile'], turned(places['profiles.user'])), 'info');
report('Profile.user <-> User.profile', 'User documents that both sides together link to more than one Profile, which --reconcile merge would refuse', () => contradictoryNear(places['users.profile'], turned(places['profiles.user'])), 'info');
report('Profile.user <-> User.profile', 'User documents that more than one profiles.user points at', () => shared(turned(places['profiles.user'])), 'FAIL');
report('Post.categories -> Category', 'documents that are in post_categories_manies already', () => notEmpty(places['post_categories_manies']), 'FAIL');
report('Post.categories -> Category', 'indexes of your own with posts.categories, which goes', () => ownIndexes(places['posts.categories']), 'FAIL');
report('Post.categories -> Category', 'Post documents that the validator of posts would refuse without posts.categories (correct them, or change it with collMod: Keystone 8 does not write categories)', () => refusedWithout(places['posts.categories']), 'FAIL');
report('Post.categories -> Category', 'views that read posts.categories, which goes', () => viewsOf(places['posts.categories']), 'info');
report('Post.categories -> Category', 'documents whose posts.categories is not an array of ids, or whose own _id is none', () => malformed(places['posts.categories'], true), 'FAIL');
report('Post.categories -> Category', 'links in posts.categories', () => countLinks(places['posts.categories']), 'info');
report('Post.categories -> Category', 'ids in posts.categories that point at nothing', () => dangling(places['posts.categories']), 'left');
report('Post.categories -> Category', 'pairs that are more than once in posts.categories', () => repeated(places['posts.categories']), 'made one');
report('Category.children <-> Category.parent', 'indexes of your own with categories.children, which goes', () => ownIndexes(places['categories.children']), 'FAIL');
report('Category.children <-> Category.parent', 'Category documents that the validator of categories would refuse without categories.children (correct them, or change it with collMod: Keystone 8 does not write children)', () => refusedWithout(places['categories.children']), 'FAIL');
report('Category.children <-> Category.parent', 'views that read categories.children, which goes', () => viewsOf(places['categories.children']), 'info');
report('Category.children <-> Category.parent', 'documents whose categories.parent is not an id', () => malformed(places['categories.parent']), 'FAIL');
report('Category.children <-> Category.parent', 'links in categories.parent', () => countLinks(places['categories.parent']), 'info');
report('Category.children <-> Category.parent', 'ids in categories.parent that point at nothing', () => dangling(places['categories.parent']), 'left');
report('Category.children <-> Category.parent', 'documents whose categories.children is not an array of ids', () => malformed(places['categories.children']), 'FAIL');
report('Category.children <-> Category.parent', 'links in categories.children', () => countLinks(places['categories.children']), 'info');
report('Category.children <-> Category.parent', 'ids in categories.children that point at nothing', () => dangling(places['categories.children']), 'left');
report('Category.children <-> Category.parent', 'links on both sides', () => onBothSides(turned(places['categories.parent']), places['categories.children']), 'info');
report('Category.children <-> Category.parent', 'links that only categories.parent has, which stays', () => onlyIn(turned(places['categories.parent']), places['categories.children']), 'kept');
report('Category.children <-> Category.parent', 'links that only categories.children has, which goes', () => onlyIn(places['categories.children'], turned(places['categories.parent'])), 'FAIL');
report('Category.children <-> Category.parent', 'Category documents that both sides together link to more than one Category, which --reconcile merge would refuse', () => contradictoryFar(places['categories.children'], turned(places['categories.parent'])), 'info');
report('Comment.author -> User', 'links in comments.author', () => countLinks(places['comments.author']), 'info');
report('Comment.author -> User', 'ids in comments.author that point at nothing', () => dangling(places['comments.author']), 'left');
report('Comment.post -> Post', 'links in comments.post', () => countLinks(places['comments.post']), 'info');
report('Comment.post -> Post', 'ids in comments.post that point at nothing', () => dangling(places['comments.post']), 'left');

conclude('migrate would refuse');
