import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runHere } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const LISTS = "const { Keystone } = require('@keystonejs/keystone');\nmodule.exports = new Keystone({});\n";

/** A folder with these files; what is no text is written as JSON. */
async function projectOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  const cwd = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return cwd;
}

const configOf = (cwd: string) => JSON.parse(readFileSync(join(cwd, 'arcade-migrate.config.json'), 'utf8'));

test('the entry is what package.json starts, the database that of the adapter; it says why', async () => {
  const cwd = await projectOf({
    'package.json': {
      scripts: { dev: 'NODE_ENV=development keystone dev --entry=./cms/start.js' },
      dependencies: { '@keystonejs/adapter-mongoose': '^7.0.0' },
    },
    'index.js': LISTS,
    'cms/start.js': LISTS,
  });
  const { status, stdout, stderr } = await runHere(cwd, 'init');
  assert.is(status, 0);
  assert.equal(configOf(cwd), { entries: ['cms/start.js'], database: 'mongo' });
  assert.match(stdout, /^Wrote arcade-migrate\.config\.json:\n\{\n {2}"entries": \[\n/);
  assert.match(stderr, 'entries: cms/start.js, which the script "dev" in package.json names\n');
  assert.match(stderr, 'database: mongo, because package.json names @keystonejs/adapter-mongoose\n');
});

test('a file that names Keystone comes before one that does not; usual names come last', async () => {
  const adapters = { '@keystonejs/adapter-knex': '8', '@keystone-alpha/adapter-mongoose': '3' };
  const cases = [
    [
      { 'server.js': '', 'src/index.ts': LISTS, 'package.json': { main: 'server.js' } },
      { entries: ['src/index.ts'] },
    ],
    [{ 'server.js': '', 'package.json': { main: './server.js', scripts: null } }, { entries: ['server.js'] }],
    [{ 'keystone.js': LISTS }, { entries: ['keystone.js'] }],
    [
      {
        'index.js': LISTS,
        'package.json': { devDependencies: adapters },
        'node_modules/arcade-migrate/generator/schemas/config.json': {},
      },
      {
        $schema: 'node_modules/arcade-migrate/generator/schemas/config.json',
        entries: ['index.js'],
        database: 'both',
      },
    ],
  ] as const;
  for (const [files, config] of cases) {
    const cwd = await projectOf(files);
    const { status, stderr } = await runHere(cwd, 'init', '-q');
    assert.equal([status, stderr], [0, '']);
    assert.equal(configOf(cwd), config);
  }
});

test('nothing is overwritten without --force; without an entry nothing is written', async () => {
  const config = '{ "entries": ["mine.js"] }';
  const cwd = await projectOf({ 'index.js': LISTS, 'arcade-migrate.config.json': config });
  const refused = await runHere(cwd, 'init');
  assert.is(refused.status, 1);
  assert.is(
    refused.stderr,
    'arcade-migrate.config.json exists already.\nNothing was written. To write it all the same, run arcade-migrate init --force.\n',
  );
  assert.is(readFileSync(join(cwd, 'arcade-migrate.config.json'), 'utf8'), config);
  assert.is((await runHere(cwd, 'init', '--force')).status, 0);
  assert.equal(configOf(cwd), { entries: ['index.js'] });

  const inPackage = await projectOf({ 'index.js': LISTS, 'package.json': { 'arcade-migrate': {} } });
  assert.match(
    (await runHere(inPackage, 'init')).stderr,
    'package.json has options under "arcade-migrate" already.',
  );

  const empty = await projectOf({ 'package.json': { main: 'gone.js' } });
  const without = await runHere(empty, 'init');
  assert.is(without.status, 2);
  assert.match(without.stderr, 'No file that creates the lists was found');
  assert.not(existsSync(join(empty, 'arcade-migrate.config.json')));
});

test('a package.json that is not valid JSON is as good as none', async () => {
  const cwd = await projectOf({ 'index.js': LISTS, 'package.json': '{ "main": ' });
  const { status, stderr } = await runHere(cwd, 'init');
  assert.is(status, 0, stderr);
  assert.match(stderr, 'package.json is not valid JSON');
  assert.equal(configOf(cwd), { entries: ['index.js'] });
});

test('what it writes is what the other commands need', async () => {
  const cwd = await projectOf({ 'index.js': LISTS });
  await runHere(cwd, 'init');
  assert.match((await runHere(cwd, 'relationships')).stderr, 'No list was found');
});

test.run();
