import fs from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isUnresolved } from '../../generator/diagnostics.ts';
import { type Project, type ReadOptions, readLists } from '../../generator/reader/index.ts';
import { newResolver } from '../../generator/reader/modules/resolve.ts';
import { readAgain } from '../../generator/reader/run/index.ts';
import { runCli } from '../support/cli.ts';
import { runFiles } from '../support/run-files.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { describeRelationships } from './describe.ts';

/** What the comparison of the two readings says, and what the stand-ins of the second one do. */
const test = suite<{ folder: string }>('the second reading');

test.before(async (context) => {
  context.folder = await temporaryFolder();
});

const head = `const { Keystone } = require('@keystonejs/keystone');
const { Text, Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({});
const fields = { name: { type: Text } };
keystone.createList('User', { fields });
`;

function read(folder: string, program: string, options: Partial<ReadOptions> = {}): Project {
  fs.writeFileSync(path.join(folder, 'index.js'), head + program);
  return readLists(['index.js'], { cwd: folder, ...options });
}

const errorsOf = ({ diagnostics }: Project): readonly string[] =>
  diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);

/** Code that the first reading does not follow. */
const hidden = (code: string): string => `eval(${JSON.stringify(code)});\n`;
const post = `keystone.createList('Post', { fields: { author: { type: Relationship, ref: 'User' } } });`;

test('confirms what the first reading found', ({ folder }) => {
  const { secondReading } = read(folder, post);
  assert.equal(secondReading, { outcome: 'confirmed', reason: null, help: null });
});

test('settles what the first reading does not follow', ({ folder }) => {
  const project = read(folder, hidden(post));
  assert.is(project.secondReading?.outcome, 'settled');
  assert.equal(errorsOf(project), []);
  assert.equal(describeRelationships(project), ['Post.author -> User']);
  assert.is(project.lists.find(({ key }) => key === 'User')?.source.line, 5);
});

test('settles nothing that the environment decides', ({ folder }) => {
  const program = hidden(`if (process.env.WITH_POSTS) ${post}`);
  const { secondReading, ...project } = read(folder, program);
  assert.is(secondReading?.outcome, 'not-confirmed');
  assert.is(secondReading?.reason, 'What the lists are may depend on process.env.WITH_POSTS.');
  assert.match(secondReading?.help ?? '', '--env WITH_POSTS=<value>');
  assert.ok(errorsOf(project).length > 0);
  for (const [value, expected] of [
    ['yes', ['Post.author -> User']],
    ['', []],
  ] as const) {
    const known = read(folder, program, { env: { WITH_POSTS: value } });
    assert.equal([known.secondReading?.outcome, describeRelationships(known)], ['settled', expected]);
  }
});

for (const [what, code] of Object.entries({
  'a package is given the Keystone instance': "require('unread')(keystone);",
  'a package is given the fields of a list': `require('unread').add(fields); keystone.createList('Log', { fields });`,
  'a package is given a callback': `require('unread').on('start', () => { ${post} });`,
  'a package has the key of a list': "keystone.createList(require('unread').key, { fields });",
  'a package has the type of a field':
    "keystone.createList('Log', { fields: { by: { type: require('unread'), ref: 'User' } } });",
  'a package has the ref of a field':
    "keystone.createList('Log', { fields: { by: { type: Relationship, ref: 'x' + require('unread').list } } });",
  'a package is gone through': `for (const each of require('unread').all()) keystone.createList('Log', { fields });`,
  'a file is not there': "if (require('fs').existsSync('./more')) keystone.createList('Log', { fields });",
  'the time decides':
    "if (Date.now() < 1e12 * 1.6) keystone.createList('Log', { fields }); process.env.TOUCH;",
})) {
  test(`settles nothing where ${what}`, ({ folder }) => {
    const project = read(folder, hidden(code));
    assert.is(project.secondReading?.outcome, 'not-confirmed');
    assert.ok(errorsOf(project).length > 0);
  });
}

test('settles what goes on beside packages that have nothing to do with lists', ({ folder }) => {
  const program = `const app = require('express')(); app.use(require('cors')({ origin: process.env.ORIGIN }));
    app.listen(process.env.PORT || 3000, () => console.log('up')); ${hidden(post)}`;
  assert.is(read(folder, program).secondReading?.outcome, 'settled');
});

test('says where a run ended, and what would let it come to its end', ({ folder }) => {
  const broken = read(folder, `${post}\nrequire('./lists')();\n`, {}).secondReading;
  assert.is(broken?.outcome, 'confirmed');
  const thrown = read(folder, `${post}\nif (Math.cos(0) === 1) null.x;\n`).secondReading;
  assert.match(thrown?.reason ?? 'settled', /index\.js:7:\d+: TypeError|settled/);
});

