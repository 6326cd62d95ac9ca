import type { Diagnostic } from '../diagnostics.ts';
import type { Adapter, List, Project, SecondReading } from '../reader/project.ts';
import {
  collectionOfList,
  type Relationship,
  relationshipName,
  type SideOrder,
} from '../relationships/index.ts';
import { adaptersOf, foldersOf, separateAdapters } from './adapters.ts';
import { type MongoPlan, planMongo } from './mongo/index.ts';
import { type PostgresPlan, planPostgres } from './postgres/index.ts';
import type { Reconcile } from './reconcile.ts';

export type { MongoPlan } from './mongo/index.ts';
export type { PostgresPlan } from './postgres/index.ts';
export type { Reconcile } from './reconcile.ts';

export type Database = 'postgres' | 'mongo';

export interface PlanOptions {
  readonly databases: readonly Database[];
  /** The PostgreSQL schema; without it the one that the adapter names, or else `public`. */
  readonly schemaName?: string | undefined;
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

/** What happens in each database; null if there are no scripts for it. */
export interface DatabasePlans {
  readonly postgres: PostgresPlan | null;
  readonly mongo: MongoPlan | null;
}

/** What happens in the database of one adapter, with its own lists. */
export interface AdapterPlan extends DatabasePlans {
  readonly name: string;
  /** The folder of its scripts, from the folder of the version. */
  readonly folder: string;
}

/** The input of all scripts of one version, as plain data. It is also written to plan.json. */
export interface Plan extends DatabasePlans {
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
  /** The adapters, if there are several for one database. Their scripts are in folders of their own. */
  readonly adapters?: readonly AdapterPlan[];
}

/** A set of scripts. Without a name it is the one of a project with an adapter for each database. */
export interface ScriptSet extends DatabasePlans {
  readonly name: string | null;
  /** Its folder, from the folder of the version. Empty if each database has one, `postgres` and `mongo`. */
  readonly folder: string;
}

/** The sets of scripts of a plan. */
export const scriptSets = ({ postgres, mongo, adapters = [] }: Plan): ScriptSet[] => [
  { name: null, folder: '', postgres, mongo },
  ...adapters,
];

/** The adapter whose database has the links of a relationship, if there are several adapters for one database. */
export const adapterOf = ({ adapters = [] }: Plan, relationship: Relationship): AdapterPlan | null =>
  adapters.find(({ postgres, mongo }) => holds(postgres, relationship) || holds(mongo, relationship)) ?? null;

/** Whether a database has the links of a relationship, whether or not they move. */
export function holds(
  plan: {
    readonly steps: readonly { readonly relationship: string }[];
    readonly unchanged: readonly string[];
  } | null,
  relationship: Relationship,
): boolean {
  const name = relationshipName(relationship);
  return (
    plan !== null && (plan.unchanged.includes(name) || plan.steps.some((step) => step.relationship === name))
  );
}

/**
 * Plans the migration of relationships for each database, and for each adapter if there are several for one database.
 *
 * @param project the result of `readLists`
 * @param relationships those to migrate: all or some of what `findRelationships` found
 * @returns the plan, and a diagnostic of severity `error` for each name that cannot work, and for lists whose adapter is unknown
 *   but decides. Do not use the plan if there are any
 */
export function planMigration(
  project: Project,
  relationships: readonly Relationship[],
  options: PlanOptions,
): { plan: Plan; diagnostics: readonly Diagnostic[] } {
  const { lists, adapters, diagnostics } = project;
  const { databases, sideOrder, locale, reconcile } = options;
  const isFor = (database: Database) => (adapter: Adapter) => adapter.database === database;
  const names = separateAdapters(adapters);
  const shared = planDatabases(project, relationships, {
    ...options,
    databases: databases.filter((database) => names.length === 0 || !adapters.some(isFor(database))),
  });
  const separate = [...foldersOf(names)].map(([name, folder]) => {
    const own = adapters.filter((adapter) => adapter.name === name);
    const ownLists = lists.filter((list) => adaptersOf(list, own).length > 0);
    const ownDatabases = databases.filter((database) => own.some(isFor(database)));
    const ownProject = { lists: ownLists, adapters: own };
    return {
      name,
      folder,
      ...planDatabases(ownProject, relationships, { ...options, databases: ownDatabases }),
    };
  });
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
      secondReading: project.secondReading ?? null,
      postgres: shared.postgres,
      mongo: shared.mongo,
      ...(separate.length > 0 && {
        adapters: separate.map(({ name, folder, postgres, mongo }) => ({ name, folder, postgres, mongo })),
      }),
    },
    diagnostics: [
      ...(separate.length > 0 ? unknownAdapters(project, relationships) : []),
      ...[shared, ...separate].flatMap(({ clashes }) => clashes),
    ],
  };
}

/** Plans each database for the lists that are on it. */
function planDatabases(
  { lists, adapters }: Pick<Project, 'lists' | 'adapters'>,
  relationships: readonly Relationship[],
  { databases, schemaName = schemaOf(adapters), lockTimeout }: PlanOptions,
): DatabasePlans & { readonly clashes: readonly Diagnostic[] } {
  const part = (database: Database) => {
    if (!databases.includes(database)) return null;
    const own = lists.filter((list) => isOn(database, list, adapters));
    const keys = new Set(own.map(({ key }) => key));
    return { lists: own, relationships: relationships.filter(({ left }) => keys.has(left.list)) };
  };
  const [onPostgres, onMongo] = [part('postgres'), part('mongo')];
  const postgres =
    onPostgres && planPostgres(onPostgres.relationships, onPostgres.lists, { schemaName, lockTimeout });
  const mongo = onMongo && planMongo(onMongo.relationships, onMongo.lists);
  return {
    postgres: postgres?.plan ?? null,
    mongo: mongo?.plan ?? null,
    clashes: [...(postgres?.diagnostics ?? []), ...(mongo?.diagnostics ?? [])],
  };
}

const schemaOf = (adapters: Project['adapters']): string =>
  adapters.find(({ database, schemaName }) => database === 'postgres' && schemaName !== null)?.schemaName ??
  'public';

/**
 * Each list is on the adapter that it names. An adapter without a name serves all lists. If there are two such adapters, the
 * environment chooses one, so both databases get all lists. The same holds if the adapter of a list is unknown, and for a
 * database that no adapter is for.
 */
function isOn(database: Database, list: List, adapters: Project['adapters']): boolean {
  if (!adapters.some((adapter) => adapter.database === database)) return true;
  const own = adaptersOf(list, adapters);
  return own.length === 0 || own.some((adapter) => adapter.database === database);
}

/** No script is right if it is unknown which of several adapters has a list. */
function unknownAdapters({ lists, adapters }: Project, relationships: readonly Relationship[]): Diagnostic[] {
  const related = new Set(relationships.flatMap(({ left }) => [left.list, left.refList]));
  const unknown = lists.filter((list) => related.has(list.key) && adaptersOf(list, adapters).length === 0);
  const [first] = unknown;
  if (first === undefined) return [];
  const names = adapters.map(({ name }) => name).join(', ');
  return [
    {
      code: 'AM3004',
      severity: 'error',
      message: `Which adapter these lists are on is unknown: ${unknown.map(({ key }) => key).join(', ')}.`,
      help: `Each adapter gets its own scripts. Name one of ${names} as defaultAdapter of Keystone or as adapterName of the lists, or say with --env what the environment decides.`,
      source: first.source,
    },
  ];
}
