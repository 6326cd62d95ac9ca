import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Rehearsal } from '../../generator/rehearse/index.ts';
import { runCli } from '../support/cli.ts';
import type { Outcome } from '../support/command.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { temporaryFolder } from '../support/temporary.ts';

const test = suite('rehearse, on the embedded PostgreSQL');

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The committed version of the sample blog, in a folder that a test may change. */
async function sampleVersion(): Promise<string> {
  const folder = await temporaryFolder();
  await cp(join(root, 'out'), join(folder, 'out'), { recursive: true });
  return folder;
}

const parse = ({ stdout }: Outcome): Rehearsal => JSON.parse(stdout);

const verdicts = (rehearsal: Rehearsal): string[] =>
  rehearsal.runs.map(({ scripts }) => scripts.map(({ verdict }) => verdict).join(' '));

const whole = 'succeeded succeeded succeeded succeeded';

test('the sample blog: every link survives, locks and rows, nothing left behind', async () => {
  const outcome = await runCli(root, 'rehearse', '--items', '30', '--json');
  assert.is(outcome.status, 0, outcome.stdout + outcome.stderr);
  const rehearsal = parse(outcome);
  assert.is(rehearsal.version, '0001_arcade');
  assert.equal(verdicts(rehearsal), [whole]);
  const [run] = rehearsal.runs;
  assert.equal(run?.differences, []);
  const likes = run?.relationships.find(({ relationship }) => relationship.startsWith('Post.likedBy'));
  assert.ok((likes?.migrated ?? 0) > 30);
  assert.equal(new Set([likes?.left, likes?.right, likes?.both, likes?.migrated]).size, 1);
  const migrate = run?.scripts[1];
  assert.equal(migrate?.locks.find(({ table }) => table === 'User_posts')?.mode, 'ACCESS EXCLUSIVE');
  assert.equal(
    run?.scripts[0]?.checks.map(({ result }) => result),
    ['ok', 'ok', 'ok', 'ok', 'ok'],
  );
});

test('links that a script loses, and rows that it harms, are named; an edited file is reported', async () => {
  const cwd = await sampleVersion();
  const path = join(cwd, 'out', '0001_arcade', 'postgres', 'migrate.sql');
  const text = await readFile(path, 'utf8');
  const harm = `DELETE FROM public."Post_categories_many" WHERE "Post_left_id" % 3 = 0; UPDATE public."Post" SET name = 'gone' WHERE id % 2 = 0;`;
  await writeFile(path, `${text}${harm}\n`);
  const { status, stdout, stderr } = await runCli(cwd, 'rehearse', '--items', '30');
  assert.is(status, 1);
  assert.match(stderr, /migrate\.sql is edited/);
  assert.match(stdout, /Post\.categories -> Category: after migrate, \d+ links are missing: \d+ - \d+/);
  assert.match(stdout, /Post: after migrate, its rows differ/);
  assert.match(stdout, /Not as it should be: \d+ differences/);
});

test('broken links: what preflight says, and what each --reconcile does', async () => {
  const outcome = await runCli(root, 'rehearse', '--drift', '20%', '--items', '30', '--json');
  assert.is(outcome.status, 0, outcome.stdout + outcome.stderr);
  const { runs } = parse(outcome);
  assert.equal(
    runs.map(({ reconcile }) => reconcile),
    ['abort', 'merge', 'resolve', 'discard'],
  );
  const [abort, merge, resolve, discard] = runs;
  assert.equal(abort?.scripts[1]?.verdict, 'refused');
  assert.match(abort?.scripts[0]?.message ?? '', /User\.likes/);
  assert.match(abort?.scripts[1]?.message ?? '', /stored only in/);
  // Two authors for one post cannot be merged; links of many to many can.
  assert.is(merge?.scripts[1]?.verdict, 'refused');
  assert.match(merge?.scripts[1]?.message ?? '', /User\.posts: stored only in .*Post \d+/);
  assert.not.match(merge?.scripts[1]?.message ?? '', /User\.likes/);
  assert.equal(resolve?.scripts.map(({ verdict }) => verdict).join(' '), whole);
  assert.equal(discard?.scripts.map(({ verdict }) => verdict).join(' '), whole);
  const failing = new Set(
    abort?.scripts[0]?.checks
      .filter(({ result }) => result === 'FAIL')
      .map(({ relationship }) => relationship),
  );
  assert.equal([...failing].sort(), [
    'Post.author <-> User.posts',
    'Post.likedBy <-> User.likes',
    'Profile.user <-> User.profile',
  ]);
  assert.ok((discard?.relationships.reduce((sum, { givenUp }) => sum + (givenUp ?? 0), 0) ?? 0) > 0);
});

