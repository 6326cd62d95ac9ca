// What the scripts check before and after a change. arcade.js loads this file. It changes nothing.
//
// A check is { result, what, in, stages, cure }: the stages find documents in a collection, or links ({ near, far }) of a field.
// FAIL stops the script, and its cure resolves it. The other results say what happens to links that are out of step.

const SAMPLES = 10;

/** What migrate refuses (FAIL), and what happens to links that are out of step. */
function beforeMigrate(one, mode, underWay) {
  const { kept, dropped, join, fields, removed } = one;
  const checks = [];
  for (const field of fields) checks.push(...valuesOf(field, join && (field === kept || mode !== 'discard'), mode));
  for (const field of removed) {
    const { name, path, collection } = field;
    const warn = `to let it warn only: db.runCommand({ collMod: ${quote(collection)}, validationAction: 'warn' })`;
    checks.push(
      extraIndexes(`indexes of your own with ${name}, which rollback could not make again`, collection, ownIndexes(field)),
      fail(field, `documents that the validator of ${collection} refuses without ${path}`, refusedWithout(field), () => [warn]),
    );
  }
  if (join && !underWay && exists(join.collection)) checks.push(...alreadyIn(one, mode));
  return dropped ? [...checks, ...twoSides(kept, dropped, join, mode)] : checks;
}

const fail = (field, what, stages, cure) => ({ result: 'FAIL', what, field, stages, cure });

/** Values that are not ids. Texts that are ids of documents can be converted. */
function valuesOf(field, moves, mode) {
  const { name, array } = field;
  const what = `documents whose ${name} is not ${array ? 'an array of ids' : 'an id'}${moves ? ', or whose own _id is none' : ''}`;
  const empty = ({ _id, near }) => [`to empty the first: ${emptied(field, near ?? _id)}`];
  const checks = [fail(field, what, malformed(field, moves), empty)];
  if (!has(field.collection, { [field.path]: { $type: 'string' } })) return checks;
  return [
    ...checks,
    fail(field, `texts in ${name} that are the id of no document`, texts(field, false), empty),
    mode === 'resolve'
      ? { result: 'converted', what: `ids stored as text in ${name}`, field, stages: texts(field, true) }
      : fail(field, `ids stored as text in ${name}`, texts(field, true), () => [`to convert them: ${generate('resolve')}`]),
  ];
}

/** Links that Keystone 8 stored, if it was started before the migration. */
function alreadyIn({ kept, join }, mode) {
  const what = `links of Keystone 8 in ${join.collection}`;
  const keep = `to keep them, and the links of ${kept.name}: ${generate('merge')}, or resolve`;
  if (mode !== 'merge' && mode !== 'resolve') return [{ ...fail(null, what, [], () => [keep]), in: join.collection }];
  return [{ result: 'note', what: `${what}, which stay`, in: join.collection, stages: [] }, ...asKeystoneMakesIt({ kept, join })];
}

/** Links that are stored on one side only, or that contradict each other. */
function twoSides(kept, dropped, join, mode) {
  const what = `links stored only in ${dropped.name}`;
  const only = { what, field: dropped, stages: onlyIn(dropped, kept) };
  const giveUp = (link) => `to give the first up: ${unlinked(dropped, link)}`;
  const aside = () => [`they go into ${GIVEN_UP}, and rollback puts them back`];
  const doubles = join || dropped.array ? [] : [doublesIn(kept, dropped)];
  if (mode === 'abort') {
    const cure = (link) => [`for all of them: ${generate('merge')}, or resolve, or discard`, `to keep the first: ${linked(kept, link)}`];
    return [{ ...only, result: 'FAIL', cure: (link) => [...cure(link), giveUp(link)] }, ...doubles];
  }
  const settled = doubles.map((check) => ({ ...check, result: 'given up', cure: aside }));
  if (mode === 'discard') return [{ ...only, result: 'given up', cure: aside }, ...settled];
  if (join) return [{ ...only, result: 'added', what: `${what}, for ${join.collection}` }];
  const links = fitting(dropped, kept, mode === 'resolve');
  const rest = { ...only, what: `${what}, for which ${kept.name} has no room`, stages: [...links, { $match: { fits: false } }] };
  return [
    { ...only, result: 'added', what: `${what}, for ${kept.name}`, stages: [...links, { $match: { fits: true } }] },
    mode === 'resolve'
      ? { ...rest, result: 'given up', cure: aside }
      : { ...rest, result: 'FAIL', cure: (link) => [`for all of them: ${generate('resolve')}, or discard`, giveUp(link)] },
    ...(mode === 'resolve' ? settled : doubles),
  ];
}

