import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { catalogueSchema } from '../support/catalogue.ts';
import { program, runCli } from '../support/cli.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { readShape, withMongoDatabase } from '../support/mongo.ts';
import { readContent } from '../support/mongo-data.ts';
import { serverUrl, suiteThatCan } from '../support/needs.ts';
import { withOldMongo } from '../support/old-mongo.ts';
import { withOldDatabase } from '../support/old-postgres.ts';
import { type Database, query, withClient, withDatabase } from '../support/postgres.ts';
import { readAllRows } from '../support/postgres-data.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { runOnTerminal, whyNoTerminal } from '../support/terminal.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** With the mongosh of the tests on the path, and temporary files in a folder of their own. */
const environment = (temporary: string): Record<string, string> => ({
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  TMPDIR: temporary,
});

/** A version of a case, in a folder of its own. */
async function versionOf(name: string, database: 'postgres' | 'mongo'): Promise<string> {
  const cwd = await temporaryFolder();
  const lists = join(keystoneCase(name).folder, database === 'mongo' ? 'lists.mongoose.js' : 'lists.js');
  const { status, stderr } = await runCli(cwd, 'generate', lists, '--database', database);
  assert.is(status, 0, stderr);
  return cwd;
}

/** Makes a script of a version stop before what is found there; in mongosh the first time only, with a file that says so. */
async function brake(cwd: string, script: string, before: RegExp): Promise<void> {
  const path = join(cwd, 'out', '0001_arcade', script);
  const text = await readFile(path, 'utf8');
  assert.match(text, before);
  const asleep = JSON.stringify(join(cwd, ASLEEP));
  const pause = script.endsWith('.js')
    ? `if (!fs.existsSync(${asleep})) { fs.writeFileSync(${asleep}, ''); sleep(60000); }`
    : `${before === THE_END ? 'PERFORM' : 'SELECT'} pg_sleep(60);`;
  await writeFile(path, text.replace(before, `${pause}\n$&`));
}

const ASLEEP = 'asleep';

/** Where all is done in migrate.sql, and nothing is committed: it is one DO statement. */
const THE_END = /^END$/m;

/** The processes on this machine that were started with a text in their arguments. */
const processesWith = (text: string): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(text));

interface CutOff {
  readonly cwd: string;
  readonly args: readonly string[];
  /** What the progress says when it is cut off. */
  readonly during: string;
}

/** Types Ctrl-C while a rehearsal is at something; it must end with status 130, and leave no file. */
async function typeControlC(
  { cwd, args, during }: CutOff,
  isThere: () => Promise<boolean> | boolean = () => true,
): Promise<void> {
  const temporary = await temporaryFolder();
  const terminal = runOnTerminal([program, 'rehearse', ...args], { cwd, env: environment(temporary) });
  await terminal.until(new RegExp(`${during} …`));
  while (!(await isThere())) await wait(50);
  await wait(500);
  terminal.type('\x03');
  assert.is(await terminal.ended, 130, terminal.said());
  assert.equal(readdirSync(temporary), []);
  // The line of progress is gone, and there is no other word.
  assert.ok(terminal.said().endsWith('\r\x1b[2K'), terminal.said());
  assert.not.match(terminal.said(), /Error|could not/);
}

