import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RelationshipsResult } from '../../generator/commands/results.ts';
import { runHere } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What the help of a diagnostic proposes settles it, by itself. */
const cases = fileURLToPath(new URL('../fixtures/field-cases', import.meta.url));

interface Outcome {
  readonly errors: readonly string[];
  readonly relationships: readonly string[];
  readonly help: string;
  readonly messages: readonly string[];
}

async function relationships(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  const { stdout, stderr } = await runHere(cwd, 'relationships', ...args, '--json');
  assert.match(stdout, '{', stderr);
  const result: RelationshipsResult = JSON.parse(stdout);
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
  return {
    errors: errors.map(({ code }) => code),
    relationships: result.relationships.map(({ left }) => `${left.list}.${left.path} -> ${left.ref}`).sort(),
    help: result.diagnostics.map((each) => each.help).join('\n'),
    messages: result.diagnostics.map((each) => each.message),
  };
}

const start = `const { Keystone } = require('@keystonejs/keystone');
const { Relationship, Content } = require('@keystonejs/fields');
const unread = require('unread');
const keystone = new Keystone({});
module.exports = keystone;
`;
const user = `const { Relationship } = require('@keystonejs/fields');
module.exports = { fields: { friends: { type: Relationship, ref: 'User', many: true } } };
`;
const friends = 'User.friends -> User';

/** Code that shows each code, and that the list User given by hand settles. */
const byList: Record<string, string> = {
  AM1003: "keystone.createList('User', { fields: { friends: { type: unread.Type, ref: 'User' } } });",
  AM1004: "keystone.createList('User', { fields: { friends: { type: Relationship, ref: unread.ref } } });",
  AM1005:
    "keystone.createList('User', { fields: { friends: { type: Relationship, ref: 'User', many: unread.many } } });",
  AM1006: "keystone.createList('User', { fields: { ...unread.fields } });",
  AM1007: 'keystone.createList(unread.key, { fields: {} });',
  AM1008: "keystone.createList('User', unread.user);",
  AM1009: "if (unread.isOn) keystone.createList('User', { fields: {} });",
  AM1011: "keystone.createList('User', { fields: {}, plugins: [unread.plugin()] });",
  AM1016:
    "keystone.createList('User', { fields: { friends: unread.isOn ? { type: Relationship, ref: 'User' } : { type: String } } });",
  AM1019:
    "keystone.createList('User', { fields: { text: { type: require('@keystonejs/fields-content').Content, blocks: unread.blocks } } });",
  AM1020: "keystone.createList('User', unread({ fields: { friend: { type: Relationship, ref: 'User' } } }));",
  AM1025: "if (false) keystone.createList('User', { fields: {} });",
};

for (const [code, text] of Object.entries(byList)) {
  test(`--list settles ${code}`, async () => {
    const cwd = await temporaryFolder();
    fs.writeFileSync(path.join(cwd, 'index.js'), start + text);
    fs.writeFileSync(path.join(cwd, 'User.js'), user);
    const before = await relationships(cwd, 'index.js');
    assert.equal(before.errors, [code]);
    assert.match(before.help, '--list ');
    const after = await relationships(cwd, 'index.js', '--list', 'User=User.js');
    assert.equal([after.errors, after.relationships], [[], [friends]]);
    fs.writeFileSync(path.join(cwd, 'lists.js'), `exports.User = require('./User');`);
    const map = await relationships(cwd, 'index.js', '--lists', 'lists.js');
    assert.equal([map.errors, map.relationships], [[], [friends]]);
    const allowed = await relationships(cwd, 'index.js', '--allow-unresolved');
    assert.not(allowed.errors.includes(code));
  });
}

