// What the four scripts next to this file share. It is the same for every project, so you review it once.
// It needs mongosh 1 or 2 and MongoDB 4.2 or later. The checks before and after a change are in arcade-checks.js.
//
// Old Keystone stores links as ids: { collection, field, to } is a field with one id, { collection, array, to } one with an array of
// ids; `to` is the collection of the documents that they point at. Keystone 8 has join collections for many-to-many relationships:
// { collection, near, far } has a document for each link, with the id of the document that held the link before in near, and the
// other id in far. A null is not a link, and neither is the id of a document that no longer exists.

load(`${__dirname}/arcade-checks.js`);

// This collection has one document while migrate or rollback is under way. The data alone cannot tell whether join documents come
// from a run that was cut off or from Keystone 8, or whether arrays come from a rollback that was cut off or were never removed.
const MARKER = 'arcade_migrate';
// A join collection has this index while links are copied into it. Keystone 8 has no such index, so it is dropped at the end.
const COPYING = 'arcade_migrate';
// Links that are set aside go into this collection. rollback puts them back.
const GIVEN_UP = 'arcade_given_up';
// Documents are prepared here. Each run has its own, so a run that was killed while the server still works for it disturbs nothing.
let staging = null;

/** A relationship: where its links are, and what changes. `fields` are old Keystone's, `removed` those that Keystone 8 does not have. */
function step(relationship, places, change) {
  const [kept, dropped] = [places.kept, places.dropped].map((field) => {
    if (!field) return null;
    const path = field.array ?? field.field;
    return { ...field, path, name: `${field.collection}.${path}` };
  });
  const fields = [dropped, kept].filter(Boolean);
  const { join } = places;
  return { relationship, kept, dropped, join, fields, removed: join ? fields : [dropped], change };
}

// ---- the four scripts

