import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { type Outcome, run, runOrThrow } from '../support/command.ts';
import { sampleDataset } from '../support/dataset.ts';
import { type KeystoneCase, keystoneCase } from '../support/keystone-cases.ts';
import { createShape, keystoneShape, readShape, withMongoDatabase } from '../support/mongo.ts';
import { fillMongo, rulesOf } from '../support/mongo-data.ts';
import { serverUrl, suiteThatCan } from '../support/needs.ts';
import { type Database, loadSqlFile, readSchema, withDatabase } from '../support/postgres.ts';
import { fillPostgres, readRules, storedRelationships } from '../support/postgres-data.ts';
import { mustBeSchema } from '../support/postgres-steps.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const psqlFolder = process.env.ARCADE_TEST_POSTGRES_TOOLS || null;

const missing = [
  serverUrl('postgres') === null && 'PostgreSQL',
  psqlFolder === null && 'psql',
  serverUrl('mongo') === null && 'MongoDB',
].filter(Boolean);

const test = suiteThatCan(
  missing.length === 0 ? null : `there is no ${missing.join(', no ')}`,
  'the README, as a newcomer follows it',
);

test('each command of "Use it on a project" works as it stands, and rollback takes it all back', async () => {
  const example = keystoneCase('todo-all-kinds');
  const folder = await temporaryFolder();
  await copyFile(join(example.folder, 'lists.js'), join(folder, 'index.js'));
  await writeFile(join(folder, 'arcade-migrate.config.json'), '{ "database": "both" }\n');
  const bin = await commandsOf(folder);

  await withDatabase(async (postgres) => {
    await fillOldPostgres(postgres, example);
    const before = await readSchema(postgres);
    const dump = await runOrThrow(join(psqlFolder ?? '', 'pg_dump'), ['-d', postgres.url]);
    await writeFile(join(folder, 'dump.sql'), dump.stdout);

    await withMongoDatabase(async ({ db, url }) => {
      const shape = await keystoneShape(example, 'before');
      const rules = rulesOf(example, shape);
      await createShape(db, shape);
      await fillMongo(db, example, sampleDataset(example.lists, example.relationships, rules, 1), rules);

      const env = {
        PATH: [bin, psqlFolder, process.env.PATH].join(delimiter),
        DATABASE_URL: postgres.url,
        MONGODB_URI: url,
      };
      const shell = (command: string): Promise<Outcome> => run('bash', ['-c', command], { cwd: folder, env });
      const commands = commandsIn(await readFile(join(root, 'README.md'), 'utf8'), 'Use it on a project');
      assert.ok(commands.length >= 11, commands.join('\n'));
      for (const command of commands) {
        const { status, stdout, stderr } = await shell(command);
        assert.is(status, 0, `${command}\n${stdout}${stderr}`);
      }
      mustBeSchema(await readSchema(postgres), before, 'rollback did not restore the schema');
      assert.equal(await readShape(db), shape, 'rollback did not restore the collections and indexes');
    });
  });
});

/** The lines of the shell blocks in a section, without those that install something. */
function commandsIn(document: string, section: string): string[] {
  const text = document.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n').map((line) => line.trim()))
    .filter((line) => line !== '' && !line.startsWith('npm install'));
}

/** The commands as the user has them: npx finds the program as it was built here. */
async function commandsOf(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const scripts = {
    npx: `test "$1" = arcade-migrate || exit 127; shift; exec "${process.execPath}" "${join(root, 'dist', 'cli.js')}" "$@"`,
    // mongodump comes with the tools of MongoDB, which are in no registry.
    mongodump: 'test "$1 $2" = "--uri $MONGODB_URI"',
    mongosh: `exec "${process.execPath}" "${join(root, 'node_modules', 'mongosh', 'bin', 'mongosh.js')}" --norc "$@"`,
  };
  for (const [name, command] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${command}\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

async function fillOldPostgres(database: Database, example: KeystoneCase): Promise<void> {
  await loadSqlFile(database, join(example.folder, 'before.sql'));
  const rules = await readRules(database, example);
  const dataset = sampleDataset(example.lists, storedRelationships(example), rules, 1);
  await fillPostgres(database, example, dataset, rules);
}

test.run();