test('the scripts for the other --reconcile are made from the templates of --templates', async () => {
  const cwd = await sampleVersion();
  const templates = join(cwd, 'mine', 'postgres');
  await mkdir(templates, { recursive: true });
  const args = ['rehearse', '--drift', '20%', '--items', '10', '--templates', 'mine', '--json'];
  await writeFile(join(templates, 'preflight.sql.hbs'), 'SELECT 1 / 0 AS of_mine;\n');
  const { status, stdout, stderr } = await runCli(cwd, ...args);
  assert.is(status, 1, stderr);
  assert.equal(
    parse({ status, stdout, stderr }).runs.map(({ scripts: [preflight] }) => preflight?.verdict),
    ['refused', 'failed', 'failed', 'failed'],
    'that of the version on the disk is as it is',
  );
  await writeFile(join(templates, 'preflight.sql.hbs'), '{{nothing}}');
  const wrong = await runCli(cwd, ...args);
  assert.is(wrong.status, 1);
  assert.match(wrong.stderr, /mine\/postgres\/preflight\.sql\.hbs.*nothing/);
});

test("a version in a runner's files is refused, with what to do, and that works", async () => {
  const cwd = await temporaryFolder();
  const lists = join(keystoneCase('many-to-many-two-sided').folder, 'lists.js');
  const generate = ['generate', lists, '--database', 'postgres'];
  assert.is((await runCli(cwd, ...generate, '--layout', 'flyway', '--migrations', 'db')).status, 0);
  const { status, stderr } = await runCli(cwd, 'rehearse');
  assert.is(status, 1);
  assert.match(stderr, /0001_arcade has its scripts in the files of a migration runner: .*V1__arcade\.sql/);
  assert.match(stderr, /generate with --layout plain --out rehearsal, then rehearse --out rehearsal/);
  await runCli(cwd, ...generate, '--layout', 'plain', '--out', 'rehearsal');
  assert.is((await runCli(cwd, 'rehearse', '--out', 'rehearsal')).status, 0);
});

/** A dump as newer pg_dumps write them, with rows, an extension, roles, and what a server may not know. */
const dumpWithRows = async (): Promise<string> => {
  const schema = await readFile(join(keystoneCase('many-to-many-two-sided').folder, 'before.sql'), 'utf8');
  const rows = `
COPY public."User" (id, name) FROM stdin;
1\tO'Neill; "\\\\" $$
2\t\\N
\\.
COPY public."Post" (id, title) FROM stdin;
1\tone
2\ttwo\\nlines
\\.
COPY public."Post_authors" ("Post_id", "User_id") FROM stdin;
1\t1
1\t2
2\t1
2\t1
\\.
INSERT INTO public."User_posts" VALUES (1, 1);
INSERT INTO public."User_posts" VALUES (2, 1), (1, 2);
SELECT pg_catalog.setval('public."Post_id_seq"', 2, true);
`;
  const roles =
    'ALTER TABLE public."Post" OWNER TO nobody_here;\nGRANT ALL ON TABLE public."Post" TO nobody_here;\n';
  const firstConstraint = schema.lastIndexOf('--\n-- Name:', schema.indexOf('ADD CONSTRAINT'));
  return `\\restrict x1\nSET setting_of_tomorrow = 0;\nCREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;\nCOMMENT ON EXTENSION "uuid-ossp" IS 'uuids';\nCREATE EXTENSION IF NOT EXISTS postgis;\n${schema.slice(0, firstConstraint)}\nALTER TABLE public."Post" ADD COLUMN key uuid DEFAULT public.uuid_generate_v4();\n${rows}${schema.slice(firstConstraint)}${roles}\\unrestrict x1\n`;
};

/** Lists and scripts of a case, in a folder of their own. */
async function versionOf(name: string): Promise<string> {
  const cwd = await temporaryFolder();
  const lists = join(keystoneCase(name).folder, 'lists.js');
  const { status, stderr } = await runCli(cwd, 'generate', lists, '--database', 'postgres');
  assert.is(status, 0, stderr);
  return cwd;
}

test('a gzipped dump with rows: they are what is rehearsed on', async () => {
  const cwd = await versionOf('many-to-many-two-sided');
  await writeFile(join(cwd, 'dump.sql.gz'), gzipSync(await dumpWithRows()));
  const outcome = await runCli(cwd, 'rehearse', '--dump', 'dump.sql.gz', '--json');
  assert.is(outcome.status, 0, outcome.stdout + outcome.stderr);
  const rehearsal = parse(outcome);
  assert.equal(verdicts(rehearsal), [whole]);
  assert.equal(rehearsal.runs[0]?.relationships, [
    { relationship: 'Post.authors <-> User.posts', left: 3, right: 3, both: 3, migrated: 3, givenUp: 0 },
  ]);
  assert.equal(rehearsal.leftOut, [
    { what: 'SET setting_of_tomorrow, which this server does not know', count: 1 },
    { what: 'COMMENT ON EXTENSION', count: 1 },
    { what: 'the extension postgis, which this server does not have', count: 1 },
    { what: 'ALTER … OWNER TO', count: 1 },
    { what: 'GRANT and REVOKE', count: 1 },
  ]);
});

