// What the four scripts beside this file share. It is the same for every project, so it needs one review only.
// For mongosh 1 and 2, and MongoDB 4.2 and later. What is checked before and after is in arcade-checks.js.
//
// Old Keystone stores links as ids: { collection, field, to } is a field with one id, { collection, array, to } one with an array of
// ids; `to` is the collection of the documents that they point at. Keystone 8 has join collections for many-to-many relationships:
// { collection, near, far } has a document for each link, with the id of the document that held the link before in near, and the
// other id in far. A null is no link, and neither is the id of a document that is gone.

load(`${__dirname}/arcade-checks.js`);

// A collection with one document while migrate or rollback is under way. The data cannot tell whether join documents are from a run
// that was cut off or from Keystone 8, nor whether arrays are from a rollback that was cut off or were never removed.
const MARKER = 'arcade_migrate';
// The index of a join collection while links are copied into it. Keystone 8 has no such index, so it is dropped at the end.
const COPYING = 'arcade_migrate';
// Links that are given up wait here for rollback, which puts them back.
const GIVEN_UP = 'arcade_given_up';
// Where documents are prepared. Each run has its own: what the server still does for a run that was killed disturbs nothing.
let staging = null;

/** A relationship: where its links are, and what changes. `fields` are those of old Keystone, `gone` those that Keystone 8 lacks. */
function step(relationship, places, change) {
  const [kept, dropped] = [places.kept, places.dropped].map((field) => {
    if (!field) return null;
    const path = field.array ?? field.field;
    return { ...field, path, name: `${field.collection}.${path}` };
  });
  const fields = [dropped, kept].filter(Boolean);
  const { join } = places;
  return { relationship, kept, dropped, join, fields, gone: join ? fields : [dropped], change };
}

// ---- the four scripts

/** Says what migrate would do, first what needs a decision. Changes nothing, and fails where migrate would refuse. */
function preflight(mode, steps, unchanged) {
  refuseCutOff(begin(steps));
  if (isDone(steps)) {
    print('verdict: already migrated');
    throw new Error('already migrated: run verify.js to be sure');
  }
  const found = findingsOf(steps, (one) => [...beforeMigrate(one, mode), ...toKnow(one)]);
  report(found, steps, unchanged, ['ready to migrate', 'migrate would refuse'], false);
}

/** Checks all relationships, then changes one after the other. Run again after it was cut off, it finishes. */
function migrate(mode, steps) {
  const underWay = begin(steps);
  if (underWay === 'rollback') throw new Error('a rollback was cut off: run rollback.js again. Nothing was changed');
  if (!underWay && isDone(steps)) throw new Error('already migrated: nothing was changed');
  refuse('migrate refuses, and nothing was changed', findingsOf(steps, (one) => beforeMigrate(one, mode, underWay)));
  perform('migrate', steps);
  print('migrated');
}

/** Says whether the database is as Keystone 8 expects it. Changes nothing, and fails where it is not. */
function verify(steps, unchanged) {
  refuseCutOff(begin(steps));
  const found = findingsOf(steps, (one) => [...leftOver(one), ...asKeystoneMakesIt(one)]);
  report(found, steps, unchanged, ['migrated', 'this is not the database that Keystone 8 expects'], true);
}

/** Restores one relationship after the other. It also takes back a migrate that was cut off. Run again, it finishes too. */
function rollback(steps) {
  const underWay = begin(steps);
  if (!underWay && !isMigrated(steps)) throw new Error('this is not a migrated database: nothing was changed');
  const found = findingsOf(steps, (one) => [...(underWay ? [] : oddIn(one)), ...beforeRollback(one)]);
  const hint = underWay === 'migrate' ? '. Run migrate.js again instead: it can finish' : '';
  refuse(`rollback refuses, and nothing was changed${hint}`, found);
  perform('rollback', steps);
  print('rolled back');
}

