import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Database, planMigration } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { temporaryFolder } from './temporary.ts';

/** Writes the scripts of lists that are no case into a new folder, and gives the path of each by its name. */
export async function writeScripts(project: Project, database: Database): Promise<(name: string) => string> {
  const { relationships } = findRelationships(project, { sideOrder: 'alphabetical', locale: 'en' });
  const { plan } = planMigration(project, relationships, {
    databases: [database],
    schemaName: 'public',
    lockTimeout: '5s',
    sideOrder: 'alphabetical',
    locale: 'en',
    reconcile: 'abort',
  });
  const folder = await temporaryFolder();
  for (const { path, text } of renderScripts(plan)) {
    if (path.startsWith(`${database}/`)) await writeFile(join(folder, basename(path)), text);
  }
  return (name) => join(folder, `${name}.${database === 'postgres' ? 'sql' : 'js'}`);
}
