import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planMigration } from '../../generator/plan/index.ts';
import { Refusal } from '../../generator/refusal.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { overrideTemplates } from '../../generator/render/overrides.ts';
import { builtInTemplates } from '../../generator/render/template-files.ts';
import { runHere } from '../support/in-process.ts';
import { projectOf } from '../support/lists.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const blog = 'test/fixtures/sample-blog/index.ts';

const lists = projectOf({
  Post: { author: { ref: 'User.post' }, tags: { ref: 'Tag', many: true } },
  User: { post: { ref: 'Post.author' } },
  Tag: {},
});

/** The scripts of a small project, with the templates of a folder. */
function render(cwd: string, folder: string): Map<string, string> {
  const order = { sideOrder: 'alphabetical', locale: 'en' } as const;
  const target = { databases: ['postgres', 'mongo'], schemaName: 'public', lockTimeout: '5s' } as const;
  const { relationships } = findRelationships(lists, order);
  const { plan } = planMigration(lists, relationships, { ...target, ...order, reconcile: 'merge' });
  const scripts = renderScripts(plan, overrideTemplates(cwd, folder));
  return new Map(scripts.map(({ path, text }) => [path, text]));
}

/** A folder with templates of the user, by path. */
async function folderWith(templates: Readonly<Record<string, string>>): Promise<string> {
  const cwd = await temporaryFolder();
  for (const [path, text] of Object.entries({ ...templates, '.hidden': '{{' })) {
    mkdirSync(join(cwd, 'mine', path, '..'), { recursive: true });
    writeFileSync(join(cwd, 'mine', path), text);
  }
  return cwd;
}

/** How the templates are refused. */
async function refusal(templates: Readonly<Record<string, string>>): Promise<string> {
  const cwd = await folderWith(templates);
  try {
    render(cwd, 'mine');
  } catch (error) {
    assert.instance(error, Refusal);
    assert.match((error as Refusal).help, 'Nothing was written');
    return `${(error as Refusal).message}\n${(error as Refusal).help}`;
  }
  return 'not refused';
}

test('an overridden template is used wherever it is called', async () => {
  const cwd = await folderWith({
    'postgres/header.sql.hbs': '-- CMS-17, {{title}}\r\n',
    'postgres/migrate/rename-table.sql.hbs':
      '-- mine\nALTER TABLE {{table kept.name}} RENAME TO {{ident after.name}};\n',
    'mongo/places.js.hbs': `// CMS-17\n${builtInTemplates().get('mongo/places.js.hbs')?.text}`,
    'mongo/verify.js.hbs': builtInTemplates().get('mongo/verify.js.hbs')?.text ?? '',
  });
  const scripts = render(cwd, 'mine');
  for (const name of ['preflight', 'migrate', 'verify', 'rollback']) {
    assert.match(
      scripts.get(`postgres/${name}.sql`) ?? '',
      new RegExp(`^-- CMS-17, ${name}\\.sql [^\\r]*$`, 'm'),
    );
  }
  assert.match(scripts.get('postgres/migrate.sql') ?? '', /-- mine\nALTER TABLE "public"\."Post_tags"/);
  assert.match(scripts.get('mongo/preflight.js') ?? '', "// CMS-17\n  step('Post.tags -> Tag', {");
  assert.match(
    scripts.get('REVIEW.md') ?? '',
    '`mongo/places.js.hbs`, `postgres/header.sql.hbs`, `postgres/migrate/rename-table.sql.hbs`.',
  );
});

test('what is wrong with a template is refused, with file and line', async () => {
  for (const [text, message] of [
    ['--\n{{#if title}}', 'mine/postgres/header.sql.hbs:2:1: it cannot be parsed'],
    ['--\n{{#if title}}{{/unless}}', "mine/postgres/header.sql.hbs:2:4: if doesn't match unless"],
    ['--\n{{title', 'mine/postgres/header.sql.hbs:2:1: it cannot be parsed'],
    [
      '--\n {{titel}}',
      'mine/postgres/header.sql.hbs:2:4: there is no value titel here\n\n  1 | --\n> 2 |  {{titel}}',
    ],
    ['{{ident schemaNam}}', 'mine/postgres/header.sql.hbs:1:1: ident gets a value that does not exist'],
    ['{{#each sumary}}{{/each}}', ':1:1: each gets a value that does not exist'],
    ['{{witness.length}}', 'there is no value length here'],
    ['{{shout title}}', 'there is no value shout here'],
    [
      '{{titel}}',
      'This template gets the values schemaName, lockTimeout, lists, locks, steps, unchanged, notes, reconcile,',
    ],
    [
      '--\n--\n{{> postgres/begun}}',
      'header.sql.hbs:3:1: there is no template postgres/begun. Did you mean postgres/begin?',
    ],
    ['{{#> step}}{{/step}}', 'header.sql.hbs:1:1: there is no template step'],
    ["{{> (concat 'postgres/' schemaName)}}", 'postgres/public'],
    ['{{> postgres/header}}', 'mine/postgres/header.sql.hbs: Maximum call stack'],
    ['{{#sql 2}}SELECT (({{/sql}}', 'mine/postgres/header.sql.hbs: this is not SQL: Error: Parse error'],
  ] as const) {
    assert.match(await refusal({ 'postgres/header.sql.hbs': text }), message, text);
  }
  const inOther = await refusal({ 'mongo/verify.js.hbs': '{{> mongo/places}}' });
  assert.match(inOther, 'mongo/places.js.hbs:');
});

