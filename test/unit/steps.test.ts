import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type PostgresStep, planPostgres, type Stored } from '../../generator/plan/postgres/index.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { project } from '../support/arbitraries.ts';
import { projectOf } from '../support/lists.ts';

const POSTGRES = { schemaName: 'public', lockTimeout: '5s' } as const;
const OPTIONS = { sideOrder: 'alphabetical', locale: 'en' } as const;

const nameOf = (side: Stored | null): string[] => (side?.kind === 'table' ? [side.name] : []);

/** Takes the names that a step needs, after it has given up those that it frees; fails where one is missing or taken. */
function take(steps: readonly PostgresStep[], isBack: boolean, tables: Set<string>): void {
  for (const { kept, after, dropped } of steps) {
    const before = [...nameOf(kept), ...nameOf(dropped)];
    const [free, taken] = isBack ? [nameOf(after), before] : [before, nameOf(after)];
    for (const name of free) assert.ok(tables.delete(name), `${name} is missing`);
    for (const name of taken) {
      assert.not(tables.has(name), `${name} is taken`);
      tables.add(name);
    }
  }
}

test('no step needs a name before another has given it up, in either direction', () => {
  fc.assert(
    fc.property(project, (drawn) => {
      const found = findRelationships(drawn, OPTIONS);
      const { plan, diagnostics } = planPostgres(found.relationships, drawn.lists, POSTGRES);
      fc.pre(found.diagnostics.length === 0 && diagnostics.length === 0);
      const before = plan.steps.flatMap(({ kept, dropped }) => [...nameOf(kept), ...nameOf(dropped)]);
      const after = plan.steps.flatMap((step) => nameOf(step.after));
      const tables = new Set(before);
      take(plan.steps, false, tables);
      assert.equal([...tables].sort(), [...after].sort());
      take(plan.steps.toReversed(), true, tables);
      assert.equal([...tables].sort(), [...before].sort());
    }),
  );
});

test('a new name that is the old one of another relationship waits for it', () => {
  const chain = projectOf({
    Post: { tags: { ref: 'Tag', many: true }, tags_many: { ref: 'Tag', many: true } },
    Tag: {},
  });
  const { relationships } = findRelationships(chain, OPTIONS);
  const { plan } = planPostgres(relationships, chain.lists, POSTGRES);
  assert.equal(
    plan.steps.map(({ title }) => title),
    [
      'rename table "Post_tags_many" to "Post_tags_many_many"',
      'rename table "Post_tags" to "Post_tags_many"',
    ],
  );
});

test.run();
