import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Project, readLists } from '../../generator/reader/index.ts';
import { describeLists } from '../../generator/reader/lists-file.ts';
import { project } from '../support/arbitraries.ts';
import { runHere } from '../support/in-process.ts';
import { seed } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const schemaFile = fileURLToPath(new URL('../../generator/schemas/lists.json', import.meta.url));
const followsSchema = new Ajv2020({ strict: true }).compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

/** A folder with a file of lists. */
async function folderWith(text: string, name = 'lists.json'): Promise<string> {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, name), text);
  return folder;
}

/** The project without its places and diagnostics. */
const contentOf = ({ lists, adapters }: Project): unknown =>
  JSON.parse(JSON.stringify({ lists, adapters }, (key, value) => (key === 'source' ? undefined : value)));

test('a description of any project is read back as the same project', async () => {
  const folder = await temporaryFolder();
  fc.assert(
    fc.property(project, (drawn) => {
      const described = JSON.stringify(describeLists(drawn));
      assert.ok(followsSchema(JSON.parse(described)), JSON.stringify(followsSchema.errors));
      writeFileSync(join(folder, 'lists.json'), described);
      const read = readLists(['lists.json'], { cwd: folder });
      assert.equal(
        read.diagnostics.filter(({ code }) => code !== 'AM1010'),
        [],
      );
      assert.equal(contentOf(read), contentOf(drawn));
      assert.is(read.secondReading, undefined);
    }),
    { numRuns: 100, seed },
  );
});

test('lists writes an entry that the scripts of the lists match', async () => {
  const folder = await temporaryFolder();
  cpSync(join(fixtures, 'sample-blog'), folder, { recursive: true });
  const { status, stdout } = await runHere(folder, 'lists', 'index.ts');
  assert.is(status, 0);
  writeFileSync(join(folder, 'described.json'), stdout);
  assert.is((await runHere(folder, 'generate', 'index.ts', '--database', 'both')).status, 0);
  const check = await runHere(folder, 'check', 'described.json', '--database', 'both', '--json');
  assert.is(check.status, 0, check.stdout);
});

test('lists writes what was read also where something was not, and says so', async () => {
  const code = `const { Keystone } = require('@keystonejs/keystone');
const { Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({});
keystone.createList('User', { fields: { friend: { type: Relationship, ref: 'User' } } });
keystone.createList('Post', { fields: { author: { type: Relationship, ref: require('unread') } } });
`;
  const folder = await folderWith(code, 'index.js');
  for (const options of [[], ['--json']]) {
    const { status, stdout, stderr } = await runHere(folder, 'lists', 'index.js', ...options);
    assert.is(status, 1);
    assert.match(stderr, 'AM1004');
    assert.equal(JSON.parse(stdout).lists[0], { key: 'User', fields: [{ path: 'friend', ref: 'User' }] });
  }
});

test('a description may name lists with an underscore, and hold comments', async () => {
  const folder = await folderWith(`{
  // What the field type of the project makes.
  "lists": [
    { "key": "Post", "fields": [{ "path": "content", "ref": "_Content_Post.from" }] },
    { "key": "_Content_Post", "fields": [{ "path": "from", "ref": "Post.content" }] },
  ]
}
`);
  const { status, stdout, stderr } = await runHere(folder, 'relationships', 'lists.json', '--json');
  assert.is(status, 0, stderr);
  const { relationships, secondReading, diagnostics } = JSON.parse(stdout);
  assert.equal([relationships.length, secondReading, diagnostics], [1, null, []]);
  const { left, right } = relationships[0];
  assert.equal([left.source, left.list], [{ file: 'lists.json', line: 5, column: 42 }, '_Content_Post']);
  assert.equal(right.source, { file: 'lists.json', line: 4, column: 33 });
});

test('code and a description can be entries together; what both have is told', async () => {
  const folder = await folderWith(`{
  "lists": [
    { "key": "Tag", "fields": [{ "path": "user", "ref": "User" }] },
    { "key": "User", "fields": [{ "path": "name" }] }
  ]
}
`);
  const code = `const { Keystone } = require('@keystonejs/keystone');
const { Relationship } = require('@keystonejs/fields');
new Keystone({}).createList('User', { fields: { friend: { type: Relationship, ref: 'User' } } });
`;
  writeFileSync(join(folder, 'index.js'), code);
  const { lists, diagnostics, secondReading } = readLists(['lists.json', 'index.js'], { cwd: folder });
  assert.is(secondReading?.outcome, 'confirmed');
  assert.equal(
    lists.map(({ key, fieldPaths }) => [key, fieldPaths]),
    [
      ['User', ['name']],
      ['Tag', ['user']],
    ],
  );
  const [twice] = diagnostics;
  assert.equal(
    [twice?.code, twice?.severity, twice?.source],
    ['AM1013', 'error', { file: 'lists.json', line: 4, column: 5 }],
  );
});

