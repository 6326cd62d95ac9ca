// What the four scripts beside this file share. It is the same for every project, so it needs one review only.
// For mongosh 1 and 2, and MongoDB 4.2 and later.
//
// Old Keystone stores links as ids: { collection, field, to } is a field with one id, { collection, array, to } one with an array of
// ids; `to` is the collection of the documents that they point at. Keystone 8 has join collections for many-to-many relationships:
// { collection, near, far } has a document for each link, with the id of the document that held the link before in near, and the
// other id in far. A null is no link, and neither is the id of a document that is gone.

const SAMPLES = 10;
// A collection with one document while migrate or rollback is under way. The data cannot tell whether join documents are from a run
// that was cut off or from Keystone 8, nor whether arrays are from a rollback that was cut off or were never removed.
const MARKER = 'arcade_migrate';
// The index of a join collection while links are copied into it. Keystone 8 has no such index, so it is dropped at the end.
const COPYING = 'arcade_migrate';
// Links that are given up wait here for rollback, which puts them back.
const GIVEN_UP = 'arcade_given_up';
// Where documents are prepared. No other run knows it: what the server still does for a run that was killed disturbs nothing.
const STAGING = `arcade_staging_${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;

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
  const found = [];
  for (const one of steps) found.push(...findingsOf(one, [...beforeMigrate(one, mode), ...toKnow(one)]));
  report(found, steps, unchanged, ['ready to migrate', 'migrate would refuse'], false);
}

/** Checks all relationships, then changes one after the other. Run again after it was cut off, it finishes. */
function migrate(mode, steps) {
  const underWay = begin(steps);
  if (underWay === 'rollback') throw new Error('a rollback was cut off: run rollback.js again. Nothing was changed');
  if (!underWay && isDone(steps)) throw new Error('already migrated: nothing was changed');
  const found = [];
  for (const one of steps) found.push(...findingsOf(one, beforeMigrate(one, mode, underWay)));
  refuse('migrate refuses, and nothing was changed', found);
  perform('migrate', steps);
  print('migrated');
}

/** Says whether the database is as Keystone 8 expects it. Changes nothing, and fails where it is not. */
function verify(steps, unchanged) {
  refuseCutOff(begin(steps));
  const found = [];
  for (const one of steps) found.push(...findingsOf(one, [...leftOver(one), ...asKeystoneMakesIt(one), ...givenUp(one)]));
  report(found, steps, unchanged, ['migrated', 'this is not the database that Keystone 8 expects'], true);
}

/** Restores one relationship after the other. It also takes back a migrate that was cut off. Run again, it finishes too. */
function rollback(steps) {
  const underWay = begin(steps);
  if (!underWay && !isMigrated(steps)) throw new Error('this is not a migrated database: nothing was changed');
  const found = [];
  for (const one of steps) found.push(...findingsOf(one, [...(underWay ? [] : asKeystoneMakesIt(one)), ...beforeRollback(one)]));
  refuse(`rollback refuses, and nothing was changed${underWay === 'migrate' ? '. Run migrate.js again instead: it can finish' : ''}`, found);
  perform('rollback', steps);
  const side = { $in: steps.flatMap(({ fields }) => fields.map(({ name }) => name)) };
  db.getCollection(GIVEN_UP).deleteMany({ side });
  if (exists(GIVEN_UP) && !has(GIVEN_UP, {})) db.getCollection(GIVEN_UP).drop();
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
      const what = type !== 'collection' ? type : options.capped ? 'capped collection' : null;
      if (what) throw new Error(`${name} is a ${what}, which cannot be migrated: nothing was changed. To drop it: ${text(name)}.drop()`);
    }
  }
  if (lists.length > 0 && !lists.some((name) => exists(name))) {
    throw new Error(`database ${db.getName()} has no collection ${lists.join(', ')}: is this the right database? Nothing was changed`);
  }
  const marker = db.getCollection(MARKER).findOne({});
  if (!marker || String(marker.relationships) === String(namesOf(steps))) return marker && marker._id;
  throw new Error(`${marker._id}.js of other scripts was cut off: run that again first. Nothing was changed by this one`);
}

function perform(script, steps) {
  const marker = db.getCollection(MARKER);
  marker.updateOne({ _id: script }, { $set: { relationships: namesOf(steps) } }, { upsert: true });
  marker.deleteMany({ _id: { $ne: script } });
  for (const [index, one] of steps.entries()) {
    print(`${index + 1} of ${steps.length}: ${one.relationship}`);
    try {
      one.change(one);
    } catch (error) {
      if (error.code !== 121 && error.code !== 11000) throw error;
      const refusal = error.code === 121 ? 'the validator of the collection refuses this: change it with collMod' : 'a unique index refuses this: correct the documents';
      throw new Error(`${refusal} and run this script again, it goes on here (${error.message})`);
    }
    if (one.join) dropIndex(one.join.collection, COPYING);
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
    { $project: { far: { $cond: [hasTwice(path), firstOfEach(path), path] } } },
    { $unwind: '$far' },
    { $match: { far: { $ne: null } } },
    // Only where any id is of a document that is gone, each has to be looked up.
    ...(ask(kept.collection, [...dangling(kept), { $limit: 1 }]).length > 0 ? existing('far', kept.to) : []),
    { $project: { _id: 0, [join.near]: '$_id', [join.far]: '$far', __v: { $literal: 0 } } },
  ];
  const target = db.getCollection(join.collection);
  const [key, options] = [{ [join.near]: 1, [join.far]: 1 }, { name: COPYING, unique: true }];
  const isNew = !exists(join.collection);
  if (isNew) {
    ask(kept.collection, [...links, { $out: STAGING }]);
    db.getCollection(STAGING).createIndex(key, options);
    try {
      // It gets its name when it is whole. A run that comes late finds the name taken, and replaces nothing.
      db.getCollection(STAGING).renameCollection(join.collection);
    } catch (error) {
      if (error.code !== 48) throw error;
    }
  }
  // Where Keystone 8 or an earlier run has made the collection, only the links that it lacks are added.
  if (!isNew || exists(STAGING)) {
    target.createIndex(key, options);
    ask(kept.collection, [...links, { $merge: { into: join.collection, on: Object.keys(key), whenMatched: 'keepExisting' } }]);
  }
  refuseLost(kept, kept.collection, lackingInJoin(kept, join), join.collection);
  print(`  ${amountOf(target.estimatedDocumentCount(), 'link')} in ${join.collection}`);
}

/** Adds the links that are stored only on the dropped side to the kept side, as far as it has room. */
function addLinks(dropped, kept) {
  const links = dropped.array && kept.array ? onlyIn(dropped, kept) : [...settled(dropped, kept), { $match: { fits: true } }];
  write(kept, dropped.collection, [...links, { $sort: { near: 1 } }, { $project: { near: '$far', far: '$near' } }]);
}

/** Sets the links that are stored only on the dropped side aside. */
function setAside(relationship, field, links) {
  if (ask(field.collection, [...links, { $limit: 1 }]).length === 0) return;
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
  throw new Error(`${source} has ${amountOf(number, 'link')} that ${place} lacks: nothing was removed (${first.map(shown(field)).join(', ')})`);
}

/** Drops the index that mongoose made for a field: a unique one would refuse documents without the field. */
function dropIndexes(field) {
  for (const { name } of indexesWith(field)) dropIndex(field.collection, name);
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

/** Puts the links of a field that were set aside back where they were. */
function putBack(field) {
  const links = [{ $match: { side: field.name } }, { $project: { near: '$_id.near', far: '$_id.far' } }];
  if (has(GIVEN_UP, { side: field.name })) write(field, GIVEN_UP, links, true);
}

/** Writes links into a field, beside those that it holds; a field of one id keeps the one that it has, unless it is replaced. */
function write(field, source, links, replaces = false) {
  const isThere = has(field.collection, { [field.path]: { $exists: true } });
  const held = isThere ? `$item.${field.path}` : null;
  const documents = [
    ...links,
    { $group: { _id: '$near', ids: { $push: '$far' } } },
    ...(isThere ? [...existing('_id', field.collection), { $unwind: '$item' }] : []),
    { $project: { [field.path]: field.array
      ? { $concatArrays: [arrayOf(held), isThere ? { $setDifference: ['$ids', arrayOf(held)] } : '$ids'] }
      : { $ifNull: [replaces ? null : held, { $arrayElemAt: ['$ids', 0] }] } } },
  ];
  // By way of another collection, since MongoDB 4.2 cannot merge into one that it reads.
  ask(source, [...documents, { $out: STAGING }]);
  ask(STAGING, [{ $merge: { into: field.collection, whenMatched: 'merge', whenNotMatched: 'discard' } }]);
  db.getCollection(STAGING).drop();
}

// ---- what is asked: { result, what, in, stages } finds documents, { result, what, names } has them; `cure` says what settles it

/** What stands in the way of migrate, as FAIL, and what becomes of links that are not in order. */
function beforeMigrate({ kept, dropped, join, fields, gone }, mode, underWay) {
  const checks = [];
  for (const field of fields) {
    const moves = join && (field === kept || mode !== 'discard');
    const what = `documents whose ${field.name} is not ${field.array ? 'an array of ids' : 'an id'}${moves ? ', or whose own _id is none' : ''}`;
    checks.push({ result: 'FAIL', what, field, stages: malformed(field, moves), cure: ({ _id }) => [`to empty the first: ${emptied(field, _id)}`] });
  }
  for (const field of gone) {
    const own = ownIndexes(field);
    checks.push({ result: 'FAIL', what: `indexes of your own with ${field.name}, which rollback could not restore`, names: own, cure: () => own.map((name) => `to drop it: ${text(field.collection)}.dropIndex(${quote(name)})`) });
    const warn = `to let it warn only: db.runCommand({ collMod: ${quote(field.collection)}, validationAction: 'warn' })`;
    checks.push({ result: 'FAIL', what: `documents that the validator of ${field.collection} refuses without ${field.path}`, field, stages: refusedWithout(field), cure: () => [warn] });
  }
  if (join && !underWay) {
    const what = `links of Keystone 8 in ${join.collection}`;
    const keep = 'to keep them beside those of the arrays: generate --reconcile merge --replace';
    checks.push(mode === 'merge' ? { result: 'note', what: `${what}, which stay`, in: join.collection, stages: [] } : { result: 'FAIL', what, in: join.collection, stages: [], cure: () => [keep] });
  }
  return dropped ? [...checks, ...compareSides(kept, dropped, join, mode)] : checks;
}

function compareSides(kept, dropped, join, mode) {
  const what = `links stored only in ${dropped.name}`;
  const only = { what, field: dropped, stages: onlyIn(dropped, kept) };
  const giveUp = (link) => `to give the first up: ${unlinked(dropped, link)}`;
  const checks = [];
  if (mode === 'abort') {
    const cure = (link) => ['for all of them: generate --reconcile merge --replace, or resolve, or discard', `to keep the first: ${linked(kept, link)}`, giveUp(link)];
    checks.push({ ...only, result: 'FAIL', cure });
  }
  if (mode === 'discard') checks.push({ ...only, result: 'given up', cure: () => [`they are set aside in ${GIVEN_UP}`] });
  if (mode === 'merge' && join) checks.push({ ...only, result: 'added', what: `${what}, which are added to ${join.collection}` });
  if (mode === 'merge' && !join) {
    const links = settled(dropped, kept);
    checks.push({ ...only, result: 'added', what: `${what}, which are added to ${kept.name}`, stages: [...links, { $match: { fits: true } }] });
    const over = { ...only, result: 'FAIL', what: `${what}, for which ${kept.name} has no room`, stages: [...links, { $match: { fits: false } }] };
    checks.push({ ...over, cure: (link) => [giveUp(link)] });
  }
  return [...checks, ...heldOnce(kept, dropped)];
}

/** One-to-one: links of the kept side that another document there has too. */
function heldOnce(kept, dropped) {
  if (kept.array || dropped.array) return [];
  const what = `links of ${kept.name} that another document of ${kept.collection} has too`;
  return [{ result: 'FAIL', what, field: kept, stages: heldTwice(kept, dropped), cure: (link) => [`to give the first up: ${unlinked(kept, link)}`] }];
}

/** What else is to be known before. */
function toKnow({ kept, dropped, fields, gone }) {
  const note = (field, what, stages) => ({ result: 'note', what, field, stages });
  return [
    ...fields.map((field) => ({ ...note(field, `ids of documents that are gone in ${field.name}, which are no links`, dangling(field)), in: field.collection, shows: field.to })),
    ...fields.filter(({ array }) => array).map((field) => note(field, `arrays ${field.name} with an id more than once, which counts once`, [{ $match: { $expr: hasTwice(`$${field.path}`) } }, ONLY_ID])),
    ...(dropped ? [note(kept, `links stored only in ${kept.name}, which are kept`, onlyIn(kept, dropped))] : []),
    ...gone.map((field) => ({ result: 'note', what: `views that read ${field.name} and will not find it`, names: viewsOf(field) })),
  ];
}

/** What is left of the old shape. */
const leftOver = ({ gone }) => gone.flatMap((field) => [
  { result: 'FAIL', what: `documents with ${field.name}`, field, stages: [{ $match: { [field.path]: { $exists: true } } }, ONLY_ID], cure: () => ['to remove it: run migrate.js'] },
  extraIndexes(`indexes with ${field.name}`, field.collection, indexesWith(field)),
]);

/** Links that rollback would put back. */
const givenUp = ({ fields }) => fields.map(({ name }) => ({
  result: 'note', what: `links of ${name} in ${GIVEN_UP}, which rollback puts back`, in: GIVEN_UP, stages: [{ $match: { side: name } }], shows: '',
}));

/** What is not as Keystone 8 makes it. */
function asKeystoneMakesIt({ kept, dropped, join }) {
  if (!join) return heldOnce(kept, dropped);
  const { collection, near, far } = join;
  if (!exists(collection)) return [{ result: 'FAIL', what: 'missing collections', names: [collection], cure: () => [`to create it: db.createCollection(${quote(collection)})`] }];
  const keys = { $map: { input: { $objectToArray: '$$ROOT' }, in: '$$this.k' } };
  const isOdd = [near, far].map((end) => ({ [end]: { $not: { $type: 'objectId' } } }));
  const gone = [[near, kept.collection], [far, kept.to]].map(([end, list]) => ({ $lookup: { from: list, localField: end, foreignField: '_id', as: `at_${end}` } }));
  const check = (what, stages) => ({ result: 'FAIL', what: `${what} in ${collection}`, in: collection, stages, cure: ({ _id }) => [`to delete the first: ${text(collection)}.deleteOne({ _id: ${shownId(_id)} })`] });
  return [
    check('documents that are not as Keystone 8 makes them', [{ $match: { $or: [...isOdd, { $expr: { $not: [{ $setEquals: [keys, ['_id', near, far, '__v']] }] } }] } }]),
    check('links that are there more than once', [{ $group: { _id: { near: `$${near}`, far: `$${far}` }, ids: { $push: '$_id' } } }, { $match: { 'ids.1': { $exists: true } } }, { $project: { _id: { $arrayElemAt: ['$ids', 1] } } }]),
    check('links to documents that are gone', [...gone, { $match: { $or: [near, far].map((end) => ({ [`at_${end}`]: [] })) } }]),
    extraIndexes(`indexes of ${collection} that Keystone 8 does not have`, collection, db.getCollection(collection).getIndexes().filter(({ name }) => name !== '_id_')),
  ];
}

/** What stands in the way of rollback: a unique index that it makes again, and that has no room for what there is by now. */
function beforeRollback({ kept, join, gone }) {
  const checks = [];
  for (const field of gone.filter(({ index }) => index?.unique)) {
    const { collection: source, near, far } = join ? (field === kept ? join : { ...join, near: join.far, far: join.near }) : { ...kept, near: kept.path };
    const allowed = `the unique index of ${field.name} allows one`;
    const shared = [{ $group: { _id: `$${far}`, times: { $sum: 1 } } }, { $match: { times: { $gt: 1 } } }];
    if (join) checks.push({ result: 'FAIL', what: `documents of ${field.to} with several links in ${source}, where ${allowed}`, in: source, shows: field.to, stages: shared });
    if (field.index.sparse) continue;
    const withoutField = { [`item.0.${field.path}`]: null };
    const linked = [{ $match: { [near]: { $ne: null } } }, { $group: { _id: `$${near}` } }, ...existing('_id', field.collection), { $match: withoutField }];
    const number = db.getCollection(field.collection).countDocuments({ [field.path]: null }) - look(source, linked).number;
    const alone = [{ $match: { [field.path]: null } }, { $lookup: { from: source, localField: '_id', foreignField: near, as: 'item' } }, { $match: { item: [] } }, { $limit: SAMPLES }, ONLY_ID];
    if (number > 1) checks.push({ result: 'FAIL', what: `documents without a link, where ${allowed}`, field, stages: alone, number });
  }
  return checks;
}

/** Asks the checks of a relationship, and gives what was found. */
function findingsOf({ relationship }, checks) {
  const found = [];
  for (const { result, what, names, field, stages, cure = () => [], ...check } of checks) {
    const source = check.in ?? field?.collection;
    const answer = names ? { number: names.length, first: [] } : look(source, stages);
    const number = check.number ?? answer.number;
    if (number === 0) continue;
    const samples = names ? names.slice(0, SAMPLES) : answer.first.map(shown(field, check.shows ?? source));
    const remedy = result === 'FAIL' ? cure(answer.first[0]) : [];
    found.push({ result, relationship, lines: [`${what}: ${number.toLocaleString('en')}`, ...samples.map((sample) => `  ${sample}`), ...remedy] });
  }
  return found;
}

const linesOf = ({ result, relationship, lines: [first, ...others] }) => [
  `${result.padEnd(10)}${relationship}: ${first}`,
  ...others.map((line) => `          ${line}`),
];

function refuse(message, found) {
  const failed = found.filter(({ result }) => result === 'FAIL');
  if (failed.length > 0) throw new Error([`${message}: ${amountOf(failed.length, 'problem')}`, ...failed.flatMap(linesOf)].join('\n'));
}

function report(found, steps, unchanged, [good, bad], isMigrated) {
  const order = ['FAIL', 'given up', 'added', 'converted', 'note'];
  for (const line of order.flatMap((result) => found.filter((one) => one.result === result)).flatMap(linesOf)) print(line);
  const failed = found.filter(({ result }) => result === 'FAIL');
  for (const { relationship, kept, join } of steps) {
    if (failed.some((one) => one.relationship === relationship)) continue;
    const { number } = isMigrated && join ? look(join.collection, []) : look(kept.collection, linksOf(kept));
    print(`ok        ${relationship}: ${amountOf(number, 'link')}`);
  }
  if (unchanged > 0) print(`ok        ${amountOf(unchanged, 'relationship')} that Arcade does not change`);
  print(`verdict: ${failed.length === 0 ? good : `FAIL, ${amountOf(failed.length, 'problem')}`}`);
  refuse(bad, found);
}

// ---- questions

/** Links of a field, each once, with what the documents that it points at hold: looked up once a document, not once a link. */
function linksOf(field, other) {
  return [
    { $match: { [field.path]: field.array ? { $type: 'array' } : { $ne: null } } },
    { $project: { [field.path]: 1 } },
    { $lookup: { from: field.to, localField: field.path, foreignField: '_id', as: 'item' } },
    { $unwind: '$item' },
    { $project: { near: '$_id', far: '$item._id', ...(other && { held: `$item.${other.path}` }) } },
  ];
}

/** Links of one field that the field at the other end lacks. */
function onlyIn(field, other) {
  if (field.array || !other.array) {
    const isHeld = other.array ? { $in: ['$near', arrayOf('$held')] } : { $eq: ['$near', '$held'] };
    return [...linksOf(field, other), { $match: { $expr: { $not: [isHeld] } } }];
  }
  // Each document with an array is looked up once, however many others point at it.
  return [
    { $match: { [field.path]: { $ne: null } } },
    { $group: { _id: `$${field.path}`, ids: { $push: '$_id' } } },
    ...existing('_id', field.to),
    { $unwind: '$item' },
    { $project: { near: { $setDifference: ['$ids', arrayOf(`$item.${other.path}`)] }, far: '$_id', held: '$_id' } },
    { $unwind: '$near' },
  ];
}

/** Links of an array that a join collection lacks. */
function lackingInJoin(field, { collection, near, far }) {
  const isNear = { $match: { $expr: { $eq: [`$${near}`, '$$near'] } } };
  // The ids alone: whole join documents would be too many for one document, where an array is long.
  const joined = { let: { near: '$_id' }, pipeline: [isNear, { $group: { _id: null, ids: { $push: `$${far}` } } }], as: 'kept' };
  return [
    { $match: { [field.path]: { $type: 'array' } } },
    { $project: { ids: `$${field.path}` } },
    { $lookup: { from: collection, ...joined } },
    { $project: { near: '$_id', far: { $setDifference: ['$ids', arrayOf({ $arrayElemAt: ['$kept.ids', 0] })] } } },
    { $unwind: '$far' },
    { $match: { far: { $ne: null } } },
    ...existing('far', field.to),
  ];
}

/** Links that only the dropped side has, and whether the kept side, which holds one id, has room for them (`fits`). */
function settled(dropped, kept) {
  // One-to-one, or with a unique index: then each document has room for one link at the other end too.
  const isOne = !dropped.array || indexesWith(kept).some(({ unique, key }) => unique && Object.keys(key).length === 1);
  const taken = isOne ? idsOf(kept.collection, [...onlyIn(kept, dropped), { $match: { held: { $ne: null } } }, { $group: { _id: '$far' } }]) : [];
  const first = (end) => [
    { $sort: { fits: -1, near: 1, far: 1 } },
    { $group: { _id: `$${end}`, links: { $push: { near: '$near', far: '$far', fits: '$fits' } } } },
    { $unwind: { path: '$links', includeArrayIndex: 'place' } },
    { $project: { near: '$links.near', far: '$links.far', fits: { $and: ['$links.fits', { $eq: ['$place', 0] }] } } },
  ];
  return [
    ...onlyIn(dropped, kept),
    { $lookup: { from: kept.to, localField: 'held', foreignField: '_id', as: 'holder' } },
    { $project: { near: 1, far: 1, fits: { $and: [{ $eq: ['$holder', []] }, { $not: [{ $in: ['$near', taken] }] }] } } },
    ...first('far'),
    ...(isOne ? first('near') : []),
  ];
}

/** One-to-one: links that another document holds too. The one that both sides have stays, else the one with the lowest id. */
function heldTwice(kept, dropped) {
  const agreed = `$item.${dropped.path}`;
  return [
    { $match: { [kept.path]: { $ne: null } } },
    { $group: { _id: `$${kept.path}`, near: { $push: '$_id' } } },
    { $match: { 'near.1': { $exists: true } } },
    ...existing('_id', kept.to),
    { $unwind: '$item' },
    { $project: { far: '$_id', near: 1, stays: { $cond: [{ $in: [agreed, '$near'] }, agreed, { $min: '$near' }] } } },
    { $unwind: '$near' },
    { $match: { $expr: { $ne: ['$near', '$stays'] } } },
  ];
}

/** Ids of documents that are gone. */
const dangling = (field) => [
  ...(field.array ? [{ $match: { [field.path]: { $type: 'array' } } }, { $unwind: `$${field.path}` }] : []),
  { $group: { _id: `$${field.path}` } },
  { $match: { _id: { $ne: null } } },
  ...existing('_id', field.to, false),
];

const existing = (end, collection, isThere = true) => [
  { $lookup: { from: collection, localField: end, foreignField: '_id', as: 'item' } },
  { $match: { item: isThere ? { $ne: [] } : [] } },
];

function malformed(field, moves) {
  const value = `$${field.path}`;
  const isId = (id) => ({ $in: [{ $type: id }, ['objectId', 'null', 'undefined', 'missing']] });
  const areIds = { $allElementsTrue: [{ $map: { input: arrayOf(value), in: isId('$$this') } }] };
  const isNone = { $in: [{ $type: value }, ['null', 'undefined', 'missing']] };
  const isBad = { $expr: { $not: [field.array ? { $cond: [{ $isArray: value }, areIds, isNone] } : isId(value)] } };
  // The id of the document itself moves too.
  return [{ $match: moves ? { $or: [isBad, { _id: { $not: { $type: 'objectId' } }, [`${field.path}.0`]: { $exists: true } }] } : isBad }, ONLY_ID];
}

/** Documents that the validator of their collection would refuse without a field, as the server itself judges them. */
function refusedWithout({ collection, path }) {
  const [{ options = {} } = {}] = db.getCollectionInfos({ name: collection });
  const { validator, validationAction, validationLevel } = options;
  if (!validator || validationAction === 'warn' || validationLevel === 'off') return [{ $match: { _id: { $in: [] } } }];
  // At the level moderate, what is refused already may be changed all the same.
  const judged = validationLevel === 'moderate' ? [{ $match: validator }] : [];
  return [{ $match: { [path]: { $exists: true } } }, ...judged, { $project: { [path]: 0 } }, { $match: { $nor: [validator] } }, ONLY_ID];
}

/** Views that read a field, also by way of other views. */
function viewsOf({ collection, path }) {
  const views = db.getCollectionInfos({ type: 'view' }).map(({ name, options }) => ({ name, reads: JSON.stringify(options) }));
  const sources = [collection];
  for (const source of sources) {
    const readers = views.filter(({ name, reads }) => reads.includes(JSON.stringify(source)) && !sources.includes(name));
    sources.push(...readers.map(({ name }) => name));
  }
  return views.filter(({ name, reads }) => sources.includes(name) && reads.includes(path)).map(({ name }) => name);
}

/** Indexes with a field among their keys, or in the filter that says which documents they cover. */
function indexesWith({ collection, path }) {
  const keysIn = (value) => (value && typeof value === 'object' ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]) : []);
  const isOf = (key) => key === path || key.startsWith(`${path}.`);
  return indexesOf(collection).filter(({ key, partialFilterExpression }) => [...Object.keys(key), ...keysIn(partialFilterExpression)].some(isOf));
}

/** Those that mongoose did not make. */
function ownIndexes(field) {
  const [{ options = {} } = {}] = db.getCollectionInfos({ name: field.collection });
  const known = ['v', 'key', 'name', 'ns', 'background', 'unique', 'sparse', 'collation'];
  const isOwn = (index) =>
    !field.index ||
    JSON.stringify(index.key) !== JSON.stringify({ [field.path]: 1 }) ||
    index.name !== `${field.path}_1` ||
    Boolean(index.unique) !== Boolean(field.index.unique) ||
    Boolean(index.sparse) !== Boolean(field.index.sparse) ||
    JSON.stringify(index.collation) !== JSON.stringify(options.collation) ||
    Object.keys(index).some((option) => !known.includes(option));
  return indexesWith(field).filter(isOwn).map(({ name }) => name);
}

function indexesOf(collection) {
  return exists(collection) ? db.getCollection(collection).getIndexes() : [];
}

function dropIndex(collection, name) {
  if (indexesOf(collection).some((index) => index.name === name)) db.getCollection(collection).dropIndex(name);
}

function ask(collection, stages) {
  return db.getCollection(collection).aggregate(stages, { allowDiskUse: true }).toArray();
}

/** How many documents there are, and the first of them. */
function look(collection, stages) {
  const first = [{ $sort: { near: 1, far: 1, _id: 1 } }, { $limit: SAMPLES }];
  const [found] = ask(collection, [...stages, { $project: { near: 1, far: 1 } }, { $facet: { total: [{ $count: 'number' }], first } }]);
  return found?.total[0] ? { number: Number(found.total[0].number), first: found.first } : { number: 0, first: [] };
}

function idsOf(collection, stages) {
  return ask(collection, stages).map(({ _id }) => _id);
}

function has(collection, filter) {
  return db.getCollection(collection).findOne(filter, { _id: 1 }) !== null;
}

function exists(name) {
  return db.getCollectionInfos({ name }).length > 0;
}

const ONLY_ID = { $project: { _id: 1 } };
const arrayOf = (value) => ({ $cond: [{ $isArray: [value] }, value, []] });
const hasTwice = (ids) => ({ $ne: [{ $size: arrayOf(ids) }, { $size: { $setUnion: [arrayOf(ids)] } }] });
const firstOfEach = (ids) => ({ $reduce: { input: ids, initialValue: [], in: { $cond: [{ $in: ['$$this', '$$value'] }, '$$value', { $concatArrays: ['$$value', ['$$this']] }] } } });

// ---- words

const amountOf = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
const quote = (name) => `'${JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
const text = (collection) => `db.getCollection(${quote(collection)})`;
const shownId = (id) => (id?._bsontype === 'ObjectId' ? `ObjectId('${id}')` : JSON.stringify(id));
const shown = (field, collection) => ({ _id, near, far }) => (far === undefined ? `${collection} ${_id}` : `${field.collection} ${near} -> ${field.to} ${far}`);
const update = (collection, id, change, path, value) => `${text(collection)}.updateOne({ _id: ${shownId(id)} }, { ${change}: { ${quote(path)}: ${value} } })`;
const emptied = (field, id) => update(field.collection, id, '$unset', field.path, "''");
const unlinked = (field, { near, far }) => (field.array ? update(field.collection, near, '$pull', field.path, shownId(far)) : emptied(field, near));
const linked = (field, { near, far }) => update(field.collection, far, field.array ? '$addToSet' : '$set', field.path, shownId(near));
const extraIndexes = (what, collection, found) => {
  const names = found.map(({ name }) => name);
  return { result: 'FAIL', what, names, cure: () => names.map((name) => `to drop it: ${text(collection)}.dropIndex(${quote(name)})`) };
};
