import stringify from 'json-stringify-pretty-compact';
import type { DatabasePlans, Plan } from '../plan/index.ts';
import type { MongoPlan } from '../plan/mongo/index.ts';
import type { PostgresPlan } from '../plan/postgres/index.ts';
import type { Step } from '../plan/step.ts';
import type { Script } from './script.ts';

/** plan.json: what a version does, for other programs to read. */
export interface PlanDocument extends Omit<Plan, 'postgres' | 'mongo' | 'adapters'>, DatabaseDocuments {
  /** The adapters, if there are several for one database. */
  readonly adapters?: readonly AdapterDocument[];
}

export interface DatabaseDocuments {
  /** Null if there are no PostgreSQL scripts. */
  readonly postgres: PostgresDocument | null;
  /** Null if there are no MongoDB scripts. */
  readonly mongo: MongoDocument | null;
}

/** What happens in the database of one adapter. */
export interface AdapterDocument extends DatabaseDocuments {
  readonly name: string;
  /** The folder of its scripts, from the folder of the version. */
  readonly folder: string;
}

/** `steps` has the relationships that change. Their positions are in `relationships`. */
export interface PostgresDocument extends Omit<PostgresPlan, 'steps'> {
  readonly steps: readonly Omit<PostgresPlan['steps'][number], 'sources'>[];
}

export interface MongoDocument extends Omit<MongoPlan, 'steps'> {
  readonly steps: readonly Omit<MongoPlan['steps'][number], 'sources'>[];
}

export const renderPlan = (plan: Plan): Script => ({
  path: 'plan.json',
  text: `${stringify(documentOf(plan), { maxLength: 120 })}\n`,
});

const documentOf = ({ adapters, ...plan }: Plan): PlanDocument => ({
  ...plan,
  ...databasesOf(plan),
  ...(adapters && { adapters: adapters.map((adapter) => ({ ...adapter, ...databasesOf(adapter) })) }),
});

const databasesOf = ({ postgres, mongo }: DatabasePlans): DatabaseDocuments => ({
  postgres: postgres && { ...postgres, steps: postgres.steps.map(withoutSources) },
  mongo: mongo && { ...mongo, steps: mongo.steps.map(withoutSources) },
});

const withoutSources = <S extends Step>({ sources: _, ...step }: S): Omit<S, 'sources'> => step;
