import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Script as JavaScript, runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { parse } from 'libpg-query';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type RunnerFolder, readFolder } from '../../generator/layouts/folder.ts';
import {
  LAYOUT_NAMES,
  LAYOUTS,
  layOut,
  type RunnerName,
  renderOptionsOf,
} from '../../generator/layouts/index.ts';
import { nextNumber } from '../../generator/layouts/number.ts';
import { type Plan, planMigration } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { Refusal } from '../../generator/refusal.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { renderReview } from '../../generator/render/review/index.ts';
import { builtInTemplates } from '../../generator/render/template-files.ts';
import { project } from '../support/arbitraries.ts';
import { runHere } from '../support/in-process.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { projectOf } from '../support/lists.ts';
import { seed } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary.ts';

const RUNNERS = LAYOUT_NAMES.filter((name) => name !== 'plain');
const SQITCH_PLAN = '%syntax-version=1.0.0\n%project=blog\n\n';

/** A folder of these files. */
const folderOf = (files: Readonly<Record<string, string>>, own: readonly string[] = []): RunnerFolder => ({
  paths: () => Object.keys(files).filter((path) => !own.includes(path)),
  own,
  read: (path) => files[path] ?? null,
});

/** The plan of a project; null where its names cannot work. */
function planOf(drawn: Project, schemaName = 'public'): Plan | null {
  const found = findRelationships(drawn, { sideOrder: 'alphabetical', locale: 'en' });
  const { plan, diagnostics } = planMigration(drawn, found.relationships, {
    databases: ['postgres', 'mongo'],
    schemaName,
    lockTimeout: '5s',
    sideOrder: 'alphabetical',
    locale: 'en',
    reconcile: 'abort',
  });
  return found.diagnostics.length + diagnostics.length > 0 ? null : plan;
}

const SCRIPTS = [
  { path: 'REVIEW.md', text: 'read me\n' },
  ...['preflight', 'migrate', 'verify', 'rollback'].flatMap((name) => [
    { path: `postgres/${name}.sql`, text: `SELECT '${name}';\n` },
    { path: `mongo/${name}.js`, text: `print('${name}');\n` },
  ]),
];

const pathsFor = (runner: RunnerName, name: string, files: Readonly<Record<string, string>>) =>
  layOut(runner, name, SCRIPTS, folderOf(files)).runner.map(({ path }) => path);

test('numbers go on after the highest, in its style', () => {
  const after = (...names: string[]) => nextNumber(names, '1');
  assert.is(after(), '1');
  assert.is(after('README.md', 'current.sql'), '1');
  assert.is(after('0007_x.sql', '0010_x.sql', '0009_x.sql'), '0011');
  assert.is(after('9_x.sql', '10_x.sql'), '11');
  assert.is(after('0099_x.sql'), '0100');
  assert.is(after('99_x.sql'), '100');
  assert.is(after('20231231235959_x.sql'), '20240101000000');
  assert.is(after('20240228235959999_x.sql'), '20240229000000000', '17 digits are milliseconds');
  assert.is(after('20231399000000_x.sql'), '20231399000001', 'what is no time only looks like one');
  assert.is(after('1585699200000_x.sql', '1500000000000_y.js'), '1585699200001');
  assert.is(nextNumber(['V2.1__x.sql', 'U3__y.sql', 'R__z.sql'], '1', LAYOUTS.flyway.numbers?.pattern), '4');
});

test('the number that is next is higher, and sorts behind the others of its width', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^\d{1,17}$/), { minLength: 1 }), (numbers) => {
      const next = nextNumber(numbers, '1');
      for (const number of numbers) {
        assert.ok(BigInt(next) > BigInt(number), `${next} after ${number}`);
        if (number.length === next.length) assert.ok(next > number);
      }
    }),
    { seed },
  );
});

