import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planMigration } from '../../generator/plan/index.ts';
import { readLists } from '../../generator/reader/index.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { LIBRARY_PATHS } from '../../generator/render/mongo.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The files that a reviewer reads, by the name of the budget. `all` is the eight scripts and REVIEW.md, without the library. */
export type Budget = 'migrate.sql' | 'rollback.sql' | 'migrate.js' | 'all';

interface BudgetedProject {
  readonly name: string;
  /** The folder that `generate` runs in, and its entry file. */
  readonly folder: string;
  readonly entry: string;
  readonly targets: Readonly<Record<Budget, number>>;
}

const targets = (migrateSql: number, rollbackSql: number, migrateJs: number, all: number) => ({
  ...{ 'migrate.sql': migrateSql, 'rollback.sql': rollbackSql, 'migrate.js': migrateJs, all },
});

/** The projects whose scripts have a maximum length. */
export const BUDGETED: readonly BudgetedProject[] = [
  {
    ...{ name: 'one-to-many', folder: 'test/fixtures/ideal', entry: 'one-to-many.js' },
    targets: targets(70, 90, 40, 700),
  },
  {
    ...{ name: 'todo-all-kinds', folder: 'test/fixtures/keystone/todo-all-kinds', entry: 'lists.js' },
    targets: targets(130, 170, 70, 1100),
  },
  {
    ...{ name: 'shop', folder: 'test/fixtures/ideal/shop', entry: 'index.ts' },
    targets: targets(230, 300, 110, 1700),
  },
  {
    ...{ name: 'sample blog', folder: '.', entry: 'test/fixtures/sample-blog/index.ts' },
    targets: targets(180, 230, 90, 1500),
  },
];

/** The length of `mongo/arcade.js`, which is the same for every project. */
export const LIBRARY_TARGET = 400;

/** All files for a project and both databases, with `--reconcile abort`, by path. */
export function emittedFor({ folder, entry }: BudgetedProject): Map<string, string> {
  const order = { sideOrder: 'alphabetical', locale: 'en' } as const;
  const project = readLists([entry], { cwd: join(root, folder) });
  const { relationships } = findRelationships(project, order);
  const { plan } = planMigration(project, relationships, {
    ...{ databases: ['postgres', 'mongo'], schemaName: 'public', lockTimeout: '5s', reconcile: 'abort' },
    ...order,
  });
  return new Map(renderScripts(plan).map(({ path, text }) => [path, text]));
}

/** The number of lines, by budget. */
export function linesOf(emitted: ReadonlyMap<string, string>): Record<Budget, number> {
  const lines = (path: string) => countLines(emitted.get(path) ?? '');
  // Nobody reviews plan.json.
  const others = [...LIBRARY_PATHS, 'plan.json'];
  const all = [...emitted.keys()].filter((path) => !others.includes(path)).map(lines);
  return {
    'migrate.sql': lines('postgres/migrate.sql'),
    'rollback.sql': lines('postgres/rollback.sql'),
    'migrate.js': lines('mongo/migrate.js'),
    all: all.reduce((total, count) => total + count, 0),
  };
}

/** As `wc -l` counts. */
export const countLines = (text: string): number => text.split('\n').length - 1;
