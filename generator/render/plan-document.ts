import stringify from 'json-stringify-pretty-compact';
import type { Plan } from '../plan/index.ts';
import type { MongoPlan } from '../plan/mongo/index.ts';
import type { PostgresPlan } from '../plan/postgres/index.ts';
import type { Step } from '../plan/step.ts';
import type { Script } from './script.ts';

/** plan.json: what a version does, for other programs to read. */
export interface PlanDocument extends Omit<Plan, 'postgres' | 'mongo'> {
  /** Null if there are no PostgreSQL scripts. */
  readonly postgres: PostgresDocument | null;
  /** Null if there are no MongoDB scripts. */
  readonly mongo: MongoDocument | null;
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

const documentOf = (plan: Plan): PlanDocument => ({
  ...plan,
  postgres: plan.postgres && { ...plan.postgres, steps: plan.postgres.steps.map(withoutSources) },
  mongo: plan.mongo && { ...plan.mongo, steps: plan.mongo.steps.map(withoutSources) },
});

const withoutSources = <S extends Step>({ sources: _, ...step }: S): Omit<S, 'sources'> => step;