test('what the runner has no place for stays in the version, and nothing is there twice', () => {
  for (const runner of RUNNERS) {
    const { version, runner: files } = layOut(
      runner,
      'arcade',
      SCRIPTS,
      folderOf({ 'sqitch.plan': SQITCH_PLAN }),
    );
    const texts = [...version, ...files].map(({ text }) => text).join('\n');
    for (const { text } of SCRIPTS) {
      assert.is(texts.split(text.trim()).length - 1, 1, `${runner}: ${text}`);
    }
  }
});

test('FORMATS.md names the files of each runner, what they hold, and whose the transaction is', () => {
  const formats = readFileSync(new URL('../../FORMATS.md', import.meta.url), 'utf8');
  const section = formats.split('## Files of migration runners')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| (?:`([\w-]+)` )?\| `([^`]+)` \| (.+) \|$/gm)];
  let current = '';
  const documented = rows.map(([, runner, path, holds = '']) => {
    current = runner ?? current;
    const scripts = holds.match(/\b(preflight|migrate|verify|rollback)\b(?!:)/g);
    return [current, path, [...new Set(scripts)].join(' ')];
  });
  const real = RUNNERS.flatMap((runner) =>
    LAYOUTS[runner].files.map(({ path, scripts }) => [
      runner,
      path({ name: 'arcade', number: '{number}' }),
      scripts.join(' '),
    ]),
  );
  assert.equal(documented.sort(), real.sort());
});

test('no name is taken twice, and no file is for people', () => {
  for (const runner of RUNNERS) {
    const empty: Record<string, string> = { 'sqitch.plan': SQITCH_PLAN };
    const first = layOut(runner, 'arcade', SCRIPTS, folderOf(empty));
    for (const { path, text } of [...first.runner, ...(first.list ? [first.list] : [])]) empty[path] = text;
    const second = layOut(runner, 'arcade', SCRIPTS, folderOf(empty)).runner.map(({ path }) => path);
    assert.equal(
      second.filter((path) => path in empty),
      [],
      runner,
    );
    for (const path of second) assert.match(path, /\.(sql|js)$/);
    // A version that is rewritten keeps its names.
    const own = first.runner.map(({ path }) => path);
    const again = layOut(runner, 'arcade', SCRIPTS, folderOf(empty, own));
    assert.equal(again.runner, first.runner, runner);
    assert.is(again.list, null, 'the list has it already');
    const later = { ...empty, [(second[0] ?? '').replaceAll('arcade', 'later')]: '' };
    assert.equal(layOut(runner, 'arcade', SCRIPTS, folderOf(later, own)).runner, first.runner, runner);
  }
});

test('each script that goes to a runner has a command, and no other; the review has it', () => {
  const plan = planOf(projectOf({ Post: { tags: { ref: 'Tag', many: true } }, Tag: {} }));
  if (plan === null) throw new Error('no plan');
  for (const runner of RUNNERS) {
    const { files, commands } = LAYOUTS[runner];
    assert.equal(Object.keys(commands).sort(), files.flatMap(({ scripts }) => scripts).sort(), runner);
    const options = renderOptionsOf(runner);
    const review = renderReview(plan, builtInTemplates(), null, options.runner).text;
    for (const command of Object.values(options.runner?.commands('') ?? {})) {
      assert.match(review, `${command}\n`);
    }
    assert.not.ok(/{folder}/.test(review));
  }
  const { runner } = renderOptionsOf('dbmate', "it's here");
  assert.match(runner?.commands('').migrate ?? '', "--migrations-dir 'it'\\''s here' ");
});

test('sqitch.plan gets a line, after all others and at a time after theirs', () => {
  const plan = `${SQITCH_PLAN}users 2019-01-01T23:59:59Z A. Planner <a@example.org> # it was 2031-01-01T00:00:00Z\n@v1 2018-01-01T00:00:00Z A. Planner <a@example.org>\n`;
  const { list, runner } = layOut('sqitch', 'users', SCRIPTS, folderOf({ 'sqitch.plan': plan }));
  assert.equal(
    runner.map(({ path }) => path),
    ['deploy/users_2.sql', 'revert/users_2.sql', 'verify/users_2.sql'],
  );
  assert.ok(list?.text.startsWith(plan));
  assert.match(
    list?.text.slice(plan.length) ?? '',
    /^users_2 2019-01-02T00:00:00Z arcade-migrate <[^>]+> # [^\n]+\n$/,
  );
});