/** Reports what migrate would do, and first what needs a decision. Changes nothing, and fails where migrate would refuse. */
function preflight(mode, steps, unchanged) {
  refuseCutOff(begin(steps));
  if (isDone(steps)) {
    print('verdict: already migrated');
    throw new Error('already migrated: run verify.js to check it');
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

/** Checks that the database is as Keystone 8 expects it. Changes nothing, and fails where it is not. */
function verify(steps, unchanged) {
  refuseCutOff(begin(steps));
  const found = findingsOf(steps, (one) => [...leftOver(one), ...asKeystoneMakesIt(one)]);
  report(found, steps, unchanged, ['migrated', 'this is not the database that Keystone 8 expects'], true);
}

/** Restores one relationship after the other. It also undoes a migrate that was cut off. Run again after it was cut off, it finishes. */
function rollback(steps) {
  const underWay = begin(steps);
  if (!underWay && !isMigrated(steps)) throw new Error('this is not a migrated database: nothing was changed');
  const found = findingsOf(steps, (one) => [...(underWay ? [] : oddIn(one)), ...beforeRollback(one)]);
  const hint = underWay === 'migrate' ? '. Run migrate.js again instead: it can finish' : '';
  refuse(`rollback refuses, and nothing was changed${hint}`, found);
  perform('rollback', steps);
  print('rolled back');
}

/** Refuses a database that the scripts cannot work on. Returns which script was cut off here: 'migrate', 'rollback' or null. */
function begin(steps) {
  const connection = db.getMongo();
  // A secondary can lag behind, and a write that only one member has can be rolled back.
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

/** What the user must correct when the server refuses a change. */
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
  for (const { removed, join } of steps) if ((join && !exists(join.collection)) || removed.some((field) => isLeft(field))) return false;
  return true;
}

/** Without a join collection, nothing shows an earlier migration, and running migrate once more does no harm. */
function isDone(steps) {
  return steps.some(({ join }) => join) && isMigrated(steps);
}

function refuseCutOff(underWay) {
  if (underWay) throw new Error(`${underWay}.js was cut off: run it again, it goes on where it stopped`);
}

// ---- what the scripts change

/** Copies the links of an array into a join collection, each once and in the array's order, and proves that all of them are there. */
function copyLinks(kept, join) {
  const path = `$${kept.path}`;
  const links = [
    { $match: { [kept.path]: { $type: 'array' } } },
    // Keystone 8 stores no order, so insertion keeps the order of the arrays. _id has an index to sort by.
    { $sort: { _id: 1 } },
    { $project: { far: eachOnce(path) } },
    { $unwind: '$far' },
    { $match: { far: { $ne: null } } },
    // Ids are looked up only if one of them belongs to a document that no longer exists.
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
      // It gets its name when it is complete. A run that comes late finds the name taken, and replaces nothing.
      db.getCollection(staging).renameCollection(collection);
    } catch (error) {
      if (error.code !== 48) throw error;
      db.getCollection(staging).drop();
    }
  }
  db.getCollection(collection).createIndex(key, options);
  // If Keystone 8 or an earlier run made the collection, links are missing from it.
  if (look(kept.collection, lackingInJoin(kept, join)).number > 0) {
    ask(kept.collection, [...links, { $merge: { into: collection, on: Object.keys(key), whenMatched: 'keepExisting' } }]);
    refuseLost(kept, kept.collection, lackingInJoin(kept, join), collection);
  }
  print(`  ${amountOf(db.getCollection(collection).estimatedDocumentCount(), 'link')} in ${collection}`);
}

/** Adds the links stored only on the dropped side to the kept side, where it has room. */
function addLinks(dropped, kept) {
  const links = kept.array ? onlyIn(dropped, kept) : [...fitting(dropped, kept), { $match: { fits: true } }];
  // In a field with one id, they replace a null or the id of a document that no longer exists.
  write(kept, dropped.collection, [...links, { $sort: { near: 1 } }, { $project: { near: '$far', far: '$near' } }], true);
}

/** One-to-one: sets aside and removes a link that another document holds too, and keeps. */
function setDoublesAside(relationship, kept, dropped) {
  const doubles = heldTwice(kept, dropped);
  setAside(relationship, kept, doubles);
  mergeInto(kept, kept.collection, [...doubles, { $project: { _id: '$near', [kept.path]: { $literal: null } } }]);
}

/** Converts texts in a field that are ids of documents into ids. */
function convertTexts({ collection, path, array }) {
  const converted = (value) => ({ $cond: [{ $eq: [{ $type: value }, 'string'] }, { $toObjectId: value }, value] });
  const value = array ? { $map: { input: `$${path}`, in: converted('$$this') } } : converted(`$${path}`);
  db.getCollection(collection).updateMany({ [path]: { $type: 'string' } }, [{ $set: { [path]: value } }]);
}

/** Sets links of a field aside, before they are removed from it. */
function setAside(relationship, field, links) {
  if (!hasLinks(field) || ask(field.collection, [...links, { $limit: 1 }]).length === 0) return;
  const asText = (id) => ({ $convert: { input: id, to: 'string', onError: null } });
  const names = { relationship: { $literal: relationship }, side: { $literal: field.name } };
  const link = { _id: keyOf(field), ...names, near: asText('$near'), far: asText('$far') };
  ask(field.collection, [...links, { $project: link }, { $merge: { into: GIVEN_UP, whenMatched: 'keepExisting' } }]);
}

/** Identifies a link that is set aside. */
const keyOf = ({ name }) => ({ side: { $literal: name }, near: '$near', far: '$far' });

/** Fails unless each link of the dropped side is on the kept side too, or is set aside. */
function proveKept(dropped, kept) {
  const found = { $lookup: { from: GIVEN_UP, localField: 'key', foreignField: '_id', as: 'found' } };
  const links = [...onlyIn(dropped, kept), { $addFields: { key: keyOf(dropped) } }, found, { $match: { found: [] } }];
  refuseLost(dropped, dropped.collection, links, kept.name);
}

/** Fails unless each link of a join collection is in the array that it came from. */
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
  throw new Error(`${source} has ${amountOf(number, 'link')} missing from ${place}: nothing was removed (${samples})`);
}

/** Drops the indexes of a field: a unique one would refuse documents without the field. */
function dropIndexes(field) {
  for (const { name } of indexesWith(field)) dropIndex(field.collection, name);
}

function dropIndex(collection, name) {
  if (indexesOf(collection).some((index) => index.name === name)) db.getCollection(collection).dropIndex(name);
}

/** Restores a field: its links that were set aside, and those in the join collection or in the field at the other end. */
function restore(field, from) {
  putBack(field);
  const [near, far] = from.near ? [`$${from.near}`, `$${from.far}`] : [`$${from.path}`, '$_id'];
  const links = [{ $sort: { _id: 1 } }, ...(from.array ? [{ $unwind: near }] : []), { $project: { near, far } }];
  // A unique index allows no second document that points at the target of a link stored only on the dropped side.
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

/** Writes links into a field, beside those that it holds. A field with one id keeps the id that it has, unless `replaces` is set. */
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

/** Merges documents into the collection of a field, through another one: MongoDB 4.2 cannot merge into a collection that it reads. */
function mergeInto(field, source, documents) {
  if (!exists(source) || !hasLinks(field)) return;
  ask(source, [...documents, { $out: staging }]);
  ask(staging, [{ $merge: { into: field.collection, whenMatched: 'merge', whenNotMatched: 'discard' } }]);
  db.getCollection(staging).drop();
}
