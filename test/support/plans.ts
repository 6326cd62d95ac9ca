import { type Plan, type PlanOptions, planMigration, type Reconcile } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships } from '../../generator/relationships/index.ts';

/** Options of a plan for both databases. Each adapter names its own schema. */
export const planOptions = {
  databases: ['postgres', 'mongo'],
  lockTimeout: '5s',
  sideOrder: 'alphabetical',
  locale: 'en',
  reconcile: 'abort',
} as const satisfies PlanOptions;

/** The plan of a project for both databases; null if its names cannot work. */
export function planOf(project: Project, schemaName = 'public', reconcile: Reconcile = 'abort'): Plan | null {
  const found = findRelationships(project, planOptions);
  const options = { ...planOptions, schemaName, reconcile };
  const { plan, diagnostics } = planMigration(project, found.relationships, options);
  return found.diagnostics.length + diagnostics.length === 0 ? plan : null;
}
