import fs from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Project, type ReadOptions, readLists } from '../../generator/reader/index.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { describeDiagnostics } from './describe.ts';

const start = `const { Keystone } = require('@keystonejs/keystone');
const keystone = new Keystone({});
keystone.createList('User', { fields: {} });
`;

/** Reads `index.js`, which begins with `start`; other files stand as they are given. */
async function read(
  code: string,
  files: Readonly<Record<string, string>> = {},
  options: Partial<ReadOptions> = {},
  entries = ['index.js'],
): Promise<Project> {
  const cwd = await temporaryFolder();
  for (const [name, text] of Object.entries({ 'index.js': start + code, ...files })) {
    fs.mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
    fs.writeFileSync(path.join(cwd, name), text);
  }
  return readLists(entries, { cwd, ...options });
}

const tag = "keystone.createList('Tag', { fields: {} })";
const exported = `const keystone = require('..');\n${tag};`;

/** What stands after `start` in index.js, and what the net says. */
const cases: Record<
  string,
  [code: string, files: Readonly<Record<string, string>>, expected: readonly string[]]
> = {
  'a call that is run': [tag, {}, []],
  'a call in a branch that is known not to be taken': [
    `if (false) ${tag};`,
    {},
    ['error AM1025 index.js:4:12'],
  ],
  'a call on something that has no such function': [
    `const lost = {};\nif (process.argv) lost.createList('Tag', {});`,
    {},
    ['warning AM1023 index.js:5:19', 'error AM1025 index.js:5:19'],
  ],
  'a function that nothing calls': [`function later() { ${tag}; }`, {}, ['warning AM1025 index.js:4:20']],
  'a function that is exported, and that nothing calls': [
    "require('./later');",
    { 'later.js': 'exports.later = keystone =>\n  keystone.createList("Tag", { fields: {} });' },
    ['warning AM1025 later.js:2:3'],
  ],
  'a call without a key and a config, which is not of Keystone': ['if (false) Node.createList();', {}, []],
  'a method that nothing calls': [
    `class Lists {\n  static later() { ${tag}; }\n}`,
    {},
    ['warning AM1025 index.js:5:20'],
  ],
  'a function that is called where reading did not come': [
    `function later() { ${tag}; }\nif (false) later();`,
    {},
    ['error AM1025 index.js:4:20'],
  ],
  'a function that is handed on where reading did not come': [
    `function later() { ${tag}; }\nif (false) require('express')().use(later);`,
    {},
    ['error AM1025 index.js:4:20'],
  ],
  'a function within what is handed on there': [
    `if (false) require('express')({ setup() { ${tag}; } });`,
    {},
    ['error AM1025 index.js:4:43'],
  ],
  'a file that a require with an unknown path may load': [
    'module.exports = keystone;\nrequire(process.env.LISTS);',
    { 'lists/Tag.js': exported, 'Tag.test.js': exported, 'node_modules/tag/index.js': exported },
    ['warning AM1022 index.js:5:1', 'error AM1025 lists/Tag.js:2:1'],
  ],
  'a file that creates a list which is known already': [
    'module.exports = keystone;\nrequire(process.env.LISTS);',
    { 'dist/User.js': exported.replace('Tag', 'User') },
    ['warning AM1022 index.js:5:1'],
  ],
  'a file in a folder that a package is given': [
    "module.exports = keystone;\nrequire('require-dir')('./lists');",
    { 'lists/Tag.js': exported, 'other/Page.js': exported.replace('Tag', 'Page') },
    ['error AM1025 lists/Tag.js:2:1'],
  ],
  'a file in a folder that a package is given as an option': [
    "module.exports = keystone;\nrequire('require-all')({ dirname: __dirname + '/lists', recursive: false });",
    { 'lists/Tag.js': exported },
    ['error AM1025 lists/Tag.js:2:1'],
  ],
  'a file in a folder that a class of a package is given, or what a package gave': [
    "module.exports = keystone;\nnew (require('a').Loader)(['./lists']);\nrequire('b')().load('./other');",
    { 'lists/Tag.js': exported, 'other/Page.js': exported.replace('Tag', 'Page') },
    ['error AM1025 lists/Tag.js:2:1', 'error AM1025 other/Page.js:2:1'],
  ],
  'a package that is told where the project is': [
    "module.exports = keystone;\nnew (require('stack-utils'))({ cwd: process.cwd() });",
    { 'test/Tag.js': exported },
    [],
  ],
  'a file that a branch imports which is not taken, through another': [
    "module.exports = keystone;\nif (false) require('./lists');",
    { 'lists/index.js': "import './Tag';", 'lists/Tag.js': exported },
    ['error AM1025 lists/Tag.js:2:1'],
  ],
  'a file that a function imports which nothing calls': [
    "module.exports = keystone;\nfunction later() { require('./lists/Tag'); }",
    { 'lists/Tag.js': exported },
    ['warning AM1025 lists/Tag.js:2:1'],
  ],
  'a text that a package is given, and that is a route rather than a path': [
    "module.exports = keystone;\nrequire('express')().get('/');",
    { 'lists/Tag.js': exported },
    [],
  ],
  'what follows an exception, which is the cause': [
    `throw new Error('no');\n${tag};`,
    {},
    ['error AM1015 index.js:4:1'],
  ],
};

