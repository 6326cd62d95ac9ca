import { type Plan, planMigration, type Reconcile } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships } from '../../generator/relationships/index.ts';

/** The plan of a project for both databases; null if its names cannot work. */
export function planOf(project: Project, schemaName = 'public', reconcile: Reconcile = 'abort'): Plan | null {
  const found = findRelationships(project, { sideOrder: 'alphabetical', locale: 'en' });
  const { plan, diagnostics } = planMigration(project, found.relationships, {
    databases: ['postgres', 'mongo'],
    schemaName,
    lockTimeout: '5s',
    sideOrder: 'alphabetical',
    locale: 'en',
    reconcile,
  });
  return found.diagnostics.length + diagnostics.length === 0 ? plan : null;
}
