import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import type { Rehearsal, Run } from '../../generator/rehearse/index.ts';
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

mongo('broken links: what preflight says, and what each --reconcile does', () =>
  withMongoDatabase(async ({ url, db }) => {
    const cwd = await versionOf('todo-all-kinds', 'mongo');
    const drifted = ['rehearse', '--url', url, '--drift', '20%', '--items', '20'];
    const outcome = await rehearse(cwd, ...drifted, '--json');
    assert.is(outcome.status, 0, outcome.stdout + outcome.stderr);
    const [abort, merge, resolve, discard] = parse(outcome).runs;
    const migrate = (run?: Run) => run?.scripts[1];
    const failing = (run?: Run) =>
      new Set(
        run?.scripts[0]?.checks
          .filter(({ result }) => result === 'FAIL')
          .map(({ relationship }) => relationship),
      );
    const twoSided = [
      'Todo.leadAuthor <-> User.leadPost',
      'Todo.publisher <-> User.published',
      'Todo.readers <-> User.readPosts',
    ];
    assert.equal([...failing(abort)].sort(), twoSided);
    assert.is(migrate(abort)?.verdict, 'refused');
    for (const name of twoSided) assert.ok(migrate(abort)?.message?.includes(name), name);
    // Two publishers for one todo cannot be merged; links of many to many can.
    assert.is(migrate(merge)?.verdict, 'refused');
    assert.match(migrate(merge)?.message ?? '', /Todo\.publisher <-> User\.published/);
    assert.not.match(migrate(merge)?.message ?? '', /User\.readPosts/);
    for (const run of [resolve, discard]) {
      assert.is(
        run?.scripts.map(({ verdict }) => verdict).join(' '),
        'succeeded succeeded succeeded succeeded',
      );
      assert.ok((run?.relationships.reduce((sum, { givenUp }) => sum + (givenUp ?? 0), 0) ?? 0) > 0);
    }
    for (const run of [abort, merge, resolve, discard]) assert.equal(run?.differences, []);
    assert.equal(await db.listCollections().toArray(), []);

    // The same for people; and the scripts for the other --reconcile are made from the templates of --templates.
    const templates = join(cwd, 'mine', 'mongo');
    await mkdir(templates, { recursive: true });
    await writeFile(join(templates, 'preflight.js.hbs'), "throw new Error('of mine');\n");
    const told = await rehearse(cwd, ...drifted, '--templates', 'mine');
    assert.is(told.status, 1, 'resolve and discard migrate what their preflight refuses');
    assert.match(told.stdout, /^What preflight says, with --reconcile abort:\n {2}/m);
    assert.match(
      told.stdout,
      /^ {2}FAIL {5}Todo\.readers <-> User\.readPosts: links stored only in users\.readPosts: \d+$/m,
    );
    assert.match(told.stdout, /^--RECONCILE +PREFLIGHT +MIGRATE +VERIFY +ROLLBACK +MIGRATED +GIVEN UP$/m);
    assert.match(told.stdout, /^abort +refused +refused +not run +not run *$/m);
    assert.match(told.stdout, /^discard +refused +succeeded +succeeded +succeeded +\d+ +\d+$/m);
    assert.match(
      told.stdout,
      /With --reconcile discard, what differs: preflight did not succeed, but migrate did/,
    );
  }),
);

mongo('links that a script loses, and documents that it harms, are named', () =>
  withMongoDatabase(async ({ url, db }) => {
    const cwd = await versionOf('todo-all-kinds', 'mongo');
    const path = join(cwd, 'out', '0001_arcade', 'mongo', 'migrate.js');
    const text = await readFile(path, 'utf8');
    const harm = "db.todos.updateMany({}, { $set: { name: 'gone' }, $unset: { publisher: 1 } });";
    await writeFile(path, `${text}${harm}\n`);
    const { status, stdout } = await rehearse(cwd, 'rehearse', '--url', url, '--items', '20');
    assert.is(status, 1);
    assert.match(
      stdout,
      /Todo\.publisher <-> User\.published: after migrate, \d+ links are missing: \w+ - \w+/,
    );
    assert.match(stdout, /todos: after migrate, its documents differ/);
    assert.match(stdout, /User\.published: after rollback, \d+ links are missing/);
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