test('only the files of a runner with numbers are looked for: sqitch may have the whole project for its folder', () => {
  const project = join(import.meta.dirname, 'layouts.test.ts');
  assert.equal(readFolder(project, []).own, []);
  assert.match(
    refusal(() => readFolder(project, []).paths()),
    'The folder of the migration runner cannot be read: a file is where a folder should be',
  );
  const { runner } = layOut('sqitch', 'users', SCRIPTS, {
    ...folderOf({ 'sqitch.plan': SQITCH_PLAN }),
    paths: () => {
      throw new Error('a folder that nobody may read');
    },
  });
  assert.is(runner.length, 3);
});

test('the first change in sqitch.plan comes after a blank line, and each on a line of its own', () => {
  const added = (plan: string) =>
    (layOut('sqitch', 'arcade', SCRIPTS, folderOf({ 'sqitch.plan': plan })).list?.text ?? '').replace(
      / .*/s,
      '',
    );
  for (const plan of ['%project=blog', '%project=blog\n', '%project=blog\n\n']) {
    assert.is(added(plan), '%project=blog\n\narcade');
  }
  const { list } = layOut('sqitch', 'arcade', SCRIPTS, folderOf({ 'sqitch.plan': '%project=blog\n\nusers' }));
  assert.match(list?.text ?? '', /^%project=blog\n\nusers\narcade /);
});

test('graphile-migrate: each hash is made from the one before', () => {
  const first = layOut('graphile-migrate', 'arcade', SCRIPTS, folderOf({})).runner[0];
  assert.is(first?.path, 'committed/000001-arcade.sql');
  assert.match(
    first?.text ?? '',
    /^--! Previous: -\n--! Hash: sha1:[0-9a-f]{40}\n--! Message: arcade\n\nSELECT/,
  );
  const [, hash] = /Hash: (\S+)/.exec(first?.text ?? '') ?? [];
  const files = { 'committed/000001-arcade.sql': first?.text ?? '', 'current.sql': '-- now\n' };
  const second = layOut('graphile-migrate', 'arcade', SCRIPTS, folderOf(files)).runner[0];
  assert.is(second?.path, 'committed/000002-arcade.sql');
  assert.match(second?.text ?? '', `--! Previous: ${hash}\n`);
});

test('Prisma and Flyway count what is in folders too', () => {
  assert.equal(pathsFor('prisma', 'x', { '20210101000000_a/migration.sql': '' }), [
    '20210101000001_x/migration.sql',
  ]);
  assert.equal(pathsFor('flyway', 'x', { 'sub/V3__a.sql': '' }), ['V4__x.sql', 'U4__x.sql']);
});

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.instance(error, Refusal);
    return (error as Refusal).message;
  }
  throw new Error('it did not refuse');
};

test('a plan for another database, a folder without the list, and what the runner would change are refused', () => {
  const onMongo = SCRIPTS.filter(({ path }) => !path.startsWith('postgres/'));
  assert.match(
    refusal(() => layOut('dbmate', 'arcade', onMongo, folderOf({}))),
    'is for PostgreSQL',
  );
  assert.match(
    refusal(() => layOut('sqitch', 'arcade', SCRIPTS, folderOf({}))),
    'no sqitch.plan',
  );
  const odd = projectOf({ Post: { tags: { ref: 'Tag', many: true } }, Tag: {} });
  for (const [runner, schemaName] of [
    ['flyway', ['a$', '{b}'].join('')],
    ['knex', 'a\\?'],
    ['graphile-migrate', 'a:DATABASE_NAME'],
  ] as const) {
    const plan = planOf(odd, schemaName);
    const scripts = plan ? renderScripts(plan) : [];
    assert.match(
      refusal(() => layOut(runner, 'arcade', scripts, folderOf({}))),
      runner,
    );
  }
});