test('what the embedded server cannot do is an error with its line, and says what to do', async () => {
  const cwd = await versionOf('many-to-many-two-sided');
  const dump = (await dumpWithRows()).replace(
    'key uuid DEFAULT',
    'place public.geometry, ADD COLUMN key uuid DEFAULT',
  );
  await writeFile(join(cwd, 'dump.sql'), dump);
  const line = dump.slice(0, dump.indexOf('place public.geometry')).split('\n').length;
  const { status, stdout, stderr } = await runCli(cwd, 'rehearse', '--dump', 'dump.sql');
  assert.is(status, 1);
  assert.is(stdout, '');
  assert.match(stderr, new RegExp(`dump\\.sql, line ${line}: type "public\\.geometry" does not exist`));
  assert.match(stderr, /Left out before: the extension postgis.*--url postgres:/);
});

test('files that are no plain dump, versions that are not there: one clear line, before anything is started', async () => {
  const cwd = await sampleVersion();
  await writeFile(join(cwd, 'custom.dump'), Buffer.from('PGDMP\x01\x0e'));
  await writeFile(join(cwd, 'utf16.sql'), Buffer.from('\ufeffSET a = b;', 'utf16le'));
  for (const [args, said] of [
    [['--dump', 'custom.dump'], /pg_dump --format=custom.*\nConvert it: pg_restore --no-owner -f dump\.sql/],
    [['--dump', 'utf16.sql'], /UTF-16/],
    [['--dump', 'nothing.sql'], /does not exist/],
    [
      ['0001_arcade/people'],
      /no adapter with the folder people\.\nRehearse the version as a whole: rehearse 0001_arcade\./,
    ],
    [['0007'], /There is no version 0007.*\nThere are: 0001_arcade/],
    [['--out', 'elsewhere'], /There is no version in .*elsewhere/],
  ] as const) {
    const { status, stdout, stderr } = await runCli(cwd, 'rehearse', ...args);
    assert.is(status, 2, stderr);
    assert.is(stdout, '');
    assert.match(stderr, said);
  }
  const { status } = await runCli(cwd, 'rehearse', '--items', '0');
  assert.is(status, 2);
});

test('a dump of a migrated database, without rows: the scripts say that it is migrated', async () => {
  const cwd = await temporaryFolder();
  const lists = join(root, 'test/fixtures/hand-evolved/index.js');
  const dump = join(root, 'test/fixtures/hand-evolved/postarcade.sql');
  assert.is((await runCli(cwd, 'generate', lists)).status, 0);
  const { status, stdout, stderr } = await runCli(cwd, 'rehearse', '--dump', dump);
  assert.is(status, 1, stderr);
  assert.match(stdout, /preflight refused:\n {2}verdict: already migrated/);
  assert.match(stdout, /migrate refused:\n {2}this database is already migrated/);
  assert.match(
    stdout,
    /\nAlready migrated: there is nothing to rehearse on this database\. Rehearse on one from before/,
  );
});

/** A dump of more than 20 MB, whose data is kept in a folder; almost all of it in one column. */
async function largeDump(cwd: string): Promise<void> {
  const long = 'x'.repeat(10_000);
  const rows = Array.from({ length: 2200 }, (_, index) => `${index + 10}\t${long}\n`);
  const dump = await dumpWithRows();
  await writeFile(join(cwd, 'large.sql'), dump.replace('2\t\\N\n', `2\t\\N\n${rows.join('')}`));
}

test('a plan.json that is broken is named, with what to do', async () => {
  const cwd = await sampleVersion();
  for (const text of ['{ broken', '{}']) {
    await writeFile(join(cwd, 'out', '0001_arcade', 'plan.json'), text);
    const { status, stderr } = await runCli(cwd, 'rehearse');
    assert.is(status, 1);
    assert.match(stderr, /plan\.json is not the plan of this arcade-migrate/);
    assert.match(stderr, /Rewrite the version with .*generate/);
  }
});

test('a large dump is kept in a temporary folder, which is gone afterwards, and after Ctrl-C', async () => {
  const cwd = await versionOf('many-to-many-two-sided');
  await largeDump(cwd);
  const folder = await temporaryFolder();
  const env = { ...process.env, TMPDIR: folder, TEMP: folder };
  const start = () =>
    spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'rehearse', '--dump', 'large.sql'], { cwd, env });
  const used: string[][] = [];
  for (const signal of [null, 'SIGINT'] as const) {
    const child = start();
    const ended = once(child, 'exit');
    let seen: string[] = [];
    while (child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const now = await readdir(folder);
      if (now.length > 0) seen = now;
      if (signal !== null && now.length > 0 && !child.killed) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        child.kill(signal);
      }
    }
    const [status] = await ended;
    assert.is(status, signal === null ? 0 : 130);
    assert.equal(await readdir(folder), []);
    used.push(seen);
  }
  assert.ok(used.every((seen) => seen.some((name) => name.startsWith('arcade-migrate-rehearsal-'))));
});

test.run();
