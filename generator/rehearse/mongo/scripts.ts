/** Returns the server's version and the names of the collections. */
export const LOOK = `
function answer() {
  const names = db.getCollectionNames().filter((name) => !name.startsWith('system.'));
  return { version: db.version(), collections: names };
}`;

/** Creates the collections with their indexes, and inserts the documents from a file with one document in each line. */
export const FILL = `
function answer({ collections, documents }) {
  for (const { name, indexes } of collections) {
    db.createCollection(name);
    for (const { path, options } of indexes) db.getCollection(name).createIndex({ [path]: 1 }, options);
  }
  let batch = [];
  let into = null;
  const insert = () => {
    if (batch.length > 0) db.getCollection(into).insertMany(batch, { ordered: true });
    batch = [];
  };
  for (const line of fs.readFileSync(documents, 'utf8').split('\\n')) {
    if (line === '') continue;
    const { collection, document } = EJSON.parse(line);
    if (collection !== into || batch.length >= 1000) insert();
    into = collection;
    batch.push(document);
  }
  insert();
}`;

/**
 * Records the links at each place by the ids of their documents, a hash of all other fields of each list, and all collections
 * with their indexes.
 */
export const SNAPSHOT = `
const crypto = require('crypto');
const text = (id) => (id !== null && typeof id === 'object' && typeof id.toHexString === 'function' ? id.toHexString() : EJSON.stringify(id));
const idsOf = (value) => [value].flat().filter((id) => id !== null && id !== undefined).map(text);
function answer({ places, lists }) {
  const ids = {};
  const documents = {};
  for (const { collection, paths } of lists) {
    const found = db.getCollection(collection).find({}, Object.fromEntries(paths.map((path) => [path, 0]))).sort({ _id: 1 }).toArray();
    ids[collection] = new Set(found.map(({ _id }) => text(_id)));
    const hash = crypto.createHash('sha256');
    for (const document of found) hash.update(EJSON.stringify(document, { relaxed: false }) + '\\n');
    documents[collection] = found.length + ' documents ' + hash.digest('hex');
  }
  const links = {};
  for (const { name, collection, left, right, leftCollection, rightCollection } of places) {
    if (db.getCollectionInfos({ name: collection }).length === 0) continue;
    const found = db.getCollection(collection).find({}, { [left]: 1, [right]: 1 }).toArray();
    links[name] = found.flatMap((document) =>
      idsOf(document[left]).flatMap((a) => idsOf(document[right]).map((b) => [a, b]))
        // The id of a missing document is not a link.
        .filter(([a, b]) => ids[leftCollection].has(a) && ids[rightCollection].has(b))
    );
  }
  const schema = db.getCollectionNames().filter((name) => !name.startsWith('system.')).flatMap((name) => [
    'collection ' + name,
    ...db.getCollection(name).getIndexes().map(({ name: index, key, unique, sparse }) =>
      'index ' + index + ' of ' + name + ' on ' + JSON.stringify(key) + (unique ? ' unique' : '') + (sparse ? ' sparse' : '')),
  ]);
  return { links, documents, schema: schema.sort() };
}`;

/**
 * Empties a database that was empty when the rehearsal began. The server may still finish a command after its mongosh was
 * killed, so this checks again after a number of milliseconds.
 */
export const EMPTY = `
function answer({ lookAgainAfter }) {
  do {
    db.dropDatabase();
    sleep(lookAgainAfter);
  } while (db.getCollectionNames().length > 0);
}`;
