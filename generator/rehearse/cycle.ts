import type { Reconcile } from '../plan/index.ts';
import type { Progress } from './progress.ts';
import { disagreement, notRun, type RelationshipRun, type Run, type ScriptRun } from './report.ts';

/** What of a relationship is where Keystone 8 looks for it. */
export type MigratedLinks = Pick<RelationshipRun, 'migrated' | 'givenUp'>;

/** A database, beside what it held before its migration. */
export interface Comparison {
  /** The links that each relationship had, in the order of the plan. */
  readonly before: readonly RelationshipRun[];
  /**
   * How it differs from before: a line each, with this time in it. With `rebuiltWith` the links are those that this --reconcile
   * carried there and back.
   */
  compareOld(when: string, rebuiltWith: Reconcile | null): Promise<string[]>;
  /** How it differs from what migrate is to make of it, and what each relationship has now. */
  compareMigrated(
    when: string,
  ): Promise<{ readonly links: readonly MigratedLinks[]; readonly differences: readonly string[] }>;
}

/** What a cycle works on. */
export interface Rehearsable {
  readonly reconcile: Reconcile;
  /** Notes every link, and all else. */
  readonly begin: () => Promise<Comparison>;
  readonly run: (name: ScriptRun['name']) => Promise<ScriptRun>;
}

/** Takes a database there and back, and compares each link, and all else, at every step. */
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
  const compareAsBefore = async (when: string, rebuiltWith: Reconcile | null = null) => {
    progress(`comparing every link ${when}`);
    differences.push(...(await comparison.compareOld(when, rebuiltWith)));
  };

  const isReady = await succeeds('preflight');
  await compareAsBefore('after preflight');
  const isMigrated = await succeeds('migrate');
  differences.push(...disagreement(isReady, isMigrated));
  if (!isMigrated) {
    await compareAsBefore('after migrate, which did not succeed');
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
  if (await succeeds('rollback')) await compareAsBefore('after rollback', reconcile);
  return { reconcile, scripts, relationships, differences };
}