test('what is wrong with a description is told with its place', async () => {
  const of = (field: string) => `{\n  "lists": [\n    { "key": "User", "fields": [${field}] }\n  ]\n}\n`;
  for (const [text, place, message] of [
    ['', '1:1', 'lists is missing'],
    ['[]', '1:1', 'lists is missing'],
    ['7', '1:1', 'The file must be an object'],
    ['{ "lists": {} }', '1:3', 'lists must be an array'],
    ['{ "name": "x" }', '1:3', 'name is not known here'],
    ['{ "lists": [{ "key": "User", "fields": [], "fields": [] }] }', '1:44', '"fields" stands here twice'],
    ['{ "lists": [{ "key": "User" }] }', '1:13', 'fields is missing'],
    ['{ "lists": ["User"] }', '1:13', 'This must be an object'],
    ['{ "lists": [] }', '1:3', 'No list was found'],
    ['{ "adapters": [{ "database": "mysql" }], "lists": [] }', '1:18', 'must be "postgres"'],
    ['{ "lists": [{ "key": "User" "fields": [] }] }', '1:29', "',' expected"],
    ['{ lists: [] }', '1:3', 'double quotes'],
    [of('{ "path": "posts", "ref": 1 }'), '3:52', 'ref must be a string'],
    [of('{ "path": "posts", "ref": "Post", "many": "yes" }'), '3:67', 'many must be true or false'],
    [of('{ "path": "posts", "ref": "Post", "mnay": true }'), '3:67', 'Did you mean many?'],
    [of('{ "path": "posts", "many": true }'), '3:33', 'This is a relationship without a ref'],
    [of('{ "path": "a" }, { "path": "a" }'), '3:22', 'fields has two fields of one path'],
    [of('"posts"'), '3:33', 'This must be an object'],
    [of('{ "path": "posts", "ref": "Post.author" }'), '3:33', 'AM2001'],
  ] as const) {
    const folder = await folderWith(text);
    const { status, stdout, stderr } = await runHere(folder, 'relationships', 'lists.json');
    assert.is(status, 1, text);
    assert.match(stderr, `lists.json:${place} error AM`, text);
    assert.match(stderr, message, text);
    assert.not.match(stderr, 'which is a bug');
    if (message !== 'AM2001') assert.is(stdout, '', text);
  }
  const nowhere = await runHere(await temporaryFolder(), 'relationships', 'lists.json');
  assert.is(nowhere.status, 1);
  assert.match(nowhere.stderr, 'lists.json:1:1 error AM1001');
});

test('--compare says where lists and a description differ', async () => {
  const folder = await temporaryFolder();
  cpSync(join(fixtures, 'sample-blog'), folder, { recursive: true });
  const compare = (...options: string[]) =>
    runHere(folder, 'relationships', 'index.ts', '--compare', 'described.json', ...options);

  const missing = await compare('--json');
  assert.is(missing.status, 1);
  assert.equal(
    JSON.parse(missing.stdout).diagnostics.map(({ code }: { code: string }) => code),
    ['AM1001'],
  );

  const { stdout } = await runHere(folder, 'lists', 'index.ts');
  writeFileSync(join(folder, 'described.json'), stdout);
  const same = await compare();
  assert.is(same.status, 0);
  assert.match(same.stderr, 'The lists are the same as in described.json.');
  assert.equal(JSON.parse((await compare('--json')).stdout).differences, []);

  const described = JSON.parse(stdout);
  const comment = described.lists.find(({ key }: { key: string }) => key === 'Comment');
  comment.fields.find(({ path }: { path: string }) => path === 'author').many = true;
  comment.collection = 'remarks';
  described.lists.push({ key: 'Extra', fields: [] });
  writeFileSync(join(folder, 'described.json'), JSON.stringify(described));
  const other = await compare('--json');
  assert.is(other.status, 1);
  assert.equal(JSON.parse(other.stdout).differences, [
    { name: 'Comment', read: '{}', compared: '{"collection":"remarks"}' },
    { name: 'Comment.author', read: '{"ref":"User"}', compared: '{"ref":"User","many":true}' },
    { name: 'Extra', read: null, compared: '{}' },
  ]);
  const told = await compare();
  assert.is(told.status, 1);
  assert.match(told.stdout, /^Extra +not there +\{\}$/m);
  assert.not.match(told.stderr, 'The lists are the same as in');

  writeFileSync(join(folder, 'described.json'), '{ "lists": 1 }');
  const bad = await compare();
  assert.is(bad.status, 1);
  assert.match(bad.stderr, 'described.json:1:3 error AM1026');
});

test.run();