/** One-to-one: links on the kept side that another document holds too, and keeps. */
function doublesIn(kept, dropped) {
  const what = `links of ${kept.name} that another document of ${kept.collection} has too`;
  const first = (link) => `to give the first up: ${unlinked(kept, link)}`;
  return fail(kept, what, heldTwice(kept, dropped), (link) => [`for all of them: ${generate('resolve')}, or discard`, first(link)]);
}

/** What else a user should know before the migration. */
function toKnow({ kept, dropped, fields, removed }) {
  const checks = [];
  const note = (field, what, stages, of) => checks.push({ result: 'note', what, field, stages, of });
  for (const field of fields) {
    note(field, `ids in ${field.name} of documents that are gone, which are not links`, dangling(field), field.to);
    if (field.array) note(field, `arrays ${field.name} with an id more than once, which counts once`, repeated(field));
  }
  for (const field of removed) {
    checks.push({ result: 'note', what: `views that read ${field.name}, and will not find it`, names: viewsOf(field) });
  }
  if (dropped) note(kept, `links stored only in ${kept.name}, which are kept`, onlyIn(kept, dropped));
  return checks;
}

/** What is left of the old shape, and what rollback would put back. */
function leftOver({ fields, removed }) {
  const checks = [];
  for (const field of removed) {
    const left = [{ $match: { [field.path]: { $exists: true } } }, ONLY_ID];
    checks.push(
      fail(field, `documents with ${field.name}`, left, () => ['to remove it: run migrate.js']),
      extraIndexes(`indexes with ${field.name}`, field.collection, indexesWith(field)),
    );
  }
  for (const { name } of fields) {
    const stages = [{ $match: { side: name } }, { $project: { _id: '$near' } }];
    checks.push({ result: 'note', what: `links of ${name} in ${GIVEN_UP}, for rollback`, in: GIVEN_UP, stages });
  }
  return checks;
}

/** What is not as Keystone 8 makes it. */
function asKeystoneMakesIt(one) {
  const { kept, join } = one;
  const { collection, near, far } = join ?? {};
  if (!join || !exists(collection)) return oddIn(one);
  const twice = [
    { $group: { _id: { near: `$${near}`, far: `$${far}` }, last: { $max: '$_id' }, times: { $sum: 1 } } },
    { $match: { times: { $gt: 1 } } },
    { $project: { _id: '$last' } },
  ];
  const first = (path) => ({ _id }) => [`to delete the first: ${textOf(collection)}.deleteMany({ ${quote(path)}: ${idText(_id)} })`];
  const gone = (path, list) => ({
    ...fail(null, `documents of ${list} that are gone but have links in ${collection}`, [], first(path)),
    ...{ in: collection, of: list, stages: [{ $group: { _id: `$${path}` } }, ...existing('_id', list, false)] },
  });
  const repeats = { ...fail(null, `links that are more than once in ${collection}`, twice, first('_id')), in: collection };
  return [...oddIn(one), repeats, gone(near, kept.collection), gone(far, kept.to)];
}

/** What rollback could not undo. */
function oddIn({ kept, dropped, join }) {
  if (!join) return dropped.array ? [] : [doublesIn(kept, dropped)];
  const { collection, near, far } = join;
  const create = `to create it: db.createCollection(${quote(collection)})`;
  if (!exists(collection)) return [{ result: 'FAIL', what: 'missing collections', names: [collection], cure: () => [create] }];
  const keys = { $map: { input: { $objectToArray: '$$ROOT' }, in: '$$this.k' } };
  const isOdd = [near, far].map((end) => ({ [end]: { $not: { $type: 'objectId' } } }));
  const first = ({ _id }) => [`to delete the first: ${textOf(collection)}.deleteOne({ _id: ${idText(_id)} })`];
  const isOther = { $expr: { $not: [{ $setEquals: [keys, ['_id', near, far, '__v']] }] } };
  const stages = [{ $match: { $or: [...isOdd, isOther] } }, ONLY_ID];
  const others = db.getCollection(collection).getIndexes().filter(({ name }) => name !== '_id_');
  return [
    { ...fail(null, `documents of ${collection} that are not as Keystone 8 makes them`, stages, first), in: collection },
    extraIndexes(`indexes of ${collection} that Keystone 8 does not have`, collection, others),
  ];
}