test('takes variables to be set where the code needs them', ({ folder }) => {
  const { secondReading } = read(folder, `const name = process.env.DATABASE.split('/').pop();\n${post}`);
  assert.is(secondReading?.outcome, 'confirmed');
});

test("takes blocks that only a fork of Keystone's package has to store nothing, as the first reading does", ({
  folder,
}) => {
  const program = `const { Content } = require('@keystonejs/field-content');
    keystone.createList('Page', { fields: { body: { type: Content, blocks: [[Content.blocks.ofFork, {}]] } } });`;
  assert.is(read(folder, program).secondReading?.outcome, 'confirmed');
});

test('runs nothing where it is not wanted', ({ folder }) => {
  assert.is(read(folder, post, { run: false }).secondReading?.outcome, 'skipped');
});

test('is told by the commands, and in their JSON', async ({ folder }) => {
  read(folder, post, { run: false });
  const run = (...args: string[]) =>
    runCli(folder, 'relationships', 'index.js', '--database', 'mongo', ...args);
  const [both, one] = await Promise.all([run('--json'), run('--json', '--no-run')]);
  assert.is(both.stderr, 'Confirmed: a run of the list files in an isolated engine found the same lists.\n');
  assert.is(one.stderr, 'Not confirmed: --no-run leaves out the run of the list files.\n');
  const outcomes = [both, one].map(({ stdout }) => JSON.parse(stdout).secondReading.outcome);
  assert.equal(outcomes, ['confirmed', 'skipped']);
  assert.equal([both.status, one.status], [0, 0]);
});

test('is an error where the two readings differ, with both answers, that nothing allows', ({ folder }) => {
  const project = read(folder, post, { run: false });
  const wrong: Project = {
    ...project,
    lists: project.lists.map((list) => ({
      ...list,
      relationships: list.relationships.map((field) => ({ ...field, many: true })),
    })),
  };
  const first = {
    cwd: folder,
    env: {},
    entryFiles: new Set([path.join(folder, 'index.js')]),
    modules: { resolver: newResolver(), loaded: new Map(), sources: new Map() },
  };
  const { secondReading, diagnostics } = readAgain(wrong, first, {});
  const [diagnostic] = diagnostics;
  assert.is(secondReading?.outcome, 'different');
  assert.equal([diagnostic?.code, diagnostic?.severity], ['AM1024', 'error']);
  assert.is(
    diagnostic?.message,
    'The two readings differ: Post.author is a relationship to User, many in the first reading, and a relationship to User in the run.',
  );
  assert.equal({ ...diagnostic?.source }, { file: 'index.js', line: 6, column: 1 });
  assert.not(isUnresolved({ code: 'AM1024' }));
});

/** The lists that the stand-ins for Keystone's packages make, as lines. */
function made(folder: string, program: string): readonly string[] {
  const { lists, stop } = runFiles(folder, { 'index.js': head + program });
  assert.is(stop, null);
  return lists.map(({ key, relationships }) =>
    [key, ...relationships.map(({ path, ref, many }) => `${path} -> ${ref}${many ? ', many' : ''}`)].join(
      '; ',
    ),
  );
}

test('has the plugins, the types and the auxiliary lists of Keystone', ({ folder }) => {
  const program = `
    const { byTracking } = require('@keystonejs/list-plugins');
    const { Content } = require('@keystonejs/fields-content');
    const { CloudinaryImage } = require('@keystonejs/fields-cloudinary-image');
    class Own extends Relationship.implementation {
      constructor(path, config, meta) {
        meta.createAuxList('_Aux_' + path, { fields: { from: { type: Relationship, ref: meta.listKey + '.' + path } } });
        super(path, { ...config, ref: '_Aux_' + path + '.from' }, meta);
      }
    }
    keystone.createList('BlogPost', {
      fields: {
        body: { type: Content, blocks: [Content.blocks.heading, [CloudinaryImage.blocks.image, {}]] },
        own: { type: { ...Relationship, type: 'Own', implementation: Own }, many: true },
      },
      plugins: [byTracking({ createdByField: 'writer' })],
    });
    const { GoogleAuthStrategy } = require('@keystonejs/auth-passport');
    keystone.createAuthStrategy({ type: GoogleAuthStrategy, list: 'User', config: {} });
    keystone.createAuthStrategy({ type: GoogleAuthStrategy, list: 'User', config: {} });
  `;
  assert.equal(made(folder, program).slice(1), [
    'BlogPost; body -> _ContentType_BlogPost_body.from; own -> _Aux_own.from, many; updatedBy -> User; writer -> User',
    '_Block_BlogPost_cloudinaryImage; from -> _ContentType_BlogPost_body.cloudinaryImages',
    '_ContentType_BlogPost_body; from -> BlogPost.body; cloudinaryImages -> _Block_BlogPost_cloudinaryImage.from, many',
    '_Aux_own; from -> BlogPost.own',
    'passportSession; item -> User',
  ]);
});