test('a file at a path that no template has is refused, with the nearest', async () => {
  const message = await refusal({
    'postgres/heder.sql.hbs': '',
    'postgres/header.sql': '',
    'mine.txt': '',
    'mongo/verify.js.hbs': '',
  });
  assert.equal(message.split('\n').slice(0, -1), [
    'mine/mine.txt is not named like a template',
    'mine/postgres/header.sql is not named like a template. Did you mean postgres/header.sql.hbs?',
    'mine/postgres/heder.sql.hbs is not named like a template. Did you mean postgres/header.sql.hbs?',
  ]);
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, number) => [`${number}.txt`, '']));
  assert.match(await refusal(many), 'and 20 more');
  const nowhere = await temporaryFolder();
  assert.throws(() => overrideTemplates(nowhere, 'mine'), /The templates in mine cannot be read/);
});

test('templates lists them, ejects them, and what was ejected makes the same files', async () => {
  const cwd = await temporaryFolder();
  const ejected = await runHere(cwd, 'templates', '--eject', 'mine', '--json');
  assert.is(ejected.status, 0);
  const paths = [...builtInTemplates().keys()];
  assert.equal(JSON.parse(ejected.stdout), {
    templates: paths.map((path) => ({ path, overriddenBy: null })),
    ejectedTo: 'mine',
  });
  const own = join(root, 'templates');
  assert.equal(
    readdirSync(join(cwd, 'mine'), { recursive: true }).sort(),
    readdirSync(own, { recursive: true })
      .filter((path) => !String(path).startsWith(join('mongo', 'arcade')))
      .sort(),
  );
  for (const path of paths) {
    assert.is(readFileSync(join(cwd, 'mine', path), 'utf8'), readFileSync(join(own, path), 'utf8'), path);
  }

  const options = [
    '--database',
    'both',
    '--templates',
    join(cwd, 'mine'),
    '--out',
    join(cwd, 'out'),
    '--quiet',
  ];
  const generated = await runHere(root, 'generate', blog, ...options);
  assert.is(generated.status, 0, generated.stderr);
  for (const script of [
    'postgres/migrate.sql',
    'postgres/verify.sql',
    'mongo/preflight.js',
    'mongo/rollback.js',
  ]) {
    const [made, committed] = [join(cwd, 'out'), join(root, 'out')].map((out) =>
      readFileSync(join(out, '0001_arcade', script), 'utf8'),
    );
    assert.is(made, committed, script);
  }

  assert.not.match(readFileSync(join(cwd, 'out/0001_arcade/REVIEW.md'), 'utf8'), 'Templates of the project');

  appendFileSync(join(cwd, 'mine/postgres/header.sql.hbs'), '-- mine\n');
  const refused = await runHere(cwd, 'templates', '--eject', 'mine');
  assert.is(refused.status, 1);
  assert.is(
    refused.stderr,
    'mine has changed templates: postgres/header.sql.hbs.\nNothing was written: name a new folder.\n',
  );
  const listed = await runHere(cwd, 'templates', '--templates', 'mine');
  assert.match(listed.stdout, 'postgres/header.sql.hbs  overridden by mine/postgres/header.sql.hbs\n');

  renameSync(join(cwd, 'mine/postgres/header.sql.hbs'), join(cwd, 'mine/postgres/heder.sql.hbs'));
  rmSync(join(cwd, 'out'), { recursive: true });
  const misnamed = await runHere(root, 'generate', blog, ...options);
  assert.is(misnamed.status, 1);
  assert.match(misnamed.stderr, 'Did you mean postgres/header.sql.hbs?');
  assert.not(existsSync(join(cwd, 'out')));
});

test.run();
