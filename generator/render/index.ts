import type { Plan } from '../plan/index.ts';
import { renderMongo } from './mongo.ts';
import { renderPostgres } from './postgres.ts';
import { renderReview } from './review.ts';
import type { Script } from './script.ts';
import { builtInTemplates, type Templates } from './template-files.ts';

export type { Script } from './script.ts';

/**
 * All files of a version, in the order in which a reviewer reads them; the paths are below its folder. The
 * templates are the program's own, unless others are given.
 */
export function renderScripts(plan: Plan, templates: Templates = builtInTemplates()): Script[] {
  return [
    { path: 'REVIEW.md', text: renderReview(plan, templates) },
    { path: 'plan.json', text: `${JSON.stringify(plan, null, 2)}\n` },
    ...(plan.postgres ? renderPostgres(plan.postgres, templates) : []),
    ...(plan.mongo ? renderMongo(plan.mongo, templates) : []),
  ];
}
