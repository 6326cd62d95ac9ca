import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Project, type ReadOptions, readLists } from '../../generator/reader/index.ts';
import { describeDiagnostics, describeRelationships } from './describe.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'arcade-migrate-'));
let folders = 0;

const start = `const { Keystone } = require('@keystonejs/keystone');
const { Relationship, Text } = require('@keystonejs/fields');
const keystone = new Keystone({});
`;

/** Reads `index.js` of a new folder; what is not a string is written as it is. */
function read(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<ReadOptions> = {},
): Project {
  folders += 1;
  const cwd = path.join(root, String(folders));
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
    fs.writeFileSync(path.join(cwd, name), content);
  }
  return readLists(['index.js'], { cwd, ...options });
}

test('says that a binary file is no JavaScript', () => {
  const project = read({ 'index.js': new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]) });
  assert.equal(describeDiagnostics(project), ['error AM1002 index.js:1:1']);
});

for (const content of ['module.exports = 3;', 'module.exports = { User: require("./nothing") };']) {
  test(`says that a file given with --lists exports no config: ${content}`, () => {
    const project = read(
      { 'index.js': `${start}keystone.createList('User', { fields: {} });`, 'lists.js': content },
      { listsFile: 'lists.js', run: false },
    );
    assert.ok(
      describeDiagnostics(project).includes('error AM1010 lists.js:1:1'),
      describeDiagnostics(project).join(),
    );
  });
}

test('says once that a file given with --lists does not exist', () => {
  const project = read(
    { 'index.js': `${start}keystone.createList('User', { fields: {} });` },
    { listsFile: 'lists.js', run: false },
  );
  assert.equal(describeDiagnostics(project), ['error AM1001 lists.js:1:1']);
});

test('says that a broken symbolic link leads nowhere', () => {
  const cwd = path.join(root, 'broken-link');
  fs.mkdirSync(cwd);
  fs.symlinkSync(path.join(cwd, 'nowhere.js'), path.join(cwd, 'index.js'));
  assert.equal(describeDiagnostics(readLists(['index.js'], { cwd })), ['error AM1001 index.js:1:1']);
});

for (const [field, message] of [
  ['ref: 42', 'The ref of User.friend is not a string.'],
  ['ref: ["User"]', 'The ref of User.friend is not a string.'],
  ['ref: undefined', 'The ref of User.friend is missing.'],
  ['many: true', 'The ref of User.friend is missing.'],
] as const) {
  test(`says what is wrong with a ref that is none: ${field}`, () => {
    const [diagnostic] = read({
      'index.js': `${start}keystone.createList('User', { fields: { friend: { type: Relationship, ${field} } } });`,
    }).diagnostics;
    assert.is(diagnostic?.code, 'AM1004');
    assert.is(diagnostic?.message, message);
    assert.match(diagnostic?.help ?? '', "'User.posts'");
  });
}

test('reads a file that is not encoded in UTF-8', () => {
  const text = `${start}// caf\u00e9\nkeystone.createList('User', { fields: { friend: { type: Relationship, ref: 'User' } } });`;
  const project = read({ 'index.js': Buffer.from(text, 'latin1') });
  assert.equal(describeDiagnostics(project), []);
  assert.equal(describeRelationships(project), ['User.friend -> User']);
});

test('reads a file with a byte order mark and Windows line ends, with right positions', () => {
  const text = `\uFEFF${start}keystone.createList('User', {\n  fields: { friend: { type: Relationship, ref: 'User' } },\n});`;
  const project = read({ 'index.js': text.replaceAll('\n', '\r\n') });
  assert.equal(project.lists[0]?.source, { file: 'index.js', line: 4, column: 1 });
  assert.equal(project.lists[0]?.relationships[0]?.source, { file: 'index.js', line: 5, column: 13 });
});

test('reads a file of five megabytes', () => {
  const row = "  { name: 'something', values: [1, 2, 3], nested: { deep: true } },\n";
  const data = `module.exports = [\n${row.repeat(Math.ceil(5_000_000 / row.length))}];\n`;
  const project = read({
    'index.js': `${start}require('./data');\nkeystone.createList('User', { fields: { name: { type: Text } } });`,
    'data.js': data,
  });
  assert.equal(describeDiagnostics(project), []);
  assert.is(project.lists.length, 1);
});

test('says that text in another encoding is not UTF-8, where that leaves no JavaScript', () => {
  const project = read({ 'index.js': Buffer.from(`${start}const caf\u00e9 = 1;`, 'latin1') });
  assert.is(project.diagnostics[0]?.code, 'AM1002');
  assert.match(project.diagnostics[0]?.message ?? '', 'not encoded in UTF-8');
});

test('says that a folder without code has no lists', () => {
  const cwd = path.join(root, 'no-code');
  fs.mkdirSync(path.join(cwd, 'lists'), { recursive: true });
  fs.writeFileSync(path.join(cwd, 'lists', 'README.md'), 'nothing');
  assert.equal(describeDiagnostics(readLists(['lists'], { cwd })), ['error AM1010 lists:1:1']);
});

test('says that an alias which nothing explains may hide lists', () => {
  const project = read({
    'index.js': `${start}require('@/lists/post');\nkeystone.createList('User', { fields: {} });`,
  });
  assert.equal(describeDiagnostics(project), ['error AM1022 index.js:4:1']);
});

test('survives code that nests deeper than the stack', () => {
  const project = read({ 'index.js': `${start}const x = ${'['.repeat(20_000)}${']'.repeat(20_000)};` });
  assert.is(
    project.diagnostics.some(({ code }) => code === 'AM1012'),
    true,
  );
});

