import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { runCli } from '../support/cli.ts';
import { suiteNeeding } from '../support/needs.ts';
import { type Database, loadSqlFile, query, runSqlFile, withDatabase } from '../support/postgres.ts';
import { mustSucceed } from '../support/postgres-steps.ts';
import { temporaryFolder } from '../support/temporary.ts';

const test = suiteNeeding('postgres', 'what docs/reconcile.md shows');

const folder = fileURLToPath(new URL('../fixtures/hand-evolved/', import.meta.url));
const page = readFileSync(new URL('../../docs/reconcile.md', import.meta.url), 'utf8');

/** The database of the page: links that the kept side lacks or contradicts, one to a row that is gone, and a repeated pair. */
const DRIFT = [
  'alter table "User_posts" drop constraint user_posts_post_id_foreign',
  `insert into "User" (id, name) values (2, 'b'), (3, 'c')`,
  `insert into "Post" (id, name, author) values (2, 'q', 2), (3, 'r', null)`,
  'insert into "User_posts" values (1, 2), (2, 2), (3, 3), (3, 99)',
  `insert into "Tag" values (2, 'u')`,
  'insert into "Post_tags" values (1, 1), (2, 2)',
];

const [abort = [], resolve = [], givenUp = []] = [...page.matchAll(/```text\n([\s\S]*?)```/g)].map(
  ([, block = '']) => block.trimEnd().split('\n'),
);

test('the README shows a part of the same report', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, block = ''] = /```text\n( FAIL [\s\S]*?)```/.exec(readme) ?? [];
  const lines = block.trimEnd().split('\n');
  assert.is(lines.length, 3);
  assert.equal(
    lines.filter((line) => !abort.includes(line)),
    [],
  );
});

for (const [reconcile, lines] of [
  ['abort', abort],
  ['resolve', resolve],
] as const) {
  test(`preflight with --reconcile ${reconcile} says what the page shows`, () =>
    withDrift(reconcile, async ({ database, script }) => {
      const { stdout } = await runSqlFile(database, script('preflight'));
      const said = stdout.split('\n').map((line) => line.trim());
      const start = said.indexOf(lines[0]?.trim() ?? '');
      assert.equal(
        said.slice(start, start + lines.length),
        lines.map((line) => line.trim()),
      );
    }));
}

test('each statement of the page settles its link', () =>
  withDrift('abort', async ({ database, script }) => {
    const [, block = ''] = /```sql\n([\s\S]*?)```/.exec(page) ?? [];
    const statements = block.trim().split('\n');
    assert.is(statements.length, 2);
    for (const statement of statements) {
      const { stdout } = await runSqlFile(database, script('preflight'));
      assert.match(stdout, 'Post 3 - User 3');
      await query(database, statement);
      const after = await runSqlFile(database, script('preflight'));
      assert.match(after.stdout, '"User_posts": 2 (Post 2 - User 1, Post 99 - User 3)');
      await query(database, 'update "Post" set author = null where id = 3');
      await query(database, 'delete from "User_posts" where "User_id" = 3 and "Post_id" = 3');
      await query(database, 'insert into "User_posts" values (3, 3)');
    }
  }));

test('links that are set aside are where the page shows them, and come back as it says', () =>
  withDrift('resolve', async ({ database, script }) => {
    await mustSucceed(database, script('migrate'), script('verify'));
    const rows = await query(
      database,
      'select relationship, side, near, far from arcade_given_up order by near, far',
    );
    const cells = (line: string) => line.split('|').map((cell) => cell.trim());
    const [head = '', , ...body] = givenUp;
    assert.equal(
      [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))],
      [cells(head), ...body.map(cells)],
    );
    await mustSucceed(database, script('rollback'));
    assert.equal(await query(database, 'select far from arcade_given_up'), [{ far: '99' }]);
    assert.equal(
      await query(database, 'select "User_id" as u, "Post_id" as p from "User_posts" order by 1, 2'),
      [
        { u: 1, p: 1 },
        { u: 1, p: 2 },
        { u: 2, p: 2 },
        { u: 3, p: 3 },
      ],
    );
  }));

async function withDrift(
  reconcile: string,
  work: (given: { readonly database: Database; readonly script: (name: string) => string }) => Promise<void>,
): Promise<void> {
  const out = await temporaryFolder();
  const { status, stderr } = await runCli(
    folder,
    ...['generate', 'index.js', '--out', out, '--reconcile', reconcile],
  );
  assert.is(status, 0, stderr);
  await withDatabase(async (database) => {
    await loadSqlFile(database, join(folder, 'full.sql'));
    for (const statement of DRIFT) await query(database, statement);
    await work({ database, script: (name) => join(out, '0001_arcade/postgres', `${name}.sql`) });
  });
}

test.run();
