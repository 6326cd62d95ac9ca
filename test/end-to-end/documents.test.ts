import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { run, runOrThrow } from '../support/command.ts';
import { sampleDataset } from '../support/dataset.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { createShape, databaseUrl, keystoneShape, readShape, withMongoDatabase } from '../support/mongo.ts';
import { fillMongo, rulesOf } from '../support/mongo-data.ts';
import { serverUrl, suiteThatCan } from '../support/needs.ts';
import { fillOldPostgres } from '../support/old-postgres.ts';
import { query, readSchema, withDatabase } from '../support/postgres.ts';
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
  'the documents, as a newcomer follows them',
);

/** Commands that no test runs as they stand, and why. */
const NOT_RUN: readonly (readonly [command: RegExp, why: string])[] = [
  [/^npm install --save-dev /, 'asks a registry; what it installs is here'],
  [/^npm (install|install && npm start|test|run (build|lint|types))$/, 'what CI does before, or this itself'],
  [
    /^npx arcade-migrate generate index\.js --reconcile \w+ --replace$/,
    'the commands after it go on with the scripts of abort; reconcile-doc.test.ts generates with other modes',
  ],
  [/^npx arcade-migrate init$/, 'this project has a config file; init.test.ts runs it in others'],
  [
    /arcade-lists\.json$/,
    'lists-file.test.ts and lists-from-a-running-app.test.ts write such files, read them and compare with them',
  ],
  [/rehearse 0001_arcade\/people /, 'this project has no such adapter; adapters.test.ts rehearses one'],
  [/^node dist\/cli\.js relationships /, 'reading-doc.test.ts runs it, and compares what it prints'],
];

/** The documents whose commands are run here, in one project, in this order. */
const FOLLOWED = [
  'README.md',
  'docs/cli.md',
  'docs/rehearse.md',
  'docs/templates.md',
  'docs/layouts.md',
  'docs/troubleshooting.md',
];

const readDocument = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

test('each command of the README works as it stands, and rollback takes it all back; so do those of the pages below it', async () => {
  const example = keystoneCase('todo-all-kinds');
  const folder = await temporaryFolder();
  await copyFile(join(example.folder, 'lists.js'), join(folder, 'index.js'));
  await writeFile(join(folder, 'arcade-migrate.config.json'), '{ "database": "both" }\n');
  const bin = await commandsOf(folder);

  await withDatabase(async (postgres) => {
    await fillOldPostgres(postgres, example, 1);
    const before = await readSchema(postgres);
    const dump = await runOrThrow(join(psqlFolder ?? '', 'pg_dump'), ['-d', postgres.url]);
    await writeFile(join(folder, 'dump.sql'), dump.stdout);

    await withMongoDatabase(async ({ db, url }) => {
      const shape = await keystoneShape(example, 'before');
      const rules = rulesOf(example, shape);
      await createShape(db, shape);
      await fillMongo(db, example, sampleDataset(example.lists, example.relationships, rules, 1), rules);

      const server = new URL(postgres.url);
      const scratch = `${server.pathname.slice(1)}_scratch`;
      const env = {
        PATH: [bin, psqlFolder, process.env.PATH].join(delimiter),
        DATABASE_URL: postgres.url,
        MONGODB_URI: url,
        PGHOST: server.hostname,
        PGPORT: server.port || '5432',
        PGUSER: decodeURIComponent(server.username),
        PGPASSWORD: decodeURIComponent(server.password),
      };
      const shell = async (command: string) => {
        // The scratch databases of a reader have names that one on this machine may have.
        const here = command
          .replace('mongodb://localhost/rehearsal', databaseUrl(scratch))
          .replace(/\brehearsal\b/, scratch);
        const { status, stdout, stderr } = await run('bash', ['-c', here], { cwd: folder, env });
        assert.is(status, 0, `${command}\n${stdout}${stderr}`);
      };
      try {
        for (const path of FOLLOWED) {
          for (const command of await commandsIn(path)) await shell(command);
        }
      } finally {
        await query(postgres, `drop database if exists ${scratch}`);
      }
      mustBeSchema(await readSchema(postgres), before, 'rollback did not restore the schema');
      assert.equal(await readShape(db), shape, 'rollback did not restore the collections and indexes');
    });
  });
});

test('no command is shown that is run nowhere', async () => {
  const docs = (await readdir(join(root, 'docs'))).map((name) => `docs/${name}`);
  for (const path of ['README.md', 'CONTRIBUTING.md', 'FORMATS.md', ...docs]) {
    const commands = await commandsIn(path);
    if (!FOLLOWED.includes(path)) assert.equal(commands, [], `${path} is not followed`);
    else assert.ok(commands.length > 0, path);
  }
});

/** The lines of the shell blocks in a document, and its command lines within a text, without those that are not run. */
async function commandsIn(path: string): Promise<string[]> {
  const text = await readDocument(path);
  const blocks = [...text.matchAll(/```(?:sh|bash|shell|console)\n([\s\S]*?)```/g)].flatMap(
    ([, block = '']) => block.split('\n').map((line) => line.replace(/\s+# .*/, '').trim()),
  );
  const within = [...text.matchAll(/`(?:npx )?(arcade-migrate [^`]+)`/g)].map(
    ([, command = '']) => `npx ${command.replace('<folder>', 'a-folder')}`,
  );
  const commands = [...new Set([...blocks, ...within])];
  return commands.filter((line) => line !== '' && !NOT_RUN.some(([command]) => command.test(line)));
}

/** The commands as the user has them: npx finds the program as it was built here. */
async function commandsOf(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const scripts = {
    npx: `test "$1" = arcade-migrate || exit 127; shift; exec "${process.execPath}" "${join(root, 'dist', 'cli.js')}" "$@"`,
    // mongodump comes with the tools of MongoDB, which are in no registry.
    mongodump: 'test "$1" = "--uri=$MONGODB_URI"',
    mongosh: `exec "${process.execPath}" "${join(root, 'node_modules', 'mongosh', 'bin', 'mongosh.js')}" --norc "$@"`,
  };
  for (const [name, command] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${command}\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

test.run();
