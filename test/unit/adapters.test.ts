import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planMigration, scriptSets } from '../../generator/plan/index.ts';
import { type Adapter, type Project, readLists } from '../../generator/reader/index.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { runHere } from '../support/in-process.ts';
import { projectOf } from '../support/lists.ts';
import { planOptions } from '../support/plans.ts';
import { temporaryFolder } from '../support/temporary.ts';

const adapter = (
  name: string | null,
  database: Adapter['database'],
  rest: Partial<Pick<Adapter, 'isDefault' | 'schemaName'>> = {},
): Adapter => ({
  ...{ name, database, isDefault: name === null, schemaName: null },
  source: { file: 'index.js', line: 1, column: 1 },
  ...rest,
});

const POST = 'Post.parent -> Post';
const USER = 'User.friend -> User';

/** A project with User on the default adapter, and Post on the named one. */
function projectOn(adapters: readonly Adapter[], adapterOfPost: string | null): Project {
  const drawn = projectOf({ Post: { parent: { ref: 'Post' } }, User: { friend: { ref: 'User' } } });
  const lists = drawn.lists.map((list) =>
    list.key === 'Post' ? { ...list, adapterName: adapterOfPost } : list,
  );
  return { ...drawn, lists, adapters };
}

function plan(project: Project, options: Partial<Parameters<typeof planMigration>[2]> = {}) {
  const { relationships } = findRelationships(project, planOptions);
  return planMigration(project, relationships, { ...planOptions, ...options });
}

/** The relationships of each set of scripts, by its folder. */
const setsOf = (...args: Parameters<typeof plan>) =>
  Object.fromEntries(
    scriptSets(plan(...args).plan).flatMap(({ folder, postgres, mongo }) => [
      ...(postgres ? [[folder || 'postgres', postgres.unchanged] as const] : []),
      ...(mongo ? [[folder || 'mongo', mongo.unchanged] as const] : []),
    ]),
  );

test('several adapters for one database: each has the lists that name it, or the default', () => {
  const adapters = [adapter('a', 'mongo', { isDefault: true }), adapter('b', 'mongo'), adapter('c', 'mongo')];
  const sets = (adapterOfPost: string | null) =>
    setsOf(projectOn(adapters, adapterOfPost), { databases: ['mongo'] });
  assert.equal(sets('b'), { a: [USER], b: [POST], c: [] });
  assert.equal(sets(null), { a: [POST, USER], b: [], c: [] });
});

test('then an adapter that is the only one for its database has its own folder too', () => {
  const adapters = [
    adapter('a', 'postgres', { isDefault: true }),
    adapter('b', 'postgres'),
    adapter('docs', 'mongo'),
  ];
  assert.equal(setsOf(projectOn(adapters, 'docs')), { a: [USER], b: [], docs: [POST] });
  assert.equal(setsOf(projectOn(adapters, 'docs'), { databases: ['mongo'] }), { docs: [POST] });
});

test('one adapter for each database, or several of which the environment chooses one: a folder for each database', () => {
  const both = [POST, USER];
  for (const [adapters, expected] of [
    [
      [adapter('sql', 'postgres', { isDefault: true }), adapter('docs', 'mongo')],
      { postgres: both, mongo: [] },
    ],
    [[adapter(null, 'mongo'), adapter(null, 'mongo')], { postgres: both, mongo: both }],
    [[adapter(null, 'mongo'), adapter(null, 'postgres')], { postgres: both, mongo: both }],
    // One name, with what the environment chooses.
    [
      [
        adapter('main', 'postgres', { isDefault: true, schemaName: 'a' }),
        adapter('main', 'postgres', { isDefault: true, schemaName: 'b' }),
      ],
      { postgres: both, mongo: both },
    ],
    // Two instances of Keystone, each with its default.
    [
      [adapter('a', 'mongo', { isDefault: true }), adapter('b', 'mongo', { isDefault: true })],
      { postgres: both, mongo: both },
    ],
  ] as const) {
    const project = projectOn(adapters, null);
    assert.equal(setsOf(project), expected);
    assert.not('adapters' in plan(project).plan);
  }
});

test('a database that no adapter is for, but that was asked for, has all lists, beside the folders of the adapters', () => {
  const adapters = [adapter('a', 'postgres', { isDefault: true }), adapter('b', 'postgres')];
  assert.equal(setsOf(projectOn(adapters, 'b')), { mongo: [POST, USER], a: [USER], b: [POST] });
});

