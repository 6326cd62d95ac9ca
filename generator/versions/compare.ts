import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, scriptSets } from '../plan/index.ts';
import { type Relationship, relationshipName } from '../relationships/index.ts';
import {
  type Covered,
  type CoveredSide,
  coverageOf,
  fieldsOf,
  type Manifest,
  type Version,
} from './manifest.ts';

/** How the lists differ from what the versions cover. */
export interface Drift {
  /** Relationships that need a migration and that no version covers. */
  readonly uncovered: readonly string[];
  /** Relationships that differ from what a version covers, with that version and both shapes. */
  readonly changed: readonly {
    readonly relationship: string;
    readonly version: string;
    readonly was: string;
    readonly is: string;
  }[];
  /** Relationships that a version covers and the lists no longer have. */
  readonly gone: readonly { readonly relationship: string; readonly version: string }[];
}

/** Leaves out the versions whose folder was deleted. `generate` writes them again. */
export const presentVersions = ({ versions }: Manifest, out: string): Version[] =>
  versions.filter(({ id }) => existsSync(join(out, id)));

/** The names of the relationships that need a migration in any database. */
export const changesIn = (plan: Plan): Set<string> =>
  new Set(
    scriptSets(plan)
      .flatMap(({ postgres, mongo }) => [...(postgres?.steps ?? []), ...(mongo?.steps ?? [])])
      .map(({ relationship }) => relationship),
  );

/** The relationships that no version covers, whether they need a migration or not. */
export function uncoveredBy(versions: readonly Version[], { relationships }: Plan): Relationship[] {
  const covered = new Set(versions.flatMap((version) => version.relationships.flatMap(fieldsOf)));
  return relationships.filter((relationship) => !fieldsOf(relationship).some((field) => covered.has(field)));
}

/** Compares a plan for all relationships with what the versions cover. Relationships match if they share a field. */
export function compare(plan: Plan, versions: readonly Version[]): Drift {
  const now = coverageOf(plan);
  const covered = versions.flatMap((version) =>
    version.relationships.map((relationship) => ({ version, relationship })),
  );
  const coveredBy = groupByField(covered, ({ relationship }) => relationship);

  const changed: Drift['changed'][number][] = [];
  for (const relationship of now.relationships) {
    const entries = new Set(fieldsOf(relationship).flatMap((field) => coveredBy.get(field) ?? []));
    for (const { version, relationship: before } of entries) {
      if (shapeOf(relationship, now) === shapeOf(before, version)) continue;
      changed.push({
        relationship: nameOf(relationship),
        version: version.id,
        was: describe(before, version, now),
        is: describe(relationship, now, version),
      });
    }
  }
  const fields = new Set(now.relationships.flatMap(fieldsOf));
  const gone = covered
    .filter(({ relationship }) => !fieldsOf(relationship).some((field) => fields.has(field)))
    .map(({ relationship, version }) => ({ relationship: nameOf(relationship), version: version.id }));
  const changes = changesIn(plan);
  const uncovered = uncoveredBy(versions, plan)
    .map(relationshipName)
    .filter((name) => changes.has(name));
  return { uncovered, changed, gone };
}

/** Versions as if they had been written with the options of a plan: what {@link compare} finds then is in the lists. */
export function withOptionsOf(plan: Plan, versions: readonly Version[]): Version[] {
  const { schemaName, mongo, reconcile } = coverageOf(plan);
  return versions.map((version) => ({ ...version, schemaName, mongo, reconcile }));
}

/** A line for each option that is no longer the one that a version was written with. */
export function changedOptions(plan: Plan, versions: readonly Version[]): string[] {
  const now = optionsOf(coverageOf(plan));
  const changed = new Set(compare(plan, versions).changed.map(({ version }) => version));
  return versions
    .filter(({ id }) => changed.has(id))
    .flatMap((version) =>
      Object.entries(optionsOf(version))
        .filter(([flag, was]) => was !== null && (now[flag] ?? was) !== was)
        .map(([flag, was]) => `${version.id} was written with ${flag} ${was}; now ${now[flag]}`),
    );
}

const optionsOf = ({ schemaName, mongo, reconcile }: Target): Record<string, string | null> => ({
  '--database': schemaName === null ? (mongo ? 'mongo' : null) : mongo ? 'both' : 'postgres',
  '--schema-name': schemaName,
  '--reconcile': reconcile,
});

/**
 * The version that `--replace` rewrites: the newest one whose relationships changed, or else the newest one. Null if there is no
 * version.
 */
export function toReplace(plan: Plan, versions: readonly Version[]): string | null {
  const changed = new Set(compare(plan, versions).changed.map(({ version }) => version));
  const candidates = changed.size > 0 ? versions.filter(({ id }) => changed.has(id)) : versions;
  return candidates.at(-1)?.id ?? null;
}

/** The current relationships of the lists that match those of a version, in its order. Null if one has changed or is missing. */
export function relationshipsOf(version: Version, plan: Plan): Relationship[] | null {
  const now = coverageOf(plan);
  const byShape = new Map(
    now.relationships.map((covered, index) => [shapeOf(covered, now), plan.relationships[index]]),
  );
  const found = version.relationships.flatMap(
    (relationship) => byShape.get(shapeOf(relationship, version)) ?? [],
  );
  return found.length === version.relationships.length ? found : null;
}

function groupByField<Entry>(
  entries: readonly Entry[],
  relationshipOf: (entry: Entry) => Covered,
): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    for (const field of fieldsOf(relationshipOf(entry)))
      groups.set(field, [...(groups.get(field) ?? []), entry]);
  }
  return groups;
}

type Target = Pick<Version, 'schemaName' | 'mongo' | 'reconcile'>;

function shapeOf(relationship: Covered, version: Target): string {
  const { schemaName, mongo } = relationship.adapter ?? version;
  return JSON.stringify([schemaName, mongo, version.reconcile, relationship]);
}

function describe(relationship: Covered, version: Target, other: Target): string {
  const { cardinality, tableName, left, right, adapter } = relationship;
  const { schemaName, mongo } = adapter ?? version;
  return [
    `${nameOf(relationship)} (${cardinality}, ${tableName})`,
    ...describeSide(left),
    ...(right ? describeSide(right) : []),
    ...(adapter ? [`adapter ${adapter.name}`] : []),
    ...(schemaName === null ? [] : [`PostgreSQL schema ${schemaName}`]),
    ...(mongo ? ['MongoDB'] : []),
    ...(version.reconcile === other.reconcile ? [] : [`--reconcile ${version.reconcile}`]),
  ].join(', ');
}

/** The options of a field besides its ref. */
const describeSide = ({ list, path, ref: _ref, many: _many, ...options }: CoveredSide): string[] =>
  Object.entries(options).map(([key, value]) => `${list}.${path} ${key}: ${JSON.stringify(value)}`);

function nameOf({ left, right }: Covered): string {
  const leftName = `${left.list}.${left.path}`;
  return right ? `${leftName} <-> ${right.list}.${right.path}` : `${leftName} -> ${left.ref}`;
}