test('has lists, adapters and options as Keystone has them', ({ folder }) => {
  const program = `
    const { KnexAdapter } = require('@keystonejs/adapter-knex');
    const { MongooseAdapter } = require('@keystonejs/adapter-mongoose');
    const { Uuid } = require('@keystonejs/fields');
    const other = new Keystone({
      adapters: { sql: new KnexAdapter({ schemaName: 'cms' }), docs: new MongooseAdapter() }, defaultAdapter: 'sql',
    });
    const list = other.createList('Log', {
      adapterName: 'docs',
      adapterConfig: { mongooseSchemaOptions: { collection: 'entries' } },
      fields: { id: { type: Uuid }, by: { type: Relationship, ref: 'User', isUnique: true, isIndexed: false,
        knexOptions: { isNotNullable: true }, mongooseOptions: { index: { sparse: true } } } },
    });
    if (other.listsArray.length === 1 && other.getListByKey('Log') === list && list.getFieldByPath('by').many === undefined) {
      other.createList(list.key + 'Copy', { fields: {} });
    }`;
  const { lists, adapters } = runFiles(folder, { 'index.js': head + program });
  const [, log, copy] = lists;
  assert.equal(
    { ...log, call: null },
    {
      key: 'Log',
      adapterName: 'docs',
      collection: 'entries',
      idType: 'Uuid',
      fieldPaths: ['id', 'by'],
      relationships: [
        {
          path: 'by',
          ref: 'User',
          many: false,
          isUnique: true,
          isIndexed: false,
          isNotNullable: true,
          mongooseOptions: { sparse: true, index: true },
        },
      ],
      call: null,
    },
  );
  assert.is(copy?.key, 'LogCopy');
  assert.equal(adapters, [
    { name: 'sql', isDefault: true, database: 'postgres', schemaName: 'cms' },
    { name: 'docs', isDefault: false, database: 'mongo', schemaName: null },
  ]);
});

test('refuses what Keystone refuses', ({ folder }) => {
  for (const fields of [
    '{ a: { type: undefined } }',
    "{ a: { type: 'Text' } }",
    '{ a: { type: Relationship } }',
    'null',
  ]) {
    const { stop } = runFiles(folder, {
      'index.js': `${head}keystone.createList('A', { fields: ${fields} });`,
    });
    assert.is(stop?.kind, 'exception', fields);
  }
});

test('notices exceptions that nobody catches, also late ones, and the end of the program', ({ folder }) => {
  const kindOf = (program: string) => runFiles(folder, { 'index.js': head + program }).stop?.kind ?? null;
  assert.is(kindOf('(async () => { await null; throw new Error("late"); })();'), 'exception');
  assert.is(kindOf('setTimeout(() => { throw new Error("late"); });'), 'exception');
  assert.is(kindOf('Promise.reject(new Error("late")).catch(() => {});'), null);
  assert.is(kindOf('process.exit(1);'), 'exit');
});

test('runs the modules of any kind, and packages that only compute', ({ folder }) => {
  const files = {
    'index.js': `${head}
      import('./more.mjs');
      const { posts } = require('./posts');
      keystone.createList('Post', posts);
      const _ = require('lodash');
      keystone.createList(_.upperFirst(require('lodash/camelCase')('my log')), _.merge({ fields }, { fields: {} }));`,
    'posts.ts': `import { Relationship } from '@keystonejs/fields';
      enum Key { User = 'User' }
      namespace Refs { export const user: string = Key.User; }
      function noted(value: unknown, key?: string): void {}
      @noted class Fields { @noted author = { type: Relationship, ref: Refs.user }; }
      export const posts = { fields: { ...new Fields() } };`,
    'more.mjs': `import { Keystone } from '@keystonejs/keystone';
      import { readdirSync } from 'node:fs';
      const names = await Promise.resolve(readdirSync(new URL('.', import.meta.url).pathname || '.'));
      new Keystone({}).createList('More' + (typeof names.length), { fields: {} });`,
  };
  const { lists, stop } = runFiles(folder, files);
  assert.is(stop, null);
  assert.equal(
    lists.map(({ key, relationships }) => `${key} ${relationships.length}`),
    ['User 0', 'Post 1', 'MyLog 0', 'Morenumber 0'],
  );
});

test.run();