for (const [name, [code, files, expected]] of Object.entries(cases)) {
  test(`the net and ${name}`, async () => {
    const project = await read(code, files);
    assert.equal(describeDiagnostics(project), expected);
    if (expected.some((line) => line.startsWith('error'))) {
      assert.is(project.secondReading?.outcome, 'not-confirmed');
    }
  });
}

test('what --env leaves out is left out', async () => {
  const code = `if (process.env.TAGS) ${tag};`;
  assert.equal(describeDiagnostics(await read(code, {}, { env: { TAGS: '' } })), []);
  const never = `${code}\nif (false) keystone.createList('Page', { fields: {} });`;
  assert.equal(describeDiagnostics(await read(never, {}, { env: { TAGS: '' } })), [
    'error AM1025 index.js:5:12',
  ]);
});

test('each way out that the message names settles it', async () => {
  const lost = 'module.exports = keystone;\nrequire(process.env.LISTS);';
  const keys = ({ lists }: Project) => lists.map(({ key }) => key);
  const errors = ({ diagnostics }: Project) => diagnostics.filter(({ severity }) => severity === 'error');
  const entry = await read(lost, { 'Tag.js': exported.replace('..', './index') }, {}, ['index.js', 'Tag.js']);
  assert.equal([keys(entry), errors(entry)], [['User', 'Tag'], []]);
  const config = {
    'Tag.js': exported.replace('..', './index'),
    'config.js': 'module.exports = { fields: {} };',
  };
  const list = await read(lost, config, { lists: { Tag: 'config.js' } });
  assert.equal([keys(list), errors(list)], [['User', 'Tag'], []]);
});

test('a folder that is linked into itself', async () => {
  const cwd = await temporaryFolder();
  fs.writeFileSync(path.join(cwd, 'index.js'), `${start}require('unread')(__dirname);`);
  fs.symlinkSync(cwd, path.join(cwd, 'again'));
  assert.equal(describeDiagnostics(readLists(['index.js'], { cwd })), []);
});

test('an import for types leads nowhere', async () => {
  const cwd = await temporaryFolder();
  fs.writeFileSync(path.join(cwd, 'index.ts'), `${start}import type { Tag } from './Tag';`);
  fs.writeFileSync(
    path.join(cwd, 'Tag.ts'),
    `declare const keystone: any;\nexport type Tag = string;\n${tag};`,
  );
  assert.equal(describeDiagnostics(readLists(['index.ts'], { cwd, run: false })), []);
});

test('a list that only the run comes to is settled by it', async () => {
  const project = await read(`function later() { ${tag}; }\neval('later()');\nif (false) later();`);
  assert.equal(
    [project.secondReading?.outcome, project.lists.map(({ key }) => key)],
    ['settled', ['User', 'Tag']],
  );
});

test.run();
