import type { RehearsalOptions } from './options.ts';
import type { Progress } from './progress.ts';
import type { Rehearsal } from './report.ts';
import { readVersion } from './version.ts';

export type { RehearsalOptions } from './options.ts';
export type * from './report.ts';

/** Runs the scripts of a version on a scratch database. Throws a Refusal if it cannot begin. */
export async function rehearseVersion(options: RehearsalOptions, progress: Progress): Promise<Rehearsal> {
  const database = options.url?.startsWith('mongodb') ? 'mongo' : 'postgres';
  const version = readVersion(options.out, options.version, database);
  const { id, edits } = version;
  if (database === 'mongo') {
    const { rehearseMongo } = await import('./mongo/index.ts');
    return { version: id, database, edits, ...(await rehearseMongo(version, options, progress)) };
  }
  const { rehearsePostgres } = await import('./postgres/index.ts');
  return {
    version: id,
    database,
    edits,
    ...(await rehearsePostgres(version, options, progress)),
  };
}

/** Whether there are no differences and no script failed. A script may refuse links that were broken on purpose. */
export const isAsExpected = ({ isDrifted, runs }: Rehearsal): boolean =>
  runs.every(({ scripts, differences }) => {
    const mayRefuse = isDrifted ? ['succeeded', 'refused', 'not run'] : ['succeeded'];
    return differences.length === 0 && scripts.every(({ verdict }) => mayRefuse.includes(verdict));
  });