/** What rollback refuses: a unique index that it would create again does not allow the present links. */
function beforeRollback({ kept, join, removed }) {
  const checks = [];
  for (const field of removed.filter(({ index }) => index && index.unique)) {
    const { collection, path, name, to } = field;
    const [near, far] = !join ? [kept.path, '_id'] : field === kept ? [join.near, join.far] : [join.far, join.near];
    const source = join ? join.collection : kept.collection;
    const shared = [{ $group: { _id: `$${far}`, times: { $sum: 1 } } }, { $match: { times: { $gt: 1 } } }];
    const allowed = `the unique index of ${name} allows one`;
    const several = `documents of ${to} with several links, where ${allowed}`;
    if (join) checks.push({ result: 'FAIL', what: several, in: source, stages: shared, of: to });
    if (field.index.sparse) continue;
    const linked = [{ $match: { [near]: { $ne: null } } }, { $group: { _id: `$${near}` } }, ...existing('_id', collection)];
    const returned = [{ $match: { side: name } }, { $group: { _id: '$_id.near' } }];
    const filled = look(source, [...linked, { $match: { [`item.0.${path}`]: null } }]).number + look(GIVEN_UP, returned).number;
    const number = db.getCollection(collection).countDocuments({ [path]: null }) - filled;
    const links = { $lookup: { from: source, localField: '_id', foreignField: near, as: 'links' } };
    const stages = [{ $match: { [path]: null } }, links, { $match: { links: [] } }, { $limit: SAMPLES }, ONLY_ID];
    if (number > 1) checks.push({ result: 'FAIL', what: `documents without a link, where ${allowed}`, field, stages, number });
  }
  return checks;
}

// ---- what was found

/** Runs the checks of each relationship, and returns what they find. */
function findingsOf(steps, checksOf) {
  const found = [];
  for (const one of steps) {
    for (const check of checksOf(one)) {
      const lines = answerOf(check);
      if (lines) found.push({ result: check.result, relationship: one.relationship, lines });
    }
  }
  return found;
}

/** The lines that report what a check finds, its cure last; null if it finds nothing. */
function answerOf({ what, field, names, stages, cure, ...check }) {
  const source = check.in ?? field?.collection;
  const answer = names ? { number: names.length, first: [] } : look(source, stages);
  const number = check.number ?? answer.number;
  if (number === 0) return null;
  const samples = names ? names.slice(0, SAMPLES) : answer.first.map((sample) => sampleText(sample, field, check.of ?? source));
  return [
    `${what}: ${number.toLocaleString('en')}`,
    ...samples.map((sample) => `  ${sample}`),
    ...(cure ? cure(answer.first[0]) : []),
  ];
}

const linesOf = ({ result, relationship, lines: [first, ...others] }) => [
  `${result.padEnd(10)}${relationship}: ${first}`,
  ...others.map((line) => `          ${line}`),
];

function refuse(message, found) {
  const failed = found.filter(({ result }) => result === 'FAIL');
  if (failed.length === 0) return;
  throw new Error([`${message}: ${amountOf(failed.length, 'problem')}`, ...failed.flatMap(linesOf)].join('\n'));
}

/** Prints what needs a decision, then a line for each relationship that is in order, then the verdict. */
function report(found, steps, unchanged, [good, bad], inJoins) {
  const results = ['FAIL', 'given up', 'added', 'converted', 'note'];
  for (const one of results.flatMap((result) => found.filter((each) => each.result === result))) {
    for (const line of linesOf(one)) print(line);
  }
  const failed = found.filter(({ result }) => result === 'FAIL');
  for (const { relationship, kept, join } of steps) {
    if (failed.some((one) => one.relationship === relationship)) continue;
    const { number } = inJoins && join ? look(join.collection, []) : look(kept.collection, linksOf(kept));
    print(`ok        ${relationship}: ${amountOf(number, 'link')}`);
  }
  if (unchanged > 0) print(`ok        ${amountOf(unchanged, 'relationship')} that Arcade does not change`);
  print(`verdict: ${failed.length === 0 ? good : `FAIL, ${amountOf(failed.length, 'problem')}`}`);
  // The report above has all of it.
  refuse(bad, found.map((one) => ({ ...one, lines: one.lines.slice(0, 1) })));
}

// ---- stages

/** Links of a field, each once, with what their targets hold. Targets are looked up once per document, not once per link. */
function linksOf(field, other) {
  return [
    { $match: { [field.path]: field.array ? { $type: 'array' } : { $ne: null } } },
    { $project: { [field.path]: 1 } },
    { $lookup: { from: field.to, localField: field.path, foreignField: '_id', as: 'item' } },
    { $unwind: '$item' },
    { $project: { near: '$_id', far: '$item._id', ...(other && { held: `$item.${other.path}` }) } },
  ];
}

