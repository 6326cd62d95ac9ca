import { Script as JavaScript } from 'node:vm';
import fc from 'fast-check';
import { parse, parsePlPgSQL } from 'libpg-query';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Reconcile } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { renderScripts, type Script } from '../../generator/render/index.ts';
import { project } from '../support/arbitraries.ts';
import { projectOf } from '../support/lists.ts';
import { planOf } from '../support/plans.ts';
import { seed } from '../support/seed.ts';

function scriptsOf(drawn: Project, schemaName = 'public', reconcile: Reconcile = 'abort'): Script[] | null {
  const plan = planOf(drawn, schemaName, reconcile);
  return plan && renderScripts(plan);
}

const parseScript = async ({ path, text }: Script) => {
  if (path.endsWith('.sql')) {
    const { stmts = [] } = await parse(text);
    assert.ok(stmts.length > 0, path);
  }
  if (path.endsWith('.js')) new JavaScript(text, { filename: path });
};

/** Parses the blocks of a script with what is in them; their text is a mere string to the parser of SQL. */
async function parseBlocks({ path, text }: Script): Promise<void> {
  if (!path.endsWith('.sql')) return;
  const { stmts = [] } = await parse(text);
  const blocks = stmts.filter(({ stmt }) => stmt !== undefined && 'DoStmt' in stmt);
  assert.ok(blocks.length > 0, path);
  const { plpgsql_funcs: parsed } = (await parsePlPgSQL(text)) as unknown as {
    readonly plpgsql_funcs: readonly unknown[];
  };
  assert.is(parsed.length, blocks.length, path);
}

test('PostgreSQL and JavaScript parse every script of every project', async () => {
  await fc.assert(
    fc.asyncProperty(
      project,
      fc.constantFrom('abort', 'merge', 'resolve', 'discard'),
      async (drawn, reconcile) => {
        const scripts = scriptsOf(drawn, 'public', reconcile);
        fc.pre(scripts !== null);
        for (const script of scripts ?? []) await parseScript(script);
      },
    ),
    { numRuns: 60, seed },
  );
});

test("PostgreSQL's PL/pgSQL parser accepts every DO block, whatever --reconcile says", async () => {
  const modes: readonly Reconcile[] = ['abort', 'merge', 'resolve', 'discard'];
  await fc.assert(
    fc.asyncProperty(project, async (drawn) => {
      fc.pre(planOf(drawn) !== null);
      for (const reconcile of modes) {
        for (const script of scriptsOf(drawn, 'public', reconcile) ?? []) await parseBlocks(script);
      }
    }),
    { numRuns: 40, seed },
  );
});

test('what that parser must refuse, it refuses', async () => {
  const scripts = scriptsOf(projectOf({ Post: { tags: { ref: 'Tag', many: true } }, Tag: {} })) ?? [];
  const script = scripts.find(({ path }) => path === 'postgres/preflight.sql');
  assert.ok(script);
  for (const [from, to] of [
    ['IF samples IS NOT NULL THEN', 'IF samples IS NOT NULL'],
    ['SELECT string_agg(', 'SELECT FROM WHERE string_agg('],
  ] as const) {
    const wrong = String(script?.text).replace(from, to);
    assert.is.not(wrong, script?.text);
    const problem = await parseBlocks({ path: 'postgres/wrong.sql', text: wrong }).catch(String);
    assert.match(String(problem), /syntax error|missing/);
  }
});

test('large projects are written out whole', async () => {
  const names = Array.from({ length: 101 }, (_, index) => `l${index}`);
  const wide = Object.fromEntries(
    names.map((name) => [`List${name}`, { [name]: { ref: 'User', many: true } }]),
  );
  const deep = Object.fromEntries(names.map((name) => [name, { ref: `Tag.${name}`, many: true }]));
  const tags = Object.fromEntries(names.map((name) => [name, { ref: `User.${name}`, many: true }]));
  for (const script of scriptsOf(projectOf({ ...wide, User: deep, Tag: tags }), 'public', 'merge') ?? []) {
    await parseScript(script);
  }
});

test('quotes, dollars and backslashes in names stay names', async () => {
  const odd = projectOf({
    'a"b\'c': { 'x\\$y': { ref: 'ünï $1', many: true }, "it's": { ref: 'ünï $1' } },
    'ünï $1': {},
  });
  const scripts = scriptsOf(odd, 'my "schema"');
  assert.ok(scripts);
  for (const script of scripts ?? []) await parseScript(script);
  const migrate = scripts?.find(({ path }) => path === 'postgres/migrate.sql')?.text ?? '';
  assert.match(migrate, `ALTER TABLE "my ""schema"""."a""b'c_x\\$y"`);
});

test('names that are one after the cut to 63 bytes get free ones, and the reviewer is told', () => {
  const path = 'p'.repeat(52);
  const scripts = scriptsOf(projectOf({ Post: { [path]: { ref: 'User', many: true } }, User: {} })) ?? [];
  const text = (name: string) => scripts.find(({ path }) => path === name)?.text ?? '';
  const table = `post_${path}_many`;
  assert.is(table.length, 62);
  const [near, far] = [`${table}_post_left_id`, `${table.slice(0, 53)}_2`];
  assert.match(text('postgres/migrate.sql'), `'${near}'`);
  assert.match(text('postgres/migrate.sql'), `'${far}'`);
  for (const name of ['REVIEW.md', 'postgres/preflight.sql']) {
    assert.match(
      text(name).replaceAll(/\s+(-- )?/g, ' '),
      `so the scripts use ${far}_foreign and ${far}_index.`,
    );
  }
});

test('the same input gives the same bytes', () => {
  fc.assert(
    fc.property(project, (drawn) => {
      assert.equal(scriptsOf(drawn), scriptsOf(structuredClone(drawn)));
    }),
    { numRuns: 5, seed },
  );
});

test.run();