test('--list settles what is given to unread code only for the lists that are given', async () => {
  const cwd = await temporaryFolder();
  const wrapped = (key: string) =>
    `keystone.createList('${key}', unread({ fields: { friend: { type: Relationship, ref: 'User' } } }));\n`;
  fs.writeFileSync(path.join(cwd, 'index.js'), `${start}${wrapped('User')}${wrapped('Post')}`);
  fs.writeFileSync(path.join(cwd, 'User.js'), user);
  fs.writeFileSync(path.join(cwd, 'Post.js'), user);
  const one = await relationships(cwd, 'index.js', '--list', 'User=User.js');
  assert.is(one.errors.length, 1);
  assert.not.match(one.messages.join(), 'the config of User');
  const both = await relationships(cwd, 'index.js', '--list', 'User=User.js', '--list', 'Post=Post.js');
  assert.equal([both.errors, both.relationships], [[], ['Post.friends -> User', friends]]);
});

test('what --list leaves as a warning says to check that all lists are given', async () => {
  const cwd = await temporaryFolder();
  fs.writeFileSync(path.join(cwd, 'User.js'), user);
  for (const code of ['keystone.createList(unread.key, { fields: {} });', 'unread(keystone);']) {
    fs.writeFileSync(path.join(cwd, 'index.js'), start + code);
    const { errors, help } = await relationships(cwd, 'index.js', '--list', 'User=User.js');
    assert.equal([errors, help], [[], 'Check that --list and --lists name every list that is created here.']);
  }
});

test('a list given by hand that the code defines completely: an error, or a warning beside others that take effect', async () => {
  const cwd = await temporaryFolder();
  const write = (file: string, text: string) => fs.writeFileSync(path.join(cwd, file), text);
  write('User.js', user);
  write('lists.js', "exports.User = require('./User'); exports.Post = { fields: {} };");
  write('index.js', `${start}keystone.createList('User', { fields: {} });\n`);
  const one = await relationships(cwd, 'index.js', '--list', 'User=User.js');
  assert.equal([one.errors, one.relationships], [['AM1027'], []]);
  assert.equal(one.messages, ['User.js is not used for lists that the code defines completely: User.']);
  assert.equal((await relationships(cwd, 'index.js', '--list', 'User=none.js')).errors, ['AM1027']);
  const some = await relationships(cwd, 'index.js', '--lists', 'lists.js');
  assert.equal([some.errors, some.messages.length], [[], 1]);
  assert.match(
    some.messages[0] ?? '',
    'lists.js is not used for lists that the code defines completely: User.',
  );
  // As an entry, the file only says what the lists are made of.
  assert.equal((await relationships(cwd, 'index.js', 'lists.js')).messages, []);
  write(
    'index.js',
    `${start}keystone.createList('User', { fields: {} });\nkeystone.createList(unread.key, {});\n`,
  );
  assert.equal((await relationships(cwd, 'index.js', '--list', 'User=User.js')).errors, ['AM1027']);
});

for (const entry of ['index', 'index2', 'cond', 'cond2', 'missing']) {
  test(`--list settles list-given-known-key/${entry}.js`, async () => {
    const cwd = path.join(cases, 'list-given-known-key');
    assert.is((await relationships(cwd, `${entry}.js`)).errors.length, 1);
    const { errors, relationships: found } = await relationships(
      cwd,
      `${entry}.js`,
      '--list',
      'User=User.js',
    );
    assert.equal([errors, found], [[], [friends]]);
    const named = await relationships(cwd, `${entry}.js`, '--list', 'User=named.js');
    assert.equal([named.errors, named.relationships], [[], [friends]]);
  });
}

test('--list takes a function, { name, config }, and a function that creates the list', async () => {
  const lists = ['User', 'Post', 'Tag'].flatMap((key) => ['--list', `${key}=${key}.js`]);
  const { errors, relationships: found } = await relationships(
    path.join(cases, 'list-default'),
    'index.js',
    ...lists,
  );
  assert.equal([errors, found], [[], ['Post.author -> User', 'Tag.posts -> Post', friends]]);
});