test('PostgreSQL and JavaScript parse every file; a transaction is begun and ended where the layout says so', async () => {
  await fc.assert(
    fc.asyncProperty(project, async (drawn) => {
      const plan = planOf(drawn);
      fc.pre(plan !== null);
      const scripts = plan ? renderScripts(plan) : [];
      for (const runner of RUNNERS) {
        const laidOut = layOut(runner, 'arcade', scripts, folderOf({ 'sqitch.plan': SQITCH_PLAN }));
        for (const { path, text } of laidOut.runner) {
          if (path.endsWith('.js')) new JavaScript(text, { filename: path });
          // migrate and rollback are one statement each; verify of sqitch has a transaction of its own.
          else assert.is(await transactionsIn(text), path.startsWith('verify/') ? 2 : 0, path);
        }
        for (const { path, text } of laidOut.version) {
          const isReport = /(preflight|verify)\.sql$/.test(path);
          if (path.endsWith('.sql'))
            assert.is(await transactionsIn(text), isReport ? 2 : 0, `${runner} ${path}`);
        }
      }
    }),
    { numRuns: 4, seed },
  );
});

/** How many statements begin or end a transaction. */
async function transactionsIn(sql: string): Promise<number> {
  const { stmts = [] } = await parse(sql);
  return stmts.filter(({ stmt }) => stmt !== undefined && 'TransactionStmt' in stmt).length;
}

test('knex sends the scripts as they are, whatever is in them', () => {
  const text = "SELECT '`', '$', '{x}', '\\n \\\\', '?', $arcade$ $$ $1 $arcade$;\n";
  const scripts = SCRIPTS.map((script) =>
    script.path.startsWith('postgres/') ? { ...script, text } : script,
  );
  const [file] = layOut('knex', 'arcade', scripts, folderOf({})).runner;
  const exports: Record<string, (knex: object) => string> = {};
  runInNewContext(file?.text ?? '', { exports });
  // What knex itself does with the text, in positionBindings of its PostgreSQL client.
  const raw = (sql: string) => sql.replace(/(\\*)(\?)/g, (_, escapes) => (escapes.length % 2 ? '?' : '$1'));
  assert.is(exports.up?.({ raw }), text.trim());
  assert.is(exports.down?.({ raw }), text.trim());
});

test('the manifest has the files of the runner: generate leaves them alone, check finds what was edited', async () => {
  const cwd = await temporaryFolder();
  const entry = join(keystoneCase('many-to-many-one-sided').folder, 'lists.js');
  const generate = (...options: string[]) =>
    runHere(cwd, 'generate', entry, '--layout', 'sqitch', ...options);
  assert.match((await generate()).stderr, 'There is no sqitch.plan');
  writeFileSync(join(cwd, 'sqitch.plan'), SQITCH_PLAN);
  assert.is((await generate()).status, 0);
  const plan = readFileSync(join(cwd, 'sqitch.plan'), 'utf8');
  assert.match(plan, /^arcade 2020-04-01T00:00:00Z /m);
  assert.match((await generate()).stdout, 'nothing was written');

  // The plan is the user's; the scripts are not.
  writeFileSync(
    join(cwd, 'sqitch.plan'),
    `${plan}later 2021-01-01T00:00:00Z Ann <ann@example.org> # Later\n`,
  );
  assert.is((await runHere(cwd, 'check', entry)).status, 0);
  writeFileSync(join(cwd, 'deploy/arcade.sql'), '-- mine\n');
  const { status, stdout } = await runHere(cwd, 'check', entry, '--layout', 'sqitch');
  assert.is(status, 1);
  assert.match(stdout, /edited: deploy\/arcade\.sql\n.*^--- migrate\.sql migrates /ms);
  assert.match((await generate('--replace')).stderr, 'would be lost');
  assert.is((await generate('--replace', '--force')).status, 0);
  assert.is((await runHere(cwd, 'check', entry)).status, 0);
  assert.match(readFileSync(join(cwd, 'sqitch.plan'), 'utf8'), /^later [^\n]*\n$/m);
});

