import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, planMigration } from '../../generator/plan/index.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { projectOf } from '../support/lists.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A two-sided relationship between posts and users; the links are `User.posts` and `Post.users`, or of one each. */
export type Kind = 'many-to-many' | 'one-to-many' | 'one-to-one';

export const projectOfKind = (kind: Kind) =>
  projectOf({
    Post: { users: { ref: 'User.posts', many: kind === 'many-to-many' } },
    User: { posts: { ref: 'Post.users', many: kind !== 'one-to-one' } },
  });

/** Writes the scripts for lists with one relationship into a new folder, and gives the path of each by its name. */
export async function writeScripts(kind: Kind, database: Database): Promise<(name: string) => string> {
  const project = projectOfKind(kind);
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
    if (path.startsWith(database)) await writeFile(join(folder, path.slice(database.length + 1)), text);
  }
  return (name) => join(folder, `${name}.${database === 'postgres' ? 'sql' : 'js'}`);
}
