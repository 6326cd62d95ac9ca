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

const connection = db.getMongo();
// What a secondary has may be old: nothing is proved by it.
if (connection.getReadPrefMode() !== 'primary') connection.setReadPref('primary');
// What one member of a replica set alone has written is taken back when it fails.
connection.setWriteConcern('majority');

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

// Large collections take their time: only then is each part of the work told.
const isLarge = lists.some((collection) => db.getCollection(collection).estimatedDocumentCount() >= 10000);

function tell(text) {
  if (isLarge) print(`   ${text}`);
}

const problems = [];

function guard(relationship, question, answer) {
  tell(`${relationship}: ${question}?`);
  const { number, samples } = answer();
  if (number === 0) return;
  problems.push(`${relationship}: ${question}: ${number}${samples.length > 0 ? `: ${samples.join(', ')}` : ''}`);
}

function refuseProblems(message, hint) {
  if (problems.length > 0) throw new Error([`${message}: nothing was changed`, ...problems, hint].join('\n'));
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

// While the script runs, a collection of its own notes which operations are done, so that running it again
// after it was cut off goes on where it stopped. The collection is dropped at the end.

const journal = db.getCollection('arcade_migrate_journal');

// Which scripts these are: those of another version have other operations behind the same numbers.
const scripts = '0134d3cc97db6980';

// Which run this is. One that begins while another is under way takes over, since that may be cut off; the other stops.
const run = `${Date.now().toString(36)}_${Math.random().toString(36).slice(2)}`;

function refuseOtherScripts() {
  for (const note of journal.find({}).toArray()) {
    if (note.scripts === scripts) continue;
    throw new Error(
      `arcade_migrate_journal is of other scripts, whose ${note._id} was cut off: let that finish first, nothing was changed by this one`,
    );
  }
}

function doneIn(direction) {
  const note = journal.findOne({ _id: direction });
  return note ? note.done : null;
}

function startJournal(direction, done, begun) {
  try {
    journal.insertOne({ _id: direction, scripts, run, done, begun });
  } catch (error) {
    if (error.code !== 11000) throw error;
    throw new Error('another run has begun at the same time: nothing was changed by this one');
  }
}

function takeOver(direction) {
  journal.updateOne({ _id: direction }, { $set: { run } });
}

function refuseTakenOver() {
  if (!journal.findOne({ run })) throw new Error('another run has taken over: this one stops, and that one finishes the job');
}

/** The operation that is under way. */
let performing = 0;

const refusals = {
  121: 'the validator of the collection refuses this: change it with collMod',
  11000: 'a unique index refuses this: correct the documents',
};

function perform(direction, operation, title, action) {
  const done = doneIn(direction);
  refuseTakenOver();
  if (done.includes(operation)) {
    print(`${operation}. ${title}: done before`);
    return;
  }
  print(`${operation}. ${title}`);
  performing = operation;
  const started = Date.now();
  try {
    action();
  } catch (error) {
    const refusal = refusals[error.code];
    if (!refusal) throw error;
    throw new Error(`${refusal} and run this script again, it goes on here (${error.message})`);
  }
  tell(`done in ${Math.round((Date.now() - started) / 1000)} s`);
  journal.updateOne({ _id: direction, run }, { $addToSet: { done: operation } });
}

function endJournal() {
  refuseTakenOver();
  // What runs that were cut off have left.
  for (const { name } of db.getCollectionInfos({ name: /^arcade_migrate_(staging|aside)_/ })) {
    const left = db.getCollection(name);
    if (name.startsWith('arcade_migrate_staging_') || !left.findOne({}, { _id: 1 })) left.drop();
  }
  journal.drop();
}

/** Notes that the operation changes something from here on: until then, rollback has nothing to take back of it. */
function begin() {
  const { matchedCount } = journal.updateOne({ run }, { $set: { begun: performing } });
  if (matchedCount === 0) refuseTakenOver();
}

// What is on its way is in a collection that no other run knows: what the server still does for one that was killed changes nothing else.
const staging = `arcade_migrate_staging_${run}`;

/** Writes the links of a field into a join collection, which gets its name when it is complete. */
function createJoinCollection(join, from) {
  const collection = db.getCollection(join.collection);
  // With links in it, it is complete: before the first run it was empty, or not there.
  if (collection.findOne({}, { _id: 1 })) return;
  const path = pathOf(from);
  const source = db.getCollection(from.collection);
  tell(`writing the links of ${amountOf(source.estimatedDocumentCount(), 'document')}`);
  ask(from.collection, [
    { $match: { [path]: { $type: 'array' } } },
    // Keystone 8 has no order of its own: the order of insertion keeps that of the arrays. _id has an index to sort by.
    { $sort: { _id: 1 } },
    { $project: { far: `$${path}` } },
    ...(isRepeated(from) ? firstOfEach : []),
    { $unwind: '$far' },
    { $match: { far: { $ne: null } } },
    ...(hasGone(from, 'far') ? existing('far', from.farCollection) : []),
    { $project: { _id: 0, [join.near]: '$_id', [join.far]: '$far', __v: { $literal: 0 } } },
    { $out: staging },
  ]);
  moveIntoPlace(join);
  tell(`${amountOf(collection.estimatedDocumentCount(), 'link')} written`);
}

/** Stages that leave in arrays the first of each id, in the same order. */
const firstOfEach = [
  { $unwind: { path: '$far', includeArrayIndex: 'place' } },
  { $group: { _id: { near: '$_id', far: '$far' }, place: { $min: '$place' } } },
  { $sort: { place: 1 } },
  { $group: { _id: '$_id.near', far: { $push: '$_id.far' } } },
  { $sort: { _id: 1 } },
];

/** Whether any array has an id more than once. */
function isRepeated(links) {
  return ask(links.collection, [{ $match: { $expr: hasTwice(links) } }, { $limit: 1 }, { $project: { _id: 1 } }]).length > 0;
}

/** Gives what was written its name, unless another run has done so by now: its fields may be gone already. */
function moveIntoPlace(join) {
  const collection = db.getCollection(join.collection);
  const written = db.getCollection(staging);
  if (!journal.findOne({ run }) || collection.findOne({}, { _id: 1 })) {
    written.drop();
    refuseTakenOver();
    return;
  }
  begin();
  // Keystone 8 makes an empty one when it starts. It is moved aside, since a drop could come late, and to one that is full by now.
  if (db.getCollectionInfos({ name: join.collection }).length > 0) {
    const aside = db.getCollection(`arcade_migrate_aside_${run}`);
    collection.renameCollection(aside.getName());
    if (aside.findOne({}, { _id: 1 })) {
      aside.renameCollection(join.collection);
      throw new Error(`another run has filled ${join.collection}: this one stops`);
    }
    aside.drop();
  }
  written.renameCollection(join.collection);
}

/** Drops the indexes of a field. */
function dropIndexes(field) {
  const collection = db.getCollection(field.collection);
  for (const { key, name } of collection.getIndexes()) {
    if (Object.keys(key).includes(pathOf(field))) collection.dropIndex(name);
  }
}

/** Stages that find the links of a field which a join collection lacks. */
function lackingInJoin(field, join) {
  const path = pathOf(field);
  return [
    { $match: { [path]: { $type: 'array' } } },
    { $project: { ids: `$${path}` } },
    // The ids alone: whole join documents would be too many for one document, where an array is long.
    { $lookup: { from: join.collection, let: { near: '$_id' }, pipeline: idsOf(join, '$$near'), as: 'kept' } },
    { $project: { near: '$_id', far: { $setDifference: ['$ids', arrayOf({ $arrayElemAt: ['$kept.ids', 0] })] } } },
    { $unwind: '$far' },
    { $match: { far: { $ne: null } } },
    ...existing('far', field.farCollection),
  ];
}

function idsOf(join, near) {
  return [{ $match: { $expr: { $eq: [`$${join.near}`, near] } } }, { $group: { _id: null, ids: { $push: `$${join.far}` } } }];
}

/** Lets the links of a join collection be found by their near end while something is asked of it. Keystone has no such index. */
function withIndex(join, work) {
  const name = 'arcade_migrate_proof';
  const collection = db.getCollection(join.collection);
  collection.createIndex({ [join.near]: 1 }, { name });
  let result;
  try {
    result = work(); // mongosh waits for what is assigned, not for what is returned
  } finally {
    // Another run, which took over, may have dropped it.
    if (collection.getIndexes().some((index) => index.name === name)) collection.dropIndex(name);
  }
  return result;
}

/** Fails unless each link of a field is kept elsewhere. */
function proveKept(field, keptIn) {
  tell(`looking for links that ${keptIn.collection} lacks`);
  const isJoin = keptIn.near !== '_id' && keptIn.far !== '_id';
  const lost = isJoin
    ? withIndex(keptIn, () => lookForLinks(field, lackingInJoin(field, keptIn)))
    : lookForLinks(field, lacking(field, keptIn));
  if (lost.number === 0) return;
  throw new Error(
    `${field.collection}.${pathOf(field)} has ${amountOf(lost.number, 'link')} that ${keptIn.collection} lacks: it was not removed (${lost.samples.join(', ')})`,
  );
}

/** Removes a field from all documents, after a proof that each of its links is kept elsewhere or is to be given up. */
function removeField(field, keptIn, { giveUp = false } = {}) {
  if (!giveUp) proveKept(field, keptIn);
  const path = pathOf(field);
  const collection = db.getCollection(field.collection);
  begin();
  tell(`removing ${path} from the documents of ${field.collection}`);
  // An index on the field goes first: a unique one would refuse documents that lack it.
  dropIndexes(field);
  const { modifiedCount } = collection.updateMany({ [path]: { $exists: true } }, { $unset: { [path]: '' } });
  tell(`${amountOf(modifiedCount, 'document')} changed`);
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

refuseOtherScripts();
if (doneIn('rollback')) {
  throw new Error('a rollback was cut off: run rollback again to let it finish, nothing was changed');
}
if (doneIn('migrate')) {
  takeOver('migrate');
} else {
  if (joins.length > 0 && isMigrated(fields, joins)) {
    throw new Error('already migrated: nothing was changed, run verify to be sure');
  }

  // Refuse what cannot be migrated without losing a link, or contradicts itself.
  guard('Post.author <-> User.posts', 'indexes of your own with users.posts, which goes', () => ownIndexes(places['users.posts']));
  guard('Post.author <-> User.posts', 'User documents that the validator of users would refuse without users.posts (correct them, or change it with collMod: Keystone 8 does not write posts)', () => refusedWithout(places['users.posts']));
  guard('Post.author <-> User.posts', 'documents whose posts.author is not an id', () => malformed(places['posts.author']));
  guard('Post.author <-> User.posts', 'documents whose users.posts is not an array of ids', () => malformed(places['users.posts']));
  guard('Post.author <-> User.posts', 'links that only users.posts has, which goes', () => onlyIn(places['users.posts'], turned(places['posts.author'])));
  guard('Post.likedBy <-> User.likes', 'documents that are in post_likedby_user_likes already', () => notEmpty(places['post_likedby_user_likes']));
  guard('Post.likedBy <-> User.likes', 'indexes of your own with posts.likedBy, which goes', () => ownIndexes(places['posts.likedBy']));
  guard('Post.likedBy <-> User.likes', 'Post documents that the validator of posts would refuse without posts.likedBy (correct them, or change it with collMod: Keystone 8 does not write likedBy)', () => refusedWithout(places['posts.likedBy']));
  guard('Post.likedBy <-> User.likes', 'indexes of your own with users.likes, which goes', () => ownIndexes(places['users.likes']));
  guard('Post.likedBy <-> User.likes', 'User documents that the validator of users would refuse without users.likes (correct them, or change it with collMod: Keystone 8 does not write likes)', () => refusedWithout(places['users.likes']));
  guard('Post.likedBy <-> User.likes', 'documents whose posts.likedBy is not an array of ids, or whose own _id is none', () => malformed(places['posts.likedBy'], true));
  guard('Post.likedBy <-> User.likes', 'documents whose users.likes is not an array of ids, or whose own _id is none', () => malformed(places['users.likes'], true));
  guard('Post.likedBy <-> User.likes', 'links that only users.likes has, which goes', () => onlyIn(places['users.likes'], turned(places['posts.likedBy'])));
  guard('Profile.user <-> User.profile', 'indexes of your own with users.profile, which goes', () => ownIndexes(places['users.profile']));
  guard('Profile.user <-> User.profile', 'User documents that the validator of users would refuse without users.profile (correct them, or change it with collMod: Keystone 8 does not write profile)', () => refusedWithout(places['users.profile']));
  guard('Profile.user <-> User.profile', 'documents whose profiles.user is not an id', () => malformed(places['profiles.user']));
  guard('Profile.user <-> User.profile', 'documents whose users.profile is not an id', () => malformed(places['users.profile']));
  guard('Profile.user <-> User.profile', 'links that only users.profile has, which goes', () => onlyIn(places['users.profile'], turned(places['profiles.user'])));
  guard('Profile.user <-> User.profile', 'User documents that more than one profiles.user points at', () => shared(turned(places['profiles.user'])));
  guard('Post.categories -> Category', 'documents that are in post_categories_manies already', () => notEmpty(places['post_categories_manies']));
  guard('Post.categories -> Category', 'indexes of your own with posts.categories, which goes', () => ownIndexes(places['posts.categories']));
  guard('Post.categories -> Category', 'Post documents that the validator of posts would refuse without posts.categories (correct them, or change it with collMod: Keystone 8 does not write categories)', () => refusedWithout(places['posts.categories']));
  guard('Post.categories -> Category', 'documents whose posts.categories is not an array of ids, or whose own _id is none', () => malformed(places['posts.categories'], true));
  guard('Category.children <-> Category.parent', 'indexes of your own with categories.children, which goes', () => ownIndexes(places['categories.children']));
  guard('Category.children <-> Category.parent', 'Category documents that the validator of categories would refuse without categories.children (correct them, or change it with collMod: Keystone 8 does not write children)', () => refusedWithout(places['categories.children']));
  guard('Category.children <-> Category.parent', 'documents whose categories.parent is not an id', () => malformed(places['categories.parent']));
  guard('Category.children <-> Category.parent', 'documents whose categories.children is not an array of ids', () => malformed(places['categories.children']));
  guard('Category.children <-> Category.parent', 'links that only categories.children has, which goes', () => onlyIn(places['categories.children'], turned(places['categories.parent'])));
  refuseProblems(
    'migration refused',
    'Correct what is named above and run the script again. Another --reconcile helps only with links that one side lacks.',
  );
  startJournal('migrate', [], 0);
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
