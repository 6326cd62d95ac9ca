import type { Plan } from '../plan/index.ts';
import { renderMongo } from './mongo.ts';
import { renderPostgres } from './postgres.ts';
import { renderReview } from './review.ts';
import type { Script } from './script.ts';

export type { Script } from './script.ts';

/** All files of a version, in the order in which a reviewer reads them; the paths are below its folder. */
export function renderScripts(plan: Plan): Script[] {
  return [
    { path: 'REVIEW.md', text: renderReview(plan) },
    { path: 'plan.json', text: `${JSON.stringify(plan, null, 2)}\n` },
    ...(plan.postgres ? renderPostgres(plan.postgres) : []),
    ...(plan.mongo ? renderMongo(plan.mongo) : []),
  ];
}
