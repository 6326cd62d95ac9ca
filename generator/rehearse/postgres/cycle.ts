import type { Reconcile } from '../../plan/index.ts';
import { type Relationship, relationshipName, sideName } from '../../relationships/index.ts';
import { sidesOf } from '../links.ts';
import type { Progress } from '../progress.ts';
import { disagreement, notRun, type RelationshipRun, type Run, type ScriptRun } from '../report.ts';
import { compareMigrated, compareOld, compareRest } from './compare.ts';
import { runScript } from './run-script.ts';
import type { Session } from './session.ts';
import { countBoth, type Snapshot, takeSnapshot } from './snapshot.ts';

/** What is rehearsed. */
export interface Rehearsed {
  readonly schemaName: string;
  readonly relationships: readonly Relationship[];
  readonly reconcile: Reconcile;
  readonly script: (name: ScriptRun['name']) => string;
}

/** Takes a database there and back, and compares each link, and all else, at every step. */
export async function runCycle(session: Session, rehearsed: Rehearsed, progress: Progress): Promise<Run> {
  const { schemaName, relationships, reconcile, script } = rehearsed;
  progress('reading every link');
  const snapshot = await takeSnapshot(session, schemaName, relationships);
  const scripts: ScriptRun[] = [];
  const differences: string[] = [];
  const run = async (name: ScriptRun['name']): Promise<boolean> => {
    progress(name);
    const done = await runScript(session, name, script(name));
    scripts.push(done);
    return done.verdict === 'succeeded';
  };
  const compareAsBefore = async (when: string, rebuiltWith: Reconcile | null = null) => {
    progress(`comparing every link ${when}`);
    for (const relationship of relationships) {
      for (const side of sidesOf(relationship)) {
        differences.push(
          ...(await compareOld(session, schemaName, relationship, side, when, rebuiltWith, snapshot)),
        );
      }
    }
    differences.push(
      ...(await compareRest(session, schemaName, relationships, when, snapshot, 'rows and schema')),
    );
  };

  const isReady = await run('preflight');
  await compareAsBefore('after preflight');
  const isMigrated = await run('migrate');
  differences.push(...disagreement(isReady, isMigrated));
  if (!isMigrated) {
    await compareAsBefore('after migrate, which did not succeed');
    const counted: RelationshipRun[] = [];
    for (const relationship of relationships) counted.push(await describe(session, relationship, snapshot));
    return {
      reconcile,
      scripts: [...scripts, notRun('verify'), notRun('rollback')],
      relationships: counted,
      differences,
    };
  }

  await run('verify');
  progress('comparing every link after migrate');
  const counted: RelationshipRun[] = [];
  for (const relationship of relationships) {
    const migrated = await compareMigrated(session, schemaName, relationship, reconcile, snapshot);
    differences.push(...migrated.differences);
    counted.push({
      ...(await describe(session, relationship, snapshot)),
      migrated: migrated.count,
      givenUp: migrated.givenUp,
    });
  }
  differences.push(
    ...(await compareRest(session, schemaName, relationships, 'after migrate', snapshot, 'rows')),
  );

  if (await run('rollback')) await compareAsBefore('after rollback', reconcile);
  return { reconcile, scripts, relationships: counted, differences };
}

async function describe(
  session: Session,
  relationship: Relationship,
  snapshot: Snapshot,
): Promise<RelationshipRun> {
  const { left, right } = relationship;
  return {
    relationship: relationshipName(relationship),
    left: snapshot.links.get(sideName(left)) ?? null,
    right: right ? (snapshot.links.get(sideName(right)) ?? null) : null,
    both: await countBoth(session, relationship, snapshot),
    migrated: null,
    givenUp: null,
  };
}