/** Sees to it that this is a database to work on, and tells which script was cut off here: 'migrate', 'rollback' or null. */
function begin(steps) {
  const connection = db.getMongo();
  // A secondary can be behind, and what only one member has written can be taken back.
  if (connection.getReadPrefMode() !== 'primary') connection.setReadPref('primary');
  connection.setWriteConcern('majority');
  const lists = [...new Set(steps.flatMap(({ fields }) => fields.flatMap(({ collection, to }) => [collection, to])))].sort();
  for (const name of [...lists, ...steps.flatMap(({ join }) => (join ? [join.collection] : []))]) {
    for (const { type, options } of db.getCollectionInfos({ name })) {
      if (type !== 'collection') throw new Error(`${name} is a ${type}: nothing was changed. To drop it: ${textOf(name)}.drop()`);
      const copy = `${textOf(name)}.aggregate([{ $out: 'uncapped' }]); db.uncapped.renameCollection(${quote(name)}, true)`;
      if (options.capped) throw new Error(`${name} is a capped collection: nothing was changed. To replace it: ${copy}`);
    }
  }
  if (lists.length > 0 && !lists.some((name) => exists(name))) {
    throw new Error(`database ${db.getName()} has no collection ${lists.join(', ')}: is this the right database? Nothing was changed`);
  }
  const marker = db.getCollection(MARKER).findOne({});
  if (!marker || String(marker.relationships) === String(namesOf(steps))) return marker && marker._id;
  throw new Error(`${marker._id}.js of other scripts was cut off: run that again first. Nothing was changed by this one`);
}

/** What a user has to put right when the server refuses a change. */
const REFUSALS = {
  121: 'the validator of the collection refuses this: change it with collMod',
  11000: 'a unique index refuses this: correct the documents',
};

