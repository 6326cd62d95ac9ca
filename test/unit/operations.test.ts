import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inverse, type Operation, planPostgres, shapeOf } from '../../generator/plan/postgres/index.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { project } from '../support/arbitraries.ts';
import { projectOf } from '../support/lists.ts';

const POSTGRES = { schemaName: 'public', lockTimeout: '5s', reconcile: 'abort' } as const;
const OPTIONS = { sideOrder: 'alphabetical', locale: 'en' } as const;

test('what takes back the inverse of an operation is the operation', () => {
  fc.assert(
    fc.property(project, (drawn) => {
      const { relationships } = findRelationships(drawn, OPTIONS);
      for (const step of planPostgres(relationships, drawn.lists, POSTGRES).plan.steps) {
        for (const operation of step.operations) {
          const undone = inverse(operation);
          if (undone) assert.equal(inverse(undone), operation);
        }
      }
    }),
  );
});

/** Runs operations on the names of a schema; fails where one is missing or taken. */
function run(operations: readonly Operation[], relations: Set<string>): void {
  const take = (name: string) => {
    assert.not(relations.has(name), `${name} is taken`);
    relations.add(name);
  };
  const give = (name: string) => assert.ok(relations.delete(name), `${name} is missing`);
  for (const operation of operations) {
    if (operation.kind === 'rename-table') {
      give(operation.from);
      take(operation.to);
    }
    if (operation.kind === 'drop-join-table') give(operation.joinTable.name);
    if (operation.kind === 'create-join-table') take(operation.joinTable.name);
  }
}

test('no operation needs a name before another has given it up, in either direction', () => {
  fc.assert(
    fc.property(project, (drawn) => {
      const found = findRelationships(drawn, OPTIONS);
      const { plan, diagnostics } = planPostgres(found.relationships, drawn.lists, POSTGRES);
      fc.pre(found.diagnostics.length === 0 && diagnostics.length === 0);
      const tables = (when: 'before' | 'after') =>
        new Set(
          shapeOf(plan, when)
            .filter(({ object, present }) => object === 'table' && present)
            .map(({ table }) => table),
        );
      const operations = plan.steps.flatMap((step) => step.operations);

      const relations = tables('before');
      run(operations, relations);
      for (const table of tables('after')) assert.ok(relations.has(table), `${table} after`);
      run(
        operations
          .map(inverse)
          .filter((undone) => undone !== null)
          .reverse(),
        relations,
      );
      assert.equal([...relations].sort(), [...tables('before')].sort());
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
  const renames = plan.steps.flatMap(({ operations }) =>
    operations.flatMap((operation) =>
      operation.kind === 'rename-table' ? [`${operation.from} -> ${operation.to}`] : [],
    ),
  );
  assert.equal(renames, ['Post_tags_many -> Post_tags_many_many', 'Post_tags -> Post_tags_many']);
});

test.run();
