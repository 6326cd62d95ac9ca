import type { Plan } from '../plan/index.ts';
import { renderMongo } from './mongo.ts';
import { renderPlan } from './plan-document.ts';
import { renderPostgres } from './postgres.ts';
import { renderReview } from './review/index.ts';
import type { Script } from './script.ts';
import { builtInTemplates, type Templates } from './template-files.ts';

export type { Script } from './script.ts';

/** From the folder of a version, out/0001_arcade, to the folder that the positions in a plan are relative to. */
const USUAL_ROOT = '../..';

/**
 * Renders all files of a version.
 *
 * @param templates what they are made from: the program's own, unless others are given
 * @returns the files in the order in which a reviewer reads them, by paths below the folder of the version
 */
export function renderScripts(
  plan: Plan,
  templates: Templates = builtInTemplates(),
  root: string | null = USUAL_ROOT,
): Script[] {
  return [
    renderReview(plan, templates, root),
    renderPlan(plan),
    ...(plan.postgres ? renderPostgres(plan.postgres, templates) : []),
    ...(plan.mongo ? renderMongo(plan.mongo, templates) : []),
  ];
}
