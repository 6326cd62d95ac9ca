import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import type { Rehearsal } from '../../generator/rehearse/index.ts';
import { catalogueSchema } from '../support/catalogue.ts';
import { type Outcome, run } from '../support/command.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { withMongoDatabase } from '../support/mongo.ts';
import { suiteNeeding } from '../support/needs.ts';
import { loadSqlFile, query, withClient, withDatabase } from '../support/postgres.ts';
import { readAllRows } from '../support/postgres-data.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** With the mongosh of the tests on the path. */
const rehearse = (cwd: string, ...args: readonly string[]): Promise<Outcome> =>
  run(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
    cwd,
    env: { PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter) },
  });

const parse = ({ stdout, stderr }: Outcome): Rehearsal => {
  assert.ok(stdout.startsWith('{'), stderr);
  return JSON.parse(stdout);
};

function mustBeWhole(rehearsal: Rehearsal): void {
  for (const { scripts, differences, relationships } of rehearsal.runs) {
    assert.equal(differences, []);
    assert.equal(
      scripts.map(({ verdict }) => verdict),
      ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
    );
    assert.ok(relationships.some(({ migrated }) => (migrated ?? 0) > 0));
  }
}

const postgres = suiteNeeding('postgres', 'rehearse --url, on a PostgreSQL server');

postgres('an empty database is filled, and empty again afterwards', () =>
  withDatabase(async (database) => {
    const before = await withClient(database, catalogueSchema);
    const dump = join(keystoneCase('many-to-many-two-sided').folder, 'before.sql');
    const cwd = await versionOf('many-to-many-two-sided', 'postgres');
    const outcome = await rehearse(cwd, 'rehearse', '--url', database.url, '--dump', dump, '--json');
    assert.is(outcome.status, 0, outcome.stderr);
    const rehearsal = parse(outcome);
    mustBeWhole(rehearsal);
    assert.ok((rehearsal.runs[0]?.scripts[1]?.locks.length ?? 0) > 0);
    assert.is((await withClient(database, catalogueSchema)).text, before.text);
  }),
);

postgres('what is not empty is refused; with --yes it is migrated, and rolled back', () =>
  withDatabase(async (database) => {
    await loadSqlFile(database, join(keystoneCase('many-to-many-two-sided').folder, 'before.sql'));
    await query(
      database,
      `insert into "User" (id) values (1), (2); insert into "Post" (id) values (1);
       insert into "Post_authors" values (1, 1), (1, 2); insert into "User_posts" values (1, 1), (2, 1)`,
    );
    const rows = await readAllRows(database);
    const cwd = await versionOf('many-to-many-two-sided', 'postgres');
    const refused = await rehearse(cwd, 'rehearse', '--url', database.url);
    assert.is(refused.status, 1);
    assert.match(refused.stderr, /is not empty: it holds public\."Post".*\n.*--yes/);
    const outcome = await rehearse(cwd, 'rehearse', '--url', database.url, '--yes', '--json');
    assert.is(outcome.status, 0, outcome.stderr);
    mustBeWhole(parse(outcome));
    assert.equal(await readAllRows(database), rows);
  }),
);

postgres.run();

const mongo = suiteNeeding('mongo', 'rehearse --url, on a MongoDB server');

mongo('an empty database is filled, and empty again afterwards', () =>
  withMongoDatabase(async ({ url, db }) => {
    const cwd = await versionOf('todo-all-kinds', 'mongo');
    const outcome = await rehearse(cwd, 'rehearse', '--url', url, '--items', '20', '--json');
    assert.is(outcome.status, 0, outcome.stdout + outcome.stderr);
    mustBeWhole(parse(outcome));
    assert.equal(await db.listCollections().toArray(), []);
  }),
);

mongo('what is not empty is refused', () =>
  withMongoDatabase(async ({ url, db }) => {
    await db.collection('somebodys').insertOne({ name: 'mine' });
    const cwd = await versionOf('todo-all-kinds', 'mongo');
    const { status, stderr } = await rehearse(cwd, 'rehearse', '--url', url);
    assert.is(status, 1);
    assert.match(stderr, /is not empty: it holds somebodys/);
    assert.is(await db.collection('somebodys').countDocuments(), 1);
  }),
);

mongo.run();

/** Lists and scripts of a case, in a folder of their own. */
async function versionOf(name: string, database: 'postgres' | 'mongo'): Promise<string> {
  const cwd = await temporaryFolder();
  const lists = join(keystoneCase(name).folder, database === 'mongo' ? 'lists.mongoose.js' : 'lists.js');
  const { status, stderr } = await rehearse(cwd, 'generate', lists, '--database', database);
  assert.is(status, 0, stderr);
  return cwd;
}
