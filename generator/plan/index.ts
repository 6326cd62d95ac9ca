import type { Diagnostic } from '../diagnostics.ts';
import type { List, Project, SecondReading } from '../reader/project.ts';
import { collectionOfList, type Relationship, type SideOrder } from '../relationships/index.ts';
import { type MongoPlan, planMongo } from './mongo/index.ts';
import { type PostgresPlan, planPostgres } from './postgres/index.ts';
import type { Reconcile } from './reconcile.ts';

export type { MongoPlan } from './mongo/index.ts';
export type { PostgresPlan } from './postgres/index.ts';
export type { Reconcile } from './reconcile.ts';

export type Database = 'postgres' | 'mongo';

export interface PlanOptions {
  readonly databases: readonly Database[];
  readonly schemaName: string;
  readonly lockTimeout: string;
  readonly sideOrder: SideOrder;
  readonly locale: string;
  readonly reconcile: Reconcile;
}

/** What `rehearse` needs to recreate a list in a database of old Keystone. */
export interface PlannedList {
  readonly key: string;
  /** The Keystone type of its ids, such as `Uuid`; null for the adapter's default. */
  readonly idType: string | null;
  readonly collection: string;
}

/** The input of all scripts of one version, as plain data. It is also written to plan.json. */
export interface Plan {
  readonly planVersion: 2;
  readonly sideOrder: SideOrder;
  /** The locale that decided alphabetical order. */
  readonly locale: string;
  readonly reconcile: Reconcile;
  readonly lists: readonly PlannedList[];
  /** In order of declaration. */
  readonly relationships: readonly Relationship[];
  /** Problems in the lists that a reviewer must know about first. */
  readonly warnings: readonly Diagnostic[];
  /** Whether a run of the list files found the same lists. Null if the lists were not read from files that can be run. */
  readonly secondReading: SecondReading | null;
  readonly postgres: PostgresPlan | null;
  readonly mongo: MongoPlan | null;
}

/**
 * Plans the migration of relationships for each database.
 *
 * @param project the result of `readLists`
 * @param relationships those to migrate: all or some of what `findRelationships` found
 * @returns the plan, and a diagnostic of severity `error` for each name that cannot work. Do not use the plan if there are any
 */
export function planMigration(
  { lists, adapters, diagnostics, secondReading }: Project,
  relationships: readonly Relationship[],
  { databases, schemaName, lockTimeout, sideOrder, locale, reconcile }: PlanOptions,
): { plan: Plan; diagnostics: readonly Diagnostic[] } {
  const on = (database: Database) => (list: List | undefined) => isOn(database, list, adapters);
  const byKey = new Map(lists.map((list) => [list.key, list]));
  const part = (database: Database) => ({
    lists: lists.filter(on(database)),
    relationships: relationships.filter(({ left }) => on(database)(byKey.get(left.list))),
  });
  const postgresPart = part('postgres');
  const postgres = databases.includes('postgres')
    ? planPostgres(postgresPart.relationships, postgresPart.lists, { schemaName, lockTimeout })
    : null;
  const mongoPart = part('mongo');
  const mongo = databases.includes('mongo') ? planMongo(mongoPart.relationships, mongoPart.lists) : null;
  return {
    plan: {
      planVersion: 2,
      sideOrder,
      locale,
      reconcile,
      lists: lists.map((list) => ({
        key: list.key,
        idType: list.idType,
        collection: collectionOfList(list),
      })),
      relationships,
      warnings: diagnostics.filter(({ severity }) => severity === 'warning'),
      secondReading: secondReading ?? null,
      postgres: postgres?.plan ?? null,
      mongo: mongo?.plan ?? null,
    },
    diagnostics: [...(postgres?.diagnostics ?? []), ...(mongo?.diagnostics ?? [])],
  };
}

/**
 * Each list is on the adapter that it names. An adapter without a name serves all lists. If there are two such adapters, the
 * environment chooses one, so both databases get all lists. The same holds if the adapter of a list is unknown, and for a
 * database that no adapter is for.
 */
function isOn(database: Database, list: List | undefined, adapters: Project['adapters']): boolean {
  if (!adapters.some((adapter) => adapter.database === database)) return true;
  const name = list?.adapterName ?? null;
  const own = adapters.filter((adapter) => (name === null ? adapter.isDefault : adapter.name === name));
  return own.length === 0 || own.some((adapter) => adapter.database === database);
}