test('the schema is that of each adapter, unless the option says another', () => {
  const adapters = [
    adapter('a', 'postgres', { isDefault: true }),
    adapter('b', 'postgres', { schemaName: 'cms' }),
  ];
  const schemas = (...args: Parameters<typeof plan>) =>
    plan(...args).plan.adapters?.map(({ postgres }) => postgres?.schemaName);
  const project = projectOn(adapters, 'b');
  assert.equal(schemas(project), ['public', 'cms']);
  assert.equal(schemas(project, { schemaName: 'other' }), ['other', 'other']);
});

test('two adapters may have the same collection', () => {
  const adapters = [adapter('a', 'mongo', { isDefault: true }), adapter('b', 'mongo')];
  const drawn = projectOf({ Post: { tags: { ref: 'Post', many: true } }, Other: {} });
  const lists = drawn.lists.map((list) =>
    list.key === 'Other' ? { ...list, adapterName: 'b', collection: 'post_tags_manies' } : list,
  );
  assert.equal(plan({ ...drawn, lists, adapters }).diagnostics, []);
  const [first] = plan({ ...drawn, lists, adapters: [] }).diagnostics;
  assert.is(first?.code, 'AM3002');
});

test('lists whose adapter is unknown are an error if each adapter has its own scripts', () => {
  const adapters = [adapter('a', 'mongo'), adapter('b', 'mongo')];
  const diagnostics = plan(projectOn(adapters, 'b')).diagnostics;
  assert.equal(
    diagnostics.map(({ code, severity, message }) => [code, severity, message]),
    [['AM3004', 'error', 'Which adapter these lists are on is unknown: User.']],
  );
  assert.match(diagnostics[0]?.help ?? '', 'Name one of a, b as defaultAdapter');
  assert.equal(plan(projectOn([adapter('a', 'mongo')], 'b')).diagnostics, []);
});

test('every adapter has a folder that all file systems and shells take', () => {
  const names = ['people', '../up', 'Main', 'main', '-x', 'a b', 'база', ''];
  const adapters = names.map((name) => adapter(name, 'mongo', { isDefault: name === 'people' }));
  assert.equal(
    plan(projectOn(adapters, null)).plan.adapters?.map(({ folder }) => folder),
    ['people', '___up', 'Main', 'main_2', '_x', 'a_b', 'база', '_'],
  );
});

const INDEX = new URL('../fixtures/field-cases/report-many-adapters/index.js', import.meta.url);

/** A folder with the field case. */
async function manyAdapters(): Promise<string> {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'index.js'), readFileSync(INDEX));
  return folder;
}

