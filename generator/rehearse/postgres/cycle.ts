import type { Reconcile } from '../../plan/index.ts';
import { type Relationship, relationshipName, sideName } from '../../relationships/index.ts';
import type { Comparison, MigratedLinks, Rehearsable } from '../cycle.ts';
import { sidesOf } from '../links.ts';
import type { RelationshipRun, ScriptRun } from '../report.ts';
import { compareMigrated, compareOld, compareRest } from './compare.ts';
import { runScript } from './run-script.ts';
import type { Session } from './session.ts';
import { countBoth, type Snapshot, takeSnapshot } from './snapshot.ts';

/** The relationships and scripts of a rehearsal. */
export interface Rehearsed {
  readonly schemaName: string;
  readonly relationships: readonly Relationship[];
  readonly reconcile: Reconcile;
  readonly script: (name: ScriptRun['name']) => string;
}

export const rehearsable = (session: Session, rehearsed: Rehearsed): Rehearsable => ({
  reconcile: rehearsed.reconcile,
  begin: () => begin(session, rehearsed),
  run: (name) => runScript(session, name, rehearsed.script(name)),
});

async function begin(
  session: Session,
  { schemaName, relationships, reconcile }: Rehearsed,
): Promise<Comparison> {
  const snapshot = await takeSnapshot(session, schemaName, relationships);
  const before: RelationshipRun[] = [];
  for (const relationship of relationships) before.push(await describe(session, relationship, snapshot));
  return {
    before,
    async compareOld(when, rebuiltWith) {
      const differences: string[] = [];
      for (const relationship of relationships) {
        for (const side of sidesOf(relationship)) {
          differences.push(
            ...(await compareOld(session, schemaName, relationship, side, when, rebuiltWith, snapshot)),
          );
        }
      }
      return [
        ...differences,
        ...(await compareRest(session, schemaName, relationships, when, snapshot, 'rows and schema')),
      ];
    },
    async compareMigrated(when) {
      const links: MigratedLinks[] = [];
      const differences: string[] = [];
      for (const relationship of relationships) {
        const found = await compareMigrated(session, schemaName, relationship, reconcile, snapshot);
        differences.push(...found.differences);
        links.push({ migrated: found.count, givenUp: found.givenUp });
      }
      differences.push(...(await compareRest(session, schemaName, relationships, when, snapshot, 'rows')));
      return { links, differences };
    },
  };
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