/** Links of one field that are missing from the field at the other end. */
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

/** Links of an array that are missing from a join collection. */
function lackingInJoin(field, { collection, near, far }) {
  const isNear = { $match: { $expr: { $eq: [`$${near}`, '$$near'] } } };
  // Only the ids: for a long array, whole join documents would not fit into one document.
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

/** Links stored only on the dropped side, and whether the kept side, which holds one id, has room for them (`fits`). */
function fitting(dropped, kept, settles = false) {
  // In a one-to-one relationship, or with a unique index, a document can have only one link at the other end too.
  const isUnique = indexesWith(kept).some(({ unique, key }) => unique && Object.keys(key).length === 1);
  const isOne = isUnique || !dropped.array;
  const others = [...onlyIn(kept, dropped), { $match: { held: { $ne: null } } }, { $group: { _id: '$far' } }];
  const taken = isOne && !isUnique ? idsOf(kept.collection, others) : [];
  const sharing = { $lookup: { from: kept.collection, localField: 'near', foreignField: kept.path, as: 'sharing' } };
  const freed = settles && !dropped.array ? idsOf(kept.collection, [...heldTwice(kept, dropped), { $project: { _id: '$near' } }]) : [];
  const isFree = { $or: [{ $eq: ['$holder', []] }, { $in: ['$far', freed] }] };
  const isAlone = { $and: [{ $not: [{ $in: ['$near', taken] }] }, { $eq: [{ $ifNull: ['$sharing', []] }, []] }] };
  return [
    ...onlyIn(dropped, kept),
    { $lookup: { from: kept.to, localField: 'held', foreignField: '_id', as: 'holder' } },
    ...(isUnique ? [sharing] : []),
    { $project: { near: 1, far: 1, fits: { $and: [isFree, isAlone] } } },
    ...oneFits('far'),
    ...(isOne ? oneFits('near') : []),
  ];
}

/** Of the links with the same document at one end, only the one with the lowest ids fits. */
const oneFits = (end) => [
  { $sort: { fits: -1, near: 1, far: 1 } },
  { $group: { _id: `$${end}`, links: { $push: { near: '$near', far: '$far', fits: '$fits' } } } },
  { $unwind: { path: '$links', includeArrayIndex: 'place' } },
  { $project: { near: '$links.near', far: '$links.far', fits: { $and: ['$links.fits', { $eq: ['$place', 0] }] } } },
];

/** One-to-one: links that another document holds too. The one that both sides hold stays, else the one with the lowest id. */
function heldTwice(kept, dropped) {
  const agreed = `$item.${dropped.path}`;
  const stays = { $cond: [{ $in: [agreed, '$near'] }, agreed, { $min: '$near' }] };
  return [
    { $match: { [kept.path]: { $ne: null } } },
    { $group: { _id: `$${kept.path}`, near: { $push: '$_id' } } },
    { $match: { 'near.1': { $exists: true } } },
    ...existing('_id', kept.to),
    { $unwind: '$item' },
    { $project: { far: '$_id', near: 1, stays } },
    { $unwind: '$near' },
    { $match: { $expr: { $ne: ['$near', '$stays'] } } },
  ];
}

/** Ids of documents that no longer exist. */
const dangling = (field) => [
  ...(field.array ? [{ $match: { [field.path]: { $type: 'array' } } }, { $unwind: `$${field.path}` }] : []),
  { $group: { _id: `$${field.path}` } },
  { $match: { _id: { $ne: null } } },
  ...existing('_id', field.to, false),
];

const repeated = ({ path }) => [{ $match: { $expr: hasTwice(`$${path}`) } }, ONLY_ID];

const existing = (end, collection, isThere = true) => [
  { $lookup: { from: collection, localField: end, foreignField: '_id', as: 'item' } },
  { $match: { item: isThere ? { $ne: [] } : [] } },
];

function malformed({ path, array }, moves) {
  const value = `$${path}`;
  const isAbsent = { $in: [{ $type: value }, ['null', 'undefined', 'missing']] };
  const isId = (id) => ({ $in: [{ $type: id }, ['objectId', 'string', 'null', 'undefined', 'missing']] });
  const areIds = { $allElementsTrue: [{ $map: { input: arrayOf(value), in: isId('$$this') } }] };
  const isBad = { $expr: { $not: [array ? { $cond: [{ $isArray: value }, areIds, isAbsent] } : isId(value)] } };
  // If the links move, the id of the document itself moves too.
  const isOfOther = { _id: { $not: { $type: 'objectId' } }, [`${path}.0`]: { $exists: true } };
  return [{ $match: moves ? { $or: [isBad, isOfOther] } : isBad }, ONLY_ID];
}

/** Texts in a field that are, or are not, the ids of documents. */
const texts = ({ path, array, to }, isThere) => [
  { $match: { [path]: { $type: 'string' } } },
  ...(array ? [{ $match: { [path]: { $type: 'array' } } }, { $unwind: `$${path}` }] : []),
  { $project: { near: '$_id', far: `$${path}`, id: { $convert: { input: `$${path}`, to: 'objectId', onError: null } } } },
  { $match: { far: { $type: 'string' } } },
  ...existing('id', to, isThere),
];

/** Documents that the validator of their collection would refuse without a field, as the server itself judges them. */
function refusedWithout({ collection, path }) {
  const [{ options = {} } = {}] = db.getCollectionInfos({ name: collection });
  const { validator, validationAction, validationLevel } = options;
  if (!validator || validationAction === 'warn' || validationLevel === 'off') return [{ $match: { _id: { $in: [] } } }];
  // At the level moderate, documents that are invalid already may still be changed.
  const judged = validationLevel === 'moderate' ? [{ $match: validator }] : [];
  return [{ $match: { [path]: { $exists: true } } }, ...judged, { $project: { [path]: 0 } }, { $match: { $nor: [validator] } }, ONLY_ID];
}

/** Ids in their order, each once. Removing a repeated id takes longer than finding that there is none. */
const eachOnce = (ids) => ({ $cond: [hasTwice(ids), { $reduce: { input: ids, initialValue: [], in: APPENDED } }, ids] });
const APPENDED = { $cond: [{ $in: ['$$this', '$$value'] }, '$$value', { $concatArrays: ['$$value', ['$$this']] }] };
const ONLY_ID = { $project: { _id: 1 } };
const arrayOf = (value) => ({ $cond: [{ $isArray: [value] }, value, []] });
const hasTwice = (ids) => ({ $ne: [{ $size: arrayOf(ids) }, { $size: { $setUnion: [arrayOf(ids)] } }] });

// ---- views and indexes

/** Views that read a field, directly or through other views. */
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
  const isOf = (key) => key === path || key.startsWith(`${path}.`);
  return indexesOf(collection).filter(({ key, partialFilterExpression }) => [key, partialFilterExpression].flatMap(keysIn).some(isOf));
}