/** The lists of a blog, of which the second state has a relationship more. */
const blogOf = (later: string) => `const { Keystone } = require('@keystonejs/keystone');
const { Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({});
keystone.createList('Tag', { fields: {} });
keystone.createList('Post', { fields: { tags: { type: Relationship, ref: 'Tag', many: true }${later} } });
`;

for (const runner of RUNNERS) {
  test(`${runner}: check names what was edited or is missing, --replace rewrites it under its name, the next version continues`, async () => {
    const cwd = await temporaryFolder();
    const folder = LAYOUTS[runner].folder;
    writeFileSync(join(cwd, 'sqitch.plan'), SQITCH_PLAN);
    writeFileSync(join(cwd, 'index.js'), blogOf(''));
    const common = ['index.js', '--database', LAYOUTS[runner].database, '--layout', runner];
    const generate = async (...options: string[]) => {
      const { status, stdout, stderr } = await runHere(cwd, 'generate', ...common, '--json', ...options);
      assert.is(status, 0, stderr);
      const { version, files }: { version: string; files: string[] } = JSON.parse(stdout);
      return {
        version,
        files: files.filter((file) => !file.startsWith('out/') && file !== 'sqitch.plan').sort(),
      };
    };
    const check = () => runHere(cwd, 'check', ...common);

    const first = await generate();
    assert.ok(first.files.length > 0);
    for (const file of first.files) assert.not.match(relative(folder, file), /^\.\./);
    const [edited = ''] = first.files;
    const missing = first.files.at(-1) ?? '';
    const texts = first.files.map((file) => readFileSync(join(cwd, file), 'utf8'));
    assert.is((await check()).status, 0);
    appendFileSync(join(cwd, edited), '-- mine\n');
    const found = await check();
    assert.is(found.status, 1);
    assert.ok(found.stdout.startsWith(`edited: ${edited}\n`), found.stdout);
    rmSync(join(cwd, missing));
    const gone = await check();
    assert.is(gone.status, 1);
    assert.ok(gone.stdout.includes(`missing: ${missing}\n`), gone.stdout);
    assert.equal(await generate('--replace', '--force'), first, 'under the same names');
    assert.equal(
      first.files.map((file) => readFileSync(join(cwd, file), 'utf8')),
      texts,
    );

    writeFileSync(join(cwd, 'index.js'), blogOf(", author: { type: Relationship, ref: 'Tag', many: true }"));
    assert.match((await check()).stdout, /^not covered: Post\.author -> Tag: run generate/m);
    const second = await generate();
    assert.is(second.version, '0002_arcade');
    assert.equal(
      second.files.filter((file) => first.files.includes(file)),
      [],
      'no file is for two versions',
    );
    for (const file of second.files) {
      assert.ok(
        first.files.some((earlier) => dirname(earlier) < dirname(file) || earlier < file),
        file,
      );
      const text = readFileSync(join(cwd, file), 'utf8');
      assert.match(text, /Post[._]author/);
      assert.not.match(text, /Post[._]tags/);
    }
    assert.is((await check()).status, 0);
    assert.equal(await generate('--replace'), { version: null, files: [] }, 'as it is already');
  });
}

test('a folder of migrations without a runner is wrong usage', async () => {
  const entry = join(keystoneCase('many-to-many-one-sided').folder, 'lists.js');
  const { status, stderr } = await runHere(await temporaryFolder(), 'generate', entry, '--migrations', 'db');
  assert.is(status, 2);
  assert.match(stderr, '--layout');
});

test.run();
