import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Database, planMigration, type Reconcile } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships, type Relationship } from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { temporaryFolder } from './temporary.ts';

/** The path of a script, by its name. */
type ScriptPath = (name: string) => string;

/** Writes the scripts for any lists into a new folder. */
export async function writeScripts(
  project: Project,
  database: Database,
  reconcile: Reconcile = 'abort',
): Promise<ScriptPath> {
  const { relationships } = findRelationships(project, { sideOrder: 'alphabetical', locale: 'en' });
  const script = await writeScriptsFor(project, relationships, database, reconcile);
  if (script === null) throw new Error('these lists cannot be migrated');
  return script;
}

/** The same for known relationships. Null if the plan is refused or changes nothing. */
export async function writeScriptsFor(
  project: Project,
  relationships: readonly Relationship[],
  database: Database,
  reconcile: Reconcile,
): Promise<ScriptPath | null> {
  const { plan, diagnostics } = planMigration(project, relationships, {
    databases: [database],
    schemaName: 'public',
    lockTimeout: '5s',
    sideOrder: 'alphabetical',
    locale: 'en',
    reconcile,
  });
  if (diagnostics.length > 0 || !plan[database]?.steps.length) return null;
  const folder = await temporaryFolder();
  for (const { path, text } of renderScripts(plan)) {
    if (path.startsWith(`${database}/`)) await writeFile(join(folder, basename(path)), text);
  }
  return (name) => join(folder, `${name}.${database === 'postgres' ? 'sql' : 'js'}`);
}