/** The keys of an expression, at any depth. */
function keysIn(value) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}

/** The indexes of a field that mongoose did not create. */
function ownIndexes(field) {
  const isMongooses = ({ name, key, partialFilterExpression }) =>
    field.index && name === `${field.path}_1` && Object.keys(key).length === 1 && !partialFilterExpression;
  return indexesWith(field).filter((index) => !isMongooses(index));
}

function extraIndexes(what, collection, indexes) {
  const names = indexes.map(({ name }) => name);
  const drop = (name) => `to drop it: ${textOf(collection)}.dropIndex(${quote(name)})`;
  return { result: 'FAIL', what, names, cure: () => names.map(drop) };
}

function indexesOf(collection) {
  return exists(collection) ? db.getCollection(collection).getIndexes() : [];
}

// ---- the server

function ask(collection, stages) {
  return db.getCollection(collection).aggregate(stages, { allowDiskUse: true }).toArray();
}

/** How many there are, and the first of them. */
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

// ---- words

const amountOf = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
const generate = (mode) => `arcade-migrate generate --reconcile ${mode} --replace`;
const quote = (name) => `'${JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
const textOf = (collection) => `db.getCollection(${quote(collection)})`;
const idText = (id) => (id?._bsontype === 'ObjectId' ? `ObjectId('${id}')` : JSON.stringify(id));
const sampleText = ({ _id, near, far }, field, collection) =>
  far === undefined ? `${collection} ${_id}` : `${field.collection} ${near} -> ${field.to} ${far}`;
const update = (collection, id, change) => `${textOf(collection)}.updateOne({ _id: ${idText(id)} }, ${change})`;
const emptied = ({ collection, path }, id) => update(collection, id, `{ $unset: { ${quote(path)}: '' } }`);
const unlinked = (field, { near, far }) =>
  field.array ? update(field.collection, near, `{ $pull: { ${quote(field.path)}: ${idText(far)} } }`) : emptied(field, near);
const linked = ({ collection, path, array }, { near, far }) =>
  update(collection, far, `{ ${array ? '$addToSet' : '$set'}: { ${quote(path)}: ${idText(near)} } }`);
