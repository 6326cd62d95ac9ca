import type { Reconcile } from '../plan/index.ts';
import type { Progress } from './progress.ts';
import { disagreement, notRun, type RelationshipRun, type Run, type ScriptRun } from './report.ts';

/** How many links of a relationship Keystone 8 finds, and how many are set aside. */
export type MigratedLinks = Pick<RelationshipRun, 'migrated' | 'givenUp'>;

/** Compares a database with what it held before its migration. */
export interface Comparison {
  /** The links that each relationship had, in the order of the plan. */
  readonly before: readonly RelationshipRun[];
  /**
   * The differences from the original database, a line each. After a rollback, `rebuiltWith` is the --reconcile of the migration,
   * which decides what the links should be.
   *
   * @param when begins each line: `after rollback`
   */
  compareOld(when: string, rebuiltWith: Reconcile | null): Promise<string[]>;
  /** The differences from the expected result of migrate, and the links that each relationship has now. */
  compareMigrated(
    when: string,
  ): Promise<{ readonly links: readonly MigratedLinks[]; readonly differences: readonly string[] }>;
}

/** A database and the scripts to run on it. */
export interface Rehearsable {
  readonly reconcile: Reconcile;
  /** Records every link, and the rest of the database. */
  readonly begin: () => Promise<Comparison>;
  readonly run: (name: ScriptRun['name']) => Promise<ScriptRun>;
}

/** Migrates a database and rolls it back. Compares every link, and the rest of the database, after each script. */
export async function runCycle({ reconcile, begin, run }: Rehearsable, progress: Progress): Promise<Run> {
  progress('reading every link');
  const comparison = await begin();
  const scripts: ScriptRun[] = [];
  const differences: string[] = [];
  const succeeds = async (name: ScriptRun['name']): Promise<boolean> => {
    progress(name);
    const done = await run(name);
    scripts.push(done);
    return done.verdict === 'succeeded';
  };
  const compareWithOriginal = async (when: string, rebuiltWith: Reconcile | null = null) => {
    progress(`comparing every link ${when}`);
    differences.push(...(await comparison.compareOld(when, rebuiltWith)));
  };

  const isReady = await succeeds('preflight');
  await compareWithOriginal('after preflight');
  const isMigrated = await succeeds('migrate');
  differences.push(...disagreement(isReady, isMigrated));
  if (!isMigrated) {
    await compareWithOriginal('after migrate, which did not succeed');
    return {
      reconcile,
      scripts: [...scripts, notRun('verify'), notRun('rollback')],
      relationships: comparison.before,
      differences,
    };
  }

  await succeeds('verify');
  progress('comparing every link after migrate');
  const migrated = await comparison.compareMigrated('after migrate');
  differences.push(...migrated.differences);
  const relationships = comparison.before.map((one, index) => ({ ...one, ...migrated.links[index] }));
  if (await succeeds('rollback')) await compareWithOriginal('after rollback', reconcile);
  return { reconcile, scripts, relationships, differences };
}
