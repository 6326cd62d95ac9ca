import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planMigration } from '../../generator/plan/index.ts';
import { type Adapter, readLists } from '../../generator/reader/index.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { projectOf } from '../support/lists.ts';
import { planOptions } from '../support/plans.ts';

const adapter = (name: string | null, database: Adapter['database'], isDefault = name === null): Adapter => ({
  name,
  isDefault,
  database,
  schemaName: null,
  source: { file: 'index.js', line: 1, column: 1 },
});

/** The relationships that the plan has for each database. */
function planned(adapters: readonly Adapter[], adapterOfPost: string | null) {
  const drawn = projectOf({ Post: { parent: { ref: 'Post' } }, User: { friend: { ref: 'User' } } });
  const lists = drawn.lists.map((list) =>
    list.key === 'Post' ? { ...list, adapterName: adapterOfPost } : list,
  );
  const project = { ...drawn, lists, adapters };
  const { plan } = planMigration(project, findRelationships(project, planOptions).relationships, {
    ...planOptions,
    schemaName: 'public',
  });
  const names = (part: { readonly unchanged: readonly string[] } | null) => part?.unchanged ?? [];
  return { postgres: names(plan.postgres), mongo: names(plan.mongo) };
}

const POST = 'Post.parent -> Post';
const USER = 'User.friend -> User';

test('each list is on its named adapter, or on the default one', () => {
  const adapters = [adapter('documents', 'mongo'), adapter('sql', 'postgres', true)];
  assert.equal(planned(adapters, 'documents'), { postgres: [USER], mongo: [POST] });
  assert.equal(planned(adapters, null), { postgres: [POST, USER], mongo: [] });
});

test('a list whose adapter is not known is in every plan', () => {
  const adapters = [adapter('documents', 'mongo'), adapter('sql', 'postgres')];
  assert.equal(planned(adapters, 'documents'), { postgres: [USER], mongo: [POST, USER] });
});

test('two adapters between which the environment decides are each for all lists', () => {
  const adapters = [adapter(null, 'mongo'), adapter(null, 'postgres')];
  assert.equal(planned(adapters, null), { postgres: [POST, USER], mongo: [POST, USER] });
});

test('a database that no adapter is for, but that was asked for, has all lists', () => {
  assert.equal(planned([adapter(null, 'postgres')], null), { postgres: [POST, USER], mongo: [POST, USER] });
});

test('without a known adapter every list is in every plan', () => {
  assert.equal(planned([], null), { postgres: [POST, USER], mongo: [POST, USER] });
});

test('defaultAdapter is read', () => {
  const cwd = fileURLToPath(new URL('../fixtures/reader/adapters/', import.meta.url));
  const { adapters } = readLists(['index.js'], { cwd });
  assert.equal(
    adapters.filter(({ isDefault }) => isDefault).map(({ name }) => name),
    ['main'],
  );
});

test.run();
