import fs from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readLists } from '../../generator/reader/index.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { describeRelationships } from './describe.ts';

/** Packages that only keep an instance of Keystone may have it. Whoever gets it from them may not. */
const test = suite<{ folder: string }>('a Keystone instance that express keeps');

test.before(async (context) => {
  context.folder = await temporaryFolder();
});

const head = `const { Keystone } = require('@keystonejs/keystone');
const { Relationship } = require('@keystonejs/fields');
const unread = require('unread');
const http = require('http');
const keystone = new Keystone({});
const app = require('express')();
keystone.createList('User', { fields: { friends: { type: Relationship, ref: 'User', many: true } } });
`;
const keep = "app.set('keystone', keystone);\n";
const post = "'Post', { fields: { author: { type: Relationship, ref: 'User' } } }";

function read(folder: string, program: string) {
  fs.writeFileSync(path.join(folder, 'index.js'), head + program);
  const project = readLists(['index.js'], { cwd: folder });
  const errors = project.diagnostics.filter(({ severity }) => severity === 'error');
  return { errors: errors.map(({ code }) => code), relationships: describeRelationships(project) };
}

const kept = [
  keep,
  'app.locals.keystone = keystone;',
  'Object.assign(app.locals, { keystone });',
  'app.use((req, res, next) => { req.keystone = keystone; res.locals = { keystone }; next(); });',
  "require('assert').ok(keystone);",
  "require('node:assert')(keystone);",
  "require('debug')('app')('%o', keystone);",
  `${keep}http.createServer(app).listen(3000);`,
  `unread(app);`,
];

for (const code of kept) {
  test(`is no error: ${code.trim()}`, ({ folder }) =>
    assert.equal(read(folder, code), { errors: [], relationships: ['User.friends -> User, many'] }));
}

const handedOn = [
  'unread(app);',
  'unread({ app });',
  'unread([app]);',
  'unread(() => app);',
  'new unread.Plugin(app);',
  'unread.app = app;',
  "unread(app.get('keystone'));",
  'unread({ ...app.locals });',
  'unread(Object.values(app.locals));',
  'unread.plug.call(app);',
  'unread(http.createServer(app));',
  'unread(new http.Server(app));',
  'Promise.resolve(app).then(unread);',
  'app.use((req, res, next) => unread(req));',
  'for (const each of [app]) unread(each);',
];

for (const code of handedOn) {
  for (const program of [keep + code, `${code}\n${keep}`]) {
    test(`is an error: ${program.trim()}`, ({ folder }) =>
      assert.ok(read(folder, program).errors.includes('AM1020')));
  }
}

const used = [
  `app.get('keystone').createList(${post});`,
  `const { createList } = app.get('keystone'); createList(${post});`,
  `app.get('keystone')['create' + 'List'](${post});`,
  `Object.values(app.locals)[0].createList(${post});`,
  `app.use((req) => req.app.get('keystone').createList(${post}));`,
  `((one) => one.createList(${post}))(app.get('keystone'));`,
];

for (const code of used) {
  test(`a list is not missed: ${code}`, ({ folder }) => {
    const { errors, relationships } = read(folder, keep + code);
    assert.ok(errors.length > 0 || relationships.includes('Post.author -> User'));
  });
}

test.run();