test('reports a getter that throws', () => {
  const project = read({
    'index.js': `${start}keystone.createList('User', { get fields() { throw new Error('no'); } });`,
  });
  assert.equal(describeDiagnostics(project), ['error AM1015 index.js:4:46']);
});

test('takes a list that all branches create alike for certain, and another for doubtful', () => {
  const project = read({
    'index.js': `${start}
const user = { fields: { friend: { type: Relationship, ref: 'User' } } };
if (process.env.A) { keystone.createList('User', user); keystone.createList('Extra', user); }
else keystone.createList('User', user);`,
  });
  assert.equal(describeDiagnostics(project), ['error AM1009 index.js:6:57']);
});

test('names the environment variable that decides, and settles it with its value', () => {
  const files = {
    'index.js': `${start}
const many = process.env.MODE === 'many';
keystone.createList('User', { fields: { friends: { type: Relationship, ref: 'User', many } } });`,
  };
  const [diagnostic] = read(files).diagnostics;
  assert.is(diagnostic?.code, 'AM1005');
  assert.match(diagnostic?.message ?? '', 'process.env.MODE');
  assert.match(diagnostic?.help ?? '', '--env MODE=<value>');
  assert.equal(describeRelationships(read(files, { env: { MODE: 'many' } })), ['User.friends -> User, many']);
  assert.equal(describeRelationships(read(files, { env: { MODE: '' } })), ['User.friends -> User']);
});

test('takes lists given by hand for those that could not be told', () => {
  const files = {
    'index.js': `${start}require('glob').sync('lists/*.js').forEach(file => keystone.createList(file, require(file)));`,
    'lists/User.js': `${start}module.exports = { fields: { friend: { type: Relationship, ref: 'User' } } };`,
  };
  const project = read(files, { lists: { User: 'lists/User.js' } });
  assert.equal(describeRelationships(project), ['User.friend -> User']);
  assert.is(
    project.diagnostics.some(({ severity }) => severity === 'error'),
    false,
  );
});

test('takes a list given by hand for one that is created on a condition', () => {
  const files = {
    'index.js': `${start}if (process.env.X) keystone.createList('A', require('./' + process.env.Y));`,
    'A.js': `${start}module.exports = { fields: { friend: { type: Relationship, ref: 'A' } } };`,
  };
  const codes = (project: Project) => project.diagnostics.map(({ code }) => code);
  assert.equal(codes(read(files)), ['AM1022', 'AM1008', 'AM1009']);
  const project = read(files, { lists: { A: 'A.js' }, env: { Y: 'A' } });
  assert.equal(describeRelationships(project), ['A.friend -> A']);
  assert.equal(codes(project), []);
});

test('does not call a list created twice whose file something may import before it is imported', () => {
  const files = {
    'index.js': `const app = require('express')();
      exports.keystone = new (require('@keystonejs/keystone').Keystone)({});
      app.get('/', () => require('./lists'));
      require('./lists');`,
    'lists.js': `const { Relationship } = require('@keystonejs/fields');
      require('.').keystone.createList('A', { fields: { friend: { type: Relationship, ref: 'A' } } });`,
  };
  const project = read(files);
  assert.equal(describeDiagnostics(project), []);
  assert.equal(describeRelationships(project), ['A.friend -> A']);
});

test('reads the options of relationships and the adapters as data', () => {
  const project = read({
    'index.js': `const { Keystone } = require('@keystonejs/keystone');
const { KnexAdapter } = require('@keystonejs/adapter-knex');
const { MongooseAdapter } = require('@keystonejs/adapter-mongoose');
const { Relationship } = require('@keystonejs/fields');
class OwnAdapter extends KnexAdapter {
  constructor(options) {
    super({ schemaName: 'cms', ...options });
  }
}
const keystone = new Keystone({ adapters: { main: new OwnAdapter(), logs: new MongooseAdapter() } });
keystone.createList('User', {
  adapterName: 'logs',
  adapterConfig: { mongooseSchemaOptions: { collection: 'people' } },
  fields: {
    id: { type: 'own' },
    friend: {
      type: Relationship,
      ref: 'User',
      isUnique: true,
      isIndexed: false,
      knexOptions: { isNotNullable: true },
      mongooseOptions: { sparse: true },
    },
  },
});`,
  });
  assert.equal(
    project.adapters.map(({ name, database, schemaName }) => ({ name, database, schemaName })),
    [
      { name: 'main', database: 'postgres', schemaName: 'cms' },
      { name: 'logs', database: 'mongo', schemaName: null },
    ],
  );
  const [list] = project.lists;
  assert.is(list?.adapterName, 'logs');
  assert.is(list?.collection, 'people');
  assert.equal(list?.fieldPaths, ['id', 'friend']);
  assert.equal(list?.relationships, [
    {
      path: 'friend',
      ref: 'User',
      many: false,
      isUnique: true,
      isIndexed: false,
      isNotNullable: true,
      mongooseOptions: { sparse: true },
      source: { file: 'index.js', line: 16, column: 5 },
    },
  ]);
});

test('options of an index of mongoose, in an object of their own', () => {
  const project = read({
    'index.js': `const { Keystone } = require('@keystonejs/keystone');
const { Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({});
keystone.createList('User', {
  fields: {
    friend: { type: Relationship, ref: 'User', mongooseOptions: { index: { unique: true, sparse: true } } },
    other: { type: Relationship, ref: 'User', mongooseOptions: { index: { sparse: true }, sparse: false } },
  },
});`,
  });
  assert.equal(
    project.lists[0]?.relationships.map(({ mongooseOptions }) => mongooseOptions),
    [
      { unique: true, sparse: true, index: true },
      { sparse: false, index: true },
    ],
  );
});

test.after(() => fs.rmSync(root, { recursive: true, force: true }));

test.run();