/** Sends the process itself a signal, as another program does. */
async function send(
  signal: 'SIGINT' | 'SIGTERM',
  { cwd, args }: Omit<CutOff, 'during'>,
  isThere: (temporary: string) => Promise<boolean>,
): Promise<void> {
  const temporary = await temporaryFolder();
  const child = spawn(process.execPath, [program, 'rehearse', ...args], {
    cwd,
    env: { ...process.env, ...environment(temporary) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = once(child, 'close');
  while (!(await isThere(temporary))) {
    assert.is(child.exitCode, null, stderr);
    await wait(50);
  }
  child.kill(signal);
  const [status] = await ended;
  assert.is(status, signal === 'SIGINT' ? 130 : 143, stderr);
  assert.is(stderr, '');
  assert.equal(readdirSync(temporary), []);
}

const embedded = suiteThatCan(whyNoTerminal(), 'rehearse, cut off, on the embedded PostgreSQL');

embedded('Ctrl-C while it makes rows, and while a script runs', async () => {
  const cwd = await versionOf('many-to-many-two-sided', 'postgres');
  await typeControlC({ cwd, args: ['--items', '200000'], during: 'making rows' });
  await brake(cwd, 'postgres/migrate.sql', THE_END);
  await typeControlC({ cwd, args: [], during: 'migrate' });
});

embedded.run();

const postgres = suiteThatCan(
  serverUrl('postgres') === null ? 'there is no PostgreSQL server' : whyNoTerminal(),
  'rehearse, cut off, on a PostgreSQL server',
);

postgres('a database that was empty is so again, whatever was going on', () =>
  withDatabase(async (database) => {
    const before = await withClient(database, catalogueSchema);
    const args = ['--url', database.url];
    const mustBeEmpty = async () => {
      assert.is((await withClient(database, catalogueSchema)).text, before.text);
      assert.equal(await connections(database), []);
    };
    const rows = await versionOf('many-to-many-two-sided', 'postgres');
    await typeControlC({ cwd: rows, args: [...args, '--items', '200000'], during: 'making rows' });
    await mustBeEmpty();
    const cwd = await versionOf('many-to-many-two-sided', 'postgres');
    await brake(cwd, 'postgres/verify.sql', /^BEGIN/m);
    await send('SIGTERM', { cwd, args }, () => isAsleep(database));
    await mustBeEmpty();
    await brake(cwd, 'postgres/migrate.sql', THE_END);
    await typeControlC({ cwd, args, during: 'migrate' }, () => isAsleep(database));
    await mustBeEmpty();
  }),
);

postgres('a copy that was migrated is rolled back', () =>
  withOldDatabase(keystoneCase('many-to-many-two-sided'), async ({ database }) => {
    const rows = await readAllRows(database);
    const args = ['--url', database.url, '--yes'];
    const cwd = await versionOf('many-to-many-two-sided', 'postgres');
    await brake(cwd, 'postgres/verify.sql', /^BEGIN/m);
    await typeControlC({ cwd, args, during: 'verify' }, () => isAsleep(database));
    assert.equal(await readAllRows(database), rows);
    await brake(cwd, 'postgres/migrate.sql', THE_END);
    await send('SIGINT', { cwd, args }, () => isAsleep(database));
    assert.equal(await readAllRows(database), rows);
  }),
);

postgres.run();

type Connections = { state: string; query: string }[];

const connections = (database: Database): Promise<Connections> =>
  query(
    database,
    `select state, query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );

const isAsleep = async (database: Database): Promise<boolean> =>
  (await connections(database)).some(({ state, query }) => state === 'active' && query.includes('pg_sleep'));

const mongo = suiteThatCan(
  serverUrl('mongo') === null ? 'there is no MongoDB server' : whyNoTerminal(),
  'rehearse, cut off, on a MongoDB server',
);

const example = keystoneCase('todo-all-kinds');

/** Where the third step of a script begins to change something. */
const THIRD_STEP = /(?<=^ {2}\/\/ 3\. [\s\S]*?=> \{\n)/m;

mongo('a database that was empty is so again, whatever was going on; no mongosh is left', () =>
  withMongoDatabase(async ({ url, db }) => {
    const args = ['--url', url];
    const mustBeEmpty = async () => {
      assert.equal(await db.listCollections().toArray(), []);
      assert.equal(processesWith(url), []);
    };
    const documents = await versionOf(example.name, 'mongo');
    const many = { cwd: documents, args: [...args, '--items', '20000'] };
    await typeControlC({ ...many, during: 'making documents' });
    await mustBeEmpty();
    await send('SIGTERM', many, async () => (await db.listCollections().toArray()).length > 0);
    await mustBeEmpty();
    const cwd = await versionOf(example.name, 'mongo');
    await brake(cwd, 'mongo/migrate.js', THIRD_STEP);
    await typeControlC({ cwd, args, during: 'migrate' }, () => existsSync(join(cwd, ASLEEP)));
    await mustBeEmpty();
  }),
);

mongo('a copy that was migrated, wholly or in part, is rolled back', () =>
  withOldMongo(example, async ({ database: { url, db } }) => {
    const content = await readContent(db, example);
    const shape = await readShape(db);
    for (const script of ['migrate', 'rollback']) {
      const cwd = await versionOf(example.name, 'mongo');
      await brake(cwd, `mongo/${script}.js`, THIRD_STEP);
      const isAsleep = () => existsSync(join(cwd, ASLEEP));
      await typeControlC({ cwd, args: ['--url', url, '--yes'], during: script }, isAsleep);
      assert.equal(await readContent(db, example), content);
      assert.equal(await readShape(db), shape);
      assert.equal(processesWith(url), []);
    }
  }),
);

mongo.run();
