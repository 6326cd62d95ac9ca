import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLists } from '../../generator/reader/index.ts';
import { describeLists } from '../../generator/reader/lists-file.ts';
import { run } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cases = join(root, 'test/fixtures/keystone');
const document = readFileSync(join(root, 'docs/lists-from-a-running-app.md'), 'utf8');
const snippet = /^```js\n(.*?)^```/ms.exec(document)?.[1] ?? '';

/** Packages with the shape that 5.0, 7.1, 8.0 and 19.3 have in common, as far as lists that exist have one. */
const PACKAGES = {
  keystone: `
class List {
  constructor(key, { fields, adapterConfig = {} }, adapter) {
    this.key = key;
    this._fields = fields;
    this.adapterName = adapter.name;
    this.adapter = adapter.newListAdapter(key, adapterConfig);
    const all = fields.id ? fields : { id: adapter.getDefaultPrimaryKeyConfig(), ...fields };
    this.fields = Object.entries(all).map(([path, { type, ...config }]) => new type.implementation(path, config, { listKey: key }));
  }
}
exports.Keystone = class Keystone {
  constructor({ adapter, adapters, defaultAdapter }) {
    this.lists = {};
    this.adapters = adapters || { [adapter.constructor.name]: adapter };
    this.defaultAdapter = adapters ? defaultAdapter : adapter.constructor.name;
  }
  createList(key, config) {
    return (this.lists[key] = new List(key, config, this.adapters[config.adapterName || this.defaultAdapter]));
  }
};`,
  fields: `
class Implementation {
  constructor(path, { isRequired, defaultValue, access, label, hooks, ...config }, { listKey }) {
    Object.assign(this, { path, listKey, config, isRelationship: false });
  }
}
class Relationship extends Implementation {
  constructor(path, { ref, many }) {
    super(...arguments);
    [this.refListKey, this.refFieldPath] = ref.split('.');
    this.isRelationship = true;
    this.many = many;
  }
}
for (const type of ['Text', 'Integer', 'Uuid', 'AutoIncrement', 'MongoId', 'Checkbox', 'Select']) exports[type] = { type, implementation: Implementation };
exports.Relationship = { type: 'Relationship', implementation: Relationship };`,
  'adapter-knex': `
exports.KnexAdapter = class KnexAdapter {
  constructor({ schemaName = 'public' } = {}) {
    this.name = 'knex';
    this.schemaName = schemaName;
  }
  newListAdapter(key) {
    return { key, parentAdapter: this };
  }
  getDefaultPrimaryKeyConfig() {
    return { type: require('@keystonejs/fields').AutoIncrement };
  }
};`,
  'adapter-mongoose': `
exports.MongooseAdapter = class MongooseAdapter {
  constructor() {
    this.name = 'mongoose';
  }
  newListAdapter(key, { mongooseSchemaOptions }) {
    return { key, parentAdapter: this, schema: { options: { autoIndex: true, ...mongooseSchemaOptions } } };
  }
  getDefaultPrimaryKeyConfig() {
    return { type: require('@keystonejs/fields').MongoId };
  }
};`,
};

async function folderWithPackages(): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(PACKAGES)) {
    const file = join(folder, 'node_modules/@keystonejs', name, 'index.js');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  writeFileSync(join(folder, 'print-lists.cjs'), snippet);
  return folder;
}

/** Compares what the snippet prints of running lists with what is read of them. */
async function compare(folder: string, code: string): Promise<void> {
  writeFileSync(join(folder, 'index.js'), code);
  const { status, stdout, stderr } = await run(process.execPath, ['print-lists.cjs'], { cwd: folder });
  assert.is(status, 0, stderr);
  writeFileSync(join(folder, 'printed.json'), stdout);
  const printed = readLists(['printed.json'], { cwd: folder });
  const read = readLists(['index.js'], { cwd: folder });
  assert.equal([...printed.diagnostics, ...read.diagnostics], []);
  assert.equal(describeLists(printed).lists, describeLists(read).lists);
  const adaptersOf = ({ adapters }: typeof read) =>
    adapters.map(({ isDefault, database, schemaName }) => ({
      isDefault,
      database,
      schemaName: schemaName ?? (database === 'postgres' ? 'public' : null),
    }));
  assert.equal(adaptersOf(printed), adaptersOf(read));
}

test('the snippet has at most 20 lines', () => {
  const lines = snippet.trimEnd().split('\n');
  assert.ok(lines.length > 5 && lines.length <= 20, `${lines.length}`);
});

test('the snippet prints what the reader finds', async () => {
  const folder = await folderWithPackages();
  const texts = readdirSync(cases, { recursive: true, encoding: 'utf8' })
    .filter((name) => /lists(\.mongoose)?\.js$/.test(name))
    .map((name) => readFileSync(join(cases, name), 'utf8'));
  assert.ok(texts.length > 20);
  for (const text of texts) await compare(folder, text);
});

test('also of several adapters, of ids and collections, and of all that decides about indexes', async () => {
  const code = `const { Keystone } = require('@keystonejs/keystone');
const { KnexAdapter } = require('@keystonejs/adapter-knex');
const { MongooseAdapter } = require('@keystonejs/adapter-mongoose');
const { Text, Relationship, Uuid } = require('@keystonejs/fields');
const adapters = { sql: new KnexAdapter({ schemaName: 'cms' }), docs: new MongooseAdapter() };
const keystone = new Keystone({ name: 'x', adapters, defaultAdapter: 'sql' });
keystone.createList('User', {
  fields: {
    id: { type: Uuid },
    name: { type: Text, isUnique: true },
    friend: { type: Relationship, ref: 'User', isUnique: true, knexOptions: { isNotNullable: true } },
    rival: { type: Relationship, ref: 'User', isIndexed: false, isNotNullable: true },
  },
});
keystone.createList('Log', {
  adapterName: 'docs',
  adapterConfig: { mongooseSchemaOptions: { collection: 'entries' } },
  fields: {
    one: { type: Relationship, ref: 'Log', many: true, mongooseOptions: { index: { sparse: true } } },
    two: { type: Relationship, ref: 'Log', mongooseOptions: { index: true, unique: false, min: 1 } },
    three: { type: Relationship, ref: 'Log', mongooseOptions: { index: { unique: true }, unique: false } },
    four: { type: Relationship, ref: 'Log', mongooseOptions: {} },
  },
});
module.exports = { keystone };
`;
  await compare(await folderWithPackages(), code);
});

test('the snippet knows the one adapter of later releases, and writes a file', async () => {
  const folder = await folderWithPackages();
  writeFileSync(
    join(folder, 'index.js'),
    `const adapter = { name: 'knex', schemaName: 'public' };
console.log('The app says something.');
exports.keystone = { adapter, lists: { User: { key: 'User', adapter: { parentAdapter: adapter }, fields: [], _fields: {} } } };
`,
  );
  const { status } = await run(process.execPath, ['print-lists.cjs', 'printed.json'], { cwd: folder });
  assert.is(status, 0);
  const { lists, adapters, diagnostics } = readLists(['printed.json'], { cwd: folder });
  assert.equal(diagnostics, []);
  assert.equal(
    lists.map(({ key, adapterName }) => [key, adapterName]),
    [['User', null]],
  );
  assert.equal(
    adapters.map(({ isDefault, database }) => [isDefault, database]),
    [[true, 'postgres']],
  );
});

test.run();