test('--list takes the only config that a file exports, under any name', async () => {
  const cwd = await temporaryFolder();
  const write = (text: string) => fs.writeFileSync(path.join(cwd, 'User.js'), text);
  const read = async () => relationships(cwd, 'index.js', '--list', 'User=User.js');
  fs.writeFileSync(path.join(cwd, 'index.js'), `${start}keystone.createList('User', unread.user);`);
  const schema = user.replace('module.exports', 'exports.UserSchema');
  write(`${schema}exports.label = 'Users';`);
  const { errors, relationships: found } = await read();
  assert.equal([errors, found], [[], [friends]]);
  write(`${schema}exports.Other = { fields: {} };`);
  assert.equal((await read()).errors, ['AM1006']);
  write('module.exports = { fields: { config: { type: String } } };');
  assert.equal((await read()).errors, []);
});

test('a file that exports lists by key is an entry, and may be given with --lists', async () => {
  const cwd = path.join(cases, 'exports-map');
  const expected = ['Post.author -> User', 'Post.likedBy -> User'];
  const entry = await relationships(cwd, 'lists.js');
  assert.equal([entry.errors, entry.relationships], [[], expected]);
  const other = await temporaryFolder();
  fs.writeFileSync(path.join(other, 'index.js'), `${start}unread(keystone);`);
  fs.writeFileSync(
    path.join(other, 'lists.mjs'),
    `${fs
      .readFileSync(path.join(cwd, 'lists.js'), 'utf8')
      .replace(/^const.*\n/, "import { Text, Relationship } from '@keystonejs/fields';\n")
      .replace('exports.User =', 'const User =')
      .replace('exports.Post =', 'const Post =')}export default { User, Post };\n`,
  );
  assert.equal((await relationships(other, 'index.js')).errors, ['AM1020']);
  const given = await relationships(other, 'index.js', '--lists', 'lists.mjs');
  assert.equal([given.errors, given.relationships], [[], expected]);
  assert.equal((await relationships(other, 'index.js', '--lists', 'nowhere.js')).errors, ['AM1001']);
});

test('the key of what createList gave is known, and a list is accepted whose instance was lost', async () => {
  const key = await relationships(path.join(cases, 'list-key'), 'index.js');
  assert.equal([key.errors, key.relationships], [[], ['Post.author -> User', 'Post.readers -> User']]);
  const lost = await relationships(path.join(cases, 'undefined-receiver'), 'lists');
  assert.equal([lost.errors, lost.relationships], [[], [friends]]);
});

test('a misspelt type is said to be that', async () => {
  const { messages } = await relationships(path.join(cases, 'type-typo'), 'index.js');
  assert.equal(messages, ['The field Product.description has no type. Did you mean type for Type?']);
});

test('a file that is missing may be restored, which settles all that came of it', async () => {
  const cwd = await temporaryFolder();
  const code = `const { fields, name } = require('./made/config');
keystone.createList('Post', { fields });
keystone.createList(name, { fields: {} });\n`;
  fs.writeFileSync(path.join(cwd, 'index.js'), start + code);
  const { errors, help } = await relationships(cwd, 'index.js');
  assert.is(errors.length, 1);
  assert.match(
    help,
    /--list Post=<file>\. Or restore '\.\/made\/config': a build or a git submodule may provide it\.$/,
  );
  const listed = await relationships(cwd, 'index.js', '--list', 'Post=index.js');
  assert.match(listed.help, 'If it has to do with lists, correct the path. ');
  fs.mkdirSync(path.join(cwd, 'made'));
  fs.writeFileSync(path.join(cwd, 'made', 'config.js'), "module.exports = { name: 'User', fields: {} };");
  assert.equal((await relationships(cwd, 'index.js')).errors, []);
});

test('configureExpress of an entry is given an Express app, not the Keystone instance', async () => {
  const cwd = await temporaryFolder();
  const code = `keystone.createList(unread.key, { fields: {} });
module.exports = { keystone, configureExpress: (app) => { app.set('trust proxy', true); } };\n`;
  fs.writeFileSync(path.join(cwd, 'index.js'), start + code);
  assert.equal((await relationships(cwd, 'index.js')).errors, ['AM1007']);
});

