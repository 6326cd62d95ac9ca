import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../plan/index.ts';
import { type Covered, coverageOf, fieldsOf, type Manifest, type Version } from './manifest.ts';

/** How the lists differ from what the versions cover. */
export interface Drift {
  /** Relationships that no version covers. */
  readonly uncovered: readonly string[];
  /** Relationships that a version covers in another shape, with that version. */
  readonly changed: readonly {
    readonly relationship: string;
    readonly version: string;
    readonly was: string;
  }[];
  /** Relationships that a version covers and the lists no longer have. */
  readonly gone: readonly { readonly relationship: string; readonly version: string }[];
}

/** Leaves out the versions whose folder was deleted: they are to be written anew. */
export const presentVersions = ({ versions }: Manifest, out: string): Version[] =>
  versions.filter(({ id }) => existsSync(join(out, id)));

/** Compares a plan for all relationships of the lists with what versions cover. */
export function compare(plan: Plan, versions: readonly Version[]): Drift {
  const now = coverageOf(plan);
  const covered = versions.flatMap((version) =>
    version.relationships.map((relationship) => ({ version, relationship })),
  );
  const byField = new Map(
    covered.flatMap((entry) => fieldsOf(entry.relationship).map((field) => [field, entry] as const)),
  );

  const uncovered: string[] = [];
  const changed: Drift['changed'][number][] = [];
  for (const relationship of now.relationships) {
    const entry = fieldsOf(relationship)
      .map((field) => byField.get(field))
      .find((found) => found !== undefined);
    if (!entry) {
      uncovered.push(nameOf(relationship));
    } else if (shapeOf(relationship, now) !== shapeOf(entry.relationship, entry.version)) {
      changed.push({
        relationship: nameOf(relationship),
        version: entry.version.id,
        was: describe(entry.relationship, entry.version),
      });
    }
  }
  const fields = new Set(now.relationships.flatMap(fieldsOf));
  const gone = covered
    .filter(({ relationship }) => !fieldsOf(relationship).some((field) => fields.has(field)))
    .map(({ relationship, version }) => ({ relationship: nameOf(relationship), version: version.id }));
  return { uncovered, changed, gone };
}

type Target = Pick<Version, 'schemaName' | 'mongo' | 'reconcile'>;

const shapeOf = (relationship: Covered, { schemaName, mongo, reconcile }: Target): string =>
  JSON.stringify([schemaName, mongo, reconcile, relationship]);

const describe = (relationship: Covered, { schemaName, mongo, reconcile }: Target): string =>
  [
    `${nameOf(relationship)} (${relationship.cardinality}, ${relationship.tableName})`,
    ...(schemaName === null ? [] : [`PostgreSQL schema ${schemaName}`]),
    ...(mongo ? ['MongoDB'] : []),
    ...(reconcile === 'abort' ? [] : [`--reconcile ${reconcile}`]),
  ].join(', ');

function nameOf({ left, right }: Covered): string {
  const near = `${left.list}.${left.path}`;
  return right ? `${near} <-> ${right.list}.${right.path}` : `${near} -> ${left.ref}`;
}