function perform(script, steps) {
  staging = `arcade_staging_${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  const marker = db.getCollection(MARKER);
  marker.updateOne({ _id: script }, { $set: { relationships: namesOf(steps) } }, { upsert: true });
  marker.deleteMany({ _id: { $ne: script } });
  for (const [index, one] of steps.entries()) {
    print(`${index + 1} of ${steps.length}: ${one.relationship}`);
    try {
      one.change(one);
    } catch (error) {
      const refusal = REFUSALS[error.code];
      if (!refusal) throw error;
      throw new Error(`${refusal} and run this script again, it goes on here (${error.message})`);
    }
    if (one.join) dropIndex(one.join.collection, COPYING);
  }
  // Before the marker goes: a script that is cut off here does the rest when it is run again.
  if (script === 'rollback' && exists(GIVEN_UP)) {
    db.getCollection(GIVEN_UP).deleteMany({ side: { $in: steps.flatMap(({ fields }) => fields.map(({ name }) => name)) } });
    if (!has(GIVEN_UP, {})) db.getCollection(GIVEN_UP).drop();
  }
  for (const { name } of db.getCollectionInfos({ name: /^arcade_staging_/ })) db.getCollection(name).drop();
  marker.drop();
}

const namesOf = (steps) => steps.map(({ relationship }) => relationship).sort();

function isMigrated(steps) {
  const isLeft = ({ collection, path }) => has(collection, { [path]: { $exists: true } });
  for (const { gone, join } of steps) if ((join && !exists(join.collection)) || gone.some((field) => isLeft(field))) return false;
  return true;
}

/** Where no join collection tells of an earlier migration, migrate does no harm when it runs once more. */
function isDone(steps) {
  return steps.some(({ join }) => join) && isMigrated(steps);
}

function refuseCutOff(underWay) {
  if (underWay) throw new Error(`${underWay}.js was cut off: run it again, it goes on where it stopped`);
}

// ---- what the scripts change

/** Copies the links of an array into a join collection, each once and in the order of the array, and proves that all are there. */
function copyLinks(kept, join) {
  const path = `$${kept.path}`;
  const links = [
    { $match: { [kept.path]: { $type: 'array' } } },
    // Keystone 8 has no order of its own: the order of insertion keeps that of the arrays. _id has an index to sort by.
    { $sort: { _id: 1 } },
    { $project: { far: eachOnce(path) } },
    { $unwind: '$far' },
    { $match: { far: { $ne: null } } },
    // Only where any id is of a document that is gone, each has to be looked up.
    ...(idsOf(kept.collection, [...dangling(kept), { $limit: 1 }, ONLY_ID]).length > 0 ? existing('far', kept.to) : []),
    { $project: { _id: 0, [join.near]: '$_id', [join.far]: '$far', __v: { $literal: 0 } } },
  ];
  const { collection } = join;
  const [key, options] = [{ [join.near]: 1, [join.far]: 1 }, { name: COPYING, unique: true }];
  if (!exists(collection) && !hasLinks(kept)) db.createCollection(collection);
  if (!exists(collection)) {
    ask(kept.collection, [...links, { $out: staging }]);
    db.getCollection(staging).createIndex(key, options);
    try {
      // It gets its name when it is whole. A run that comes late finds the name taken, and replaces nothing.
      db.getCollection(staging).renameCollection(collection);
    } catch (error) {
      if (error.code !== 48) throw error;
      db.getCollection(staging).drop();
    }
  }
  db.getCollection(collection).createIndex(key, options);
  // Where Keystone 8 or an earlier run has made the collection, it lacks links.
  if (look(kept.collection, lackingInJoin(kept, join)).number > 0) {
    ask(kept.collection, [...links, { $merge: { into: collection, on: Object.keys(key), whenMatched: 'keepExisting' } }]);
    refuseLost(kept, kept.collection, lackingInJoin(kept, join), collection);
  }
  print(`  ${amountOf(db.getCollection(collection).estimatedDocumentCount(), 'link')} in ${collection}`);
}

/** Adds the links that are stored only on the dropped side to the kept side, as far as it has room. */
function addLinks(dropped, kept) {
  const links = kept.array ? onlyIn(dropped, kept) : [...fitting(dropped, kept), { $match: { fits: true } }];
  // What they replace in a field of one id is a null, or the id of a document that is gone.
  write(kept, dropped.collection, [...links, { $sort: { near: 1 } }, { $project: { near: '$far', far: '$near' } }], true);
}

/** Sets aside and removes what a one-to-one field holds while another document, which keeps it, holds the same. */
function giveUpDoubles(relationship, kept, dropped) {
  const doubles = heldTwice(kept, dropped);
  setAside(relationship, kept, doubles);
  mergeInto(kept, kept.collection, [...doubles, { $project: { _id: '$near', [kept.path]: { $literal: null } } }]);
}

/** Makes ids of the texts in a field that are the ids of documents. */
function convertTexts({ collection, path, array }) {
  const converted = (value) => ({ $cond: [{ $eq: [{ $type: value }, 'string'] }, { $toObjectId: value }, value] });
  const value = array ? { $map: { input: `$${path}`, in: converted('$$this') } } : converted(`$${path}`);
  db.getCollection(collection).updateMany({ [path]: { $type: 'string' } }, [{ $set: { [path]: value } }]);
}

/** Sets links of a field aside, before they are given up. */
function setAside(relationship, field, links) {
  if (!hasLinks(field) || ask(field.collection, [...links, { $limit: 1 }]).length === 0) return;
  const asText = (id) => ({ $convert: { input: id, to: 'string', onError: null } });
  const names = { relationship: { $literal: relationship }, side: { $literal: field.name } };
  const link = { _id: keyOf(field), ...names, near: asText('$near'), far: asText('$far') };
  ask(field.collection, [...links, { $project: link }, { $merge: { into: GIVEN_UP, whenMatched: 'keepExisting' } }]);
}

/** What a link that is set aside is known by. */
const keyOf = ({ name }) => ({ side: { $literal: name }, near: '$near', far: '$far' });

/** Fails unless each link of the dropped side is on the kept side too, or set aside. */
function proveKept(dropped, kept) {
  const found = { $lookup: { from: GIVEN_UP, localField: 'key', foreignField: '_id', as: 'found' } };
  const links = [...onlyIn(dropped, kept), { $addFields: { key: keyOf(dropped) } }, found, { $match: { found: [] } }];
  refuseLost(dropped, dropped.collection, links, kept.name);
}

/** Fails unless each link of a join collection is in the array that it was made from. */
function proveRestored(kept, join) {
  refuseLost(kept, join.collection, [
    { $group: { _id: `$${join.near}`, ids: { $push: `$${join.far}` } } },
    { $lookup: { from: kept.collection, localField: '_id', foreignField: '_id', as: 'item' } },
    { $unwind: '$item' },
    { $project: { near: '$_id', far: { $setDifference: ['$ids', arrayOf(`$item.${kept.path}`)] } } },
    { $unwind: '$far' },
  ], kept.name);
}

function refuseLost(field, source, links, place) {
  const { number, first } = look(source, links);
  if (number === 0) return;
  const samples = first.map((link) => sampleText(link, field)).join(', ');
  throw new Error(`${source} has ${amountOf(number, 'link')} that ${place} lacks: nothing was removed (${samples})`);
}

/** Drops the index that mongoose made for a field: a unique one would refuse documents without the field. */
function dropIndexes(field) {
  for (const { name } of indexesWith(field)) dropIndex(field.collection, name);
}

function dropIndex(collection, name) {
  if (indexesOf(collection).some((index) => index.name === name)) db.getCollection(collection).dropIndex(name);
}

/** Writes a field again: with the links that it gave up, and with those of the join collection or of the field at the other end. */
function restore(field, from) {
  putBack(field);
  const [near, far] = from.near ? [`$${from.near}`, `$${from.far}`] : [`$${from.path}`, '$_id'];
  const links = [{ $sort: { _id: 1 } }, ...(from.array ? [{ $unwind: near }] : []), { $project: { near, far } }];
  // A unique index has no room for a second document that points at what a link of the dropped side alone points at.
  const taken = field.index?.unique && from.path ? idsOf(field.collection, [...onlyIn(field, from), { $group: { _id: '$far' } }]) : [];
  write(field, from.collection, [...links, { $match: { near: { $ne: null }, far: { $nin: [null, ...taken] } } }]);
}

/** A list that never held an item has no collection. */
function hasLinks({ collection, to }) {
  return exists(collection) && exists(to);
}

/** Puts the links of a field that were set aside back where they were. */
function putBack(field) {
  const links = [{ $match: { side: field.name } }, { $project: { near: '$_id.near', far: '$_id.far' } }];
  if (has(GIVEN_UP, { side: field.name })) write(field, GIVEN_UP, links, true);
}

/** Writes links into a field, beside those that it holds; a field of one id keeps the one that it has, unless it is replaced. */
function write(field, source, links, replaces = false) {
  const isThere = has(field.collection, { [field.path]: { $exists: true } });
  const held = isThere ? `$item.${field.path}` : null;
  const many = isThere ? { $concatArrays: [arrayOf(held), { $setDifference: ['$ids', arrayOf(held)] }] } : eachOnce('$ids');
  const one = { $ifNull: [replaces ? null : held, { $arrayElemAt: ['$ids', 0] }] };
  const documents = [
    ...links,
    { $group: { _id: '$near', ids: { $push: '$far' } } },
    ...(isThere ? [...existing('_id', field.collection), { $unwind: '$item' }] : []),
    { $project: { [field.path]: field.array ? many : one } },
  ];
  mergeInto(field, source, documents);
}

/** Merges documents into the collection of a field. By way of another one: MongoDB 4.2 cannot merge into what it reads. */
function mergeInto(field, source, documents) {
  if (!exists(source) || !hasLinks(field)) return;
  ask(source, [...documents, { $out: staging }]);
  ask(staging, [{ $merge: { into: field.collection, whenMatched: 'merge', whenNotMatched: 'discard' } }]);
  db.getCollection(staging).drop();
}