for (const config of ['jsconfig.json', 'tsconfig.json']) {
  test(`paths in ${config} settle an alias, and the message shows how`, async () => {
    const cwd = await temporaryFolder();
    fs.cpSync(path.join(cases, 'mono-babel'), cwd, { recursive: true });
    if (config === 'tsconfig.json') fs.writeFileSync(path.join(cwd, config), '{}');
    const { errors, help } = await relationships(cwd, 'index.js');
    assert.equal(errors, ['AM1008']);
    const [, paths = ''] =
      /stands for in tsconfig\.json, or in jsconfig\.json if there is none: (.*)\.$/.exec(help) ?? [];
    fs.writeFileSync(path.join(cwd, config), paths.replace('<folder>', 'src/lists'));
    const after = await relationships(cwd, 'index.js');
    assert.equal([after.errors, after.relationships], [[], [friends]]);
  });
}

test('--env settles what a variable decides', async () => {
  const cwd = await temporaryFolder();
  fs.writeFileSync(
    path.join(cwd, 'index.js'),
    `${start}if (process.env.USERS) keystone.createList('User', ${user.slice(user.indexOf('= {') + 2, -2)});`,
  );
  const { errors, help } = await relationships(cwd, 'index.js');
  assert.equal(errors, ['AM1009']);
  assert.match(help, '--env USERS=<value>');
  const on = await relationships(cwd, 'index.js', '--env', 'USERS=1');
  assert.equal([on.errors, on.relationships], [[], [friends]]);
});

test('a call of something that is not followed is an error where lists may be involved', async () => {
  const cwd = await temporaryFolder();
  const codes = async (code: string) => {
    fs.writeFileSync(
      path.join(cwd, 'index.js'),
      `${start}keystone.createList('User', { fields: {} });\nconst o = {};\n${code}`,
    );
    return (await relationships(cwd, 'index.js', '--no-run')).errors;
  };
  assert.equal(await codes('o.start();'), []);
  assert.equal(await codes('o.start(keystone);'), ['AM1020']);
  assert.equal(await codes('keystone.createLists({});'), ['AM1020']);
});

test('AM2003 names both ways out, and each works', async () => {
  const cwd = await temporaryFolder();
  const read = async (post: string, posts: string) => {
    fs.writeFileSync(
      path.join(cwd, 'index.js'),
      `${start}keystone.createList('User', { fields: { posts: { type: Relationship, ref: '${posts}', many: true } } });
keystone.createList('Post', { fields: { author: { type: Relationship, ref: '${post}' }, editor: { type: Relationship, ref: 'User' } } });`,
    );
    return await relationships(cwd, 'index.js');
  };
  const { errors, help } = await read('User.posts', 'Post.editor');
  assert.equal(errors, ['AM2003', 'AM2003']);
  assert.match(help, "User.posts needs ref: 'Post.author'");
  assert.match(help, "Post.author needs ref: 'User', User.posts needs ref: 'Post'");
  assert.equal((await read('User.posts', 'Post.author')).errors, []);
  assert.equal((await read('User', 'Post')).errors, []);
});

for (const [text, place] of [
  ['{"arcade-migrate": b}', '1:20'],
  ['{\n  "name": "b",\n  "arcade-migrate": { "quiet": true },\n}\n', '4:1'],
  ['{\n  "name": "x"\n  "arcade-migrate": {} }', '3:3'],
  ['{\n  "name": "x"', '2:14'],
  ['', '1:1'],
] as const) {
  test(`a package.json that does not parse is a warning: ${JSON.stringify(text)}`, async () => {
    const cwd = await temporaryFolder();
    fs.writeFileSync(
      path.join(cwd, 'index.js'),
      `${start}keystone.createList('User', ${user.slice(user.indexOf('= {') + 2, -2)});`,
    );
    fs.writeFileSync(path.join(cwd, 'package.json'), text);
    const { status, stderr } = await runHere(cwd, 'relationships', 'index.js', '--no-color');
    assert.is(status, 0);
    assert.match(stderr, `package.json:${place} warning AM1002: package.json is not valid JSON`);
  });
}

test.run();