async function mustRun(folder: string, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runHere(folder, ...args);
  assert.is(status, 0, `${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

test('the field case has three adapters, two of them with lists', () => {
  const project = readLists(['index.js'], { cwd: fileURLToPath(new URL('.', INDEX)) });
  assert.equal(project.diagnostics, []);
  const { adapters = [] } = plan(project).plan;
  assert.equal(
    adapters.map(({ name, mongo }) => [name, mongo?.steps.map(({ relationship }) => relationship)]),
    [
      ['people', ['Hobby.interests <-> Interest.hobbies']],
      ['shop', ['Product.related -> Product']],
      ['logs', []],
    ],
  );
});

test('generate writes a folder for each adapter, the library in each, and again the same; check agrees', async () => {
  const folder = await manyAdapters();
  const { files } = JSON.parse(await mustRun(folder, 'generate', 'index.js', '--json')) as {
    files: string[];
  };
  const scripts = ['preflight', 'migrate', 'verify', 'rollback', 'arcade', 'arcade-checks'];
  assert.equal(files, [
    'out/0001_arcade/REVIEW.md',
    'out/0001_arcade/plan.json',
    ...['people', 'shop'].flatMap((name) => scripts.map((script) => `out/0001_arcade/${name}/${script}.js`)),
    'out/manifest.json',
  ]);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const contents = files.map(read);
  assert.match(await mustRun(folder, 'check', 'index.js'), 'out matches the lists: 2 relationships.');
  assert.match(await mustRun(folder, 'generate', 'index.js'), 'Unchanged: out covers every relationship');
  await mustRun(folder, 'generate', 'index.js', '--replace');
  assert.equal(files.map(read), contents);
  assert.is(read('out/0001_arcade/people/arcade.js'), read('out/0001_arcade/shop/arcade.js'));

  const review = read('out/0001_arcade/REVIEW.md');
  for (const line of [
    '- **MongoDB (adapter people)**: 1 of 1 relationship changes',
    '- **MongoDB (adapter shop)**: 1 of 1 relationship changes',
    '- **MongoDB (adapter logs)**: nothing changes, so there are no scripts.',
    '| `Product.related -> Product` | N:N | `shop` | ',
    'mongosh --quiet "$MONGODB_URI_PEOPLE" people/migrate.js\n   mongosh --quiet "$MONGODB_URI_SHOP" shop/migrate.js\n',
    'mongodump --uri="$MONGODB_URI_SHOP" --gzip --archive=before-arcade-shop.archive.gz\n',
  ]) {
    assert.match(review, line);
  }
});

test('a list that moves to another adapter no longer matches its scripts; an adapter that is added changes nothing', async () => {
  const folder = await manyAdapters();
  await mustRun(folder, 'generate', 'index.js');
  const rewrite = (from: string, to: string) => {
    const text = readFileSync(INDEX, 'utf8');
    assert.ok(text.includes(from));
    writeFileSync(join(folder, 'index.js'), text.replace(from, to));
  };
  rewrite('adapters: {', 'adapters: { first: new MongooseAdapter(),');
  assert.match(await mustRun(folder, 'check', 'index.js'), 'out matches the lists');
  rewrite("adapterName: 'shop'", "adapterName: 'logs'");
  const { status, stdout } = await runHere(folder, 'check', 'index.js');
  assert.is(status, 1);
  assert.match(stdout, 'adapter shop, MongoDB\n');
  assert.match(stdout, 'adapter logs, MongoDB\n');
  rewrite(
    "'Product', many: true } }",
    "'Product', many: true }, similar: { type: Relationship, ref: 'Product', many: true } }",
  );
  const { files } = JSON.parse(await mustRun(folder, 'generate', 'index.js', '--json')) as {
    files: string[];
  };
  assert.equal(
    files.filter((file) => file.endsWith('migrate.js')),
    ['out/0002_arcade/shop/migrate.js'],
  );
});

test('one script of one adapter is printed by its path', async () => {
  const folder = await manyAdapters();
  const { status, stderr } = await runHere(folder, 'generate', 'index.js', '--stdout', '--script', 'migrate');
  assert.is(status, 2);
  assert.match(stderr, 'people/migrate.js, shop/migrate.js');
  const printed = await mustRun(folder, 'generate', 'index.js', '--stdout', '--script', 'shop/migrate.js');
  assert.match(printed, "step('Product.related -> Product'");
});

test('a migration runner has a folder for each adapter, with numbers of its own', async () => {
  const folder = await manyAdapters();
  const options = ['index.js', '--layout', 'migrate-mongo'];
  const generate = async (...more: readonly string[]) =>
    (JSON.parse(await mustRun(folder, 'generate', ...options, '--json', ...more)) as { files: string[] })
      .files;
  const files = await generate();
  assert.equal(
    files.filter((file) => !file.startsWith('out/')),
    ['migrations/people/20200401000000-arcade.js', 'migrations/shop/20200401000000-arcade.js'],
  );
  assert.equal(
    files.filter((file) => /migrate|rollback/.test(file) && file.startsWith('out/')),
    [],
  );
  writeFileSync(join(folder, 'migrations/people/20200505000000-later.js'), '');
  await mustRun(folder, 'check', ...options);
  const review = readFileSync(join(folder, 'out/0001_arcade/REVIEW.md'), 'utf8');
  assert.match(review, 'npx migrate-mongo up  # people\n   npx migrate-mongo up  # shop\n');
  assert.match(review, 'Configure it for the database of each adapter.');
  const again = await generate('--replace', '--reconcile', 'merge');
  assert.equal(
    again.filter((file) => !file.startsWith('out/')),
    files.filter((file) => !file.startsWith('out/')),
  );
  const printed = readFileSync(join(folder, 'migrations/shop/20200401000000-arcade.js'), 'utf8');
  assert.not.match(printed, /Hobby/);
});

test('a runner that needs a list of migrations says which is missing', async () => {
  const folder = await temporaryFolder();
  const text = readFileSync(INDEX, 'utf8')
    .replaceAll('MongooseAdapter', 'KnexAdapter')
    .replace('adapter-mongoose', 'adapter-knex');
  writeFileSync(join(folder, 'index.js'), text);
  const { status, stderr } = await runHere(folder, 'generate', 'index.js', '--layout', 'sqitch');
  assert.is(status, 1);
  assert.match(stderr, 'There is no people/sqitch.plan in the migrations folder.');
  const { files } = JSON.parse(await mustRun(folder, 'generate', 'index.js', '--layout', 'dbmate', '--json'));
  assert.ok(files.includes('db/migrations/people/20200401000000_arcade.sql'));
  const review = readFileSync(join(folder, 'out/0001_arcade/REVIEW.md'), 'utf8');
  assert.match(review, 'dbmate --migrations-dir db/migrations/people --no-dump-schema migrate  # people\n');
  assert.match(review, 'psql -X -v ON_ERROR_STOP=1 -f shop/verify.sql "$DATABASE_URL_SHOP"\n');
});

test.run();
