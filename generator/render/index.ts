import type { Plan } from '../plan/index.ts';
import { renderMongo } from './mongo.ts';
import { renderPostgres } from './postgres.ts';
import { renderReview } from './review/index.ts';
import type { Script } from './script.ts';
import { builtInTemplates, type Templates } from './template-files.ts';

export type { Script } from './script.ts';

/** From the folder of a version, out/0001_arcade, to the folder that the positions in a plan are relative to. */
const USUAL_ROOT = '../..';

/**
 * All files of a version, in the order in which a reviewer reads them; the paths are below its folder. The
 * templates are the program's own, unless others are given. `root` is the way from that folder to the one that the
 * positions in the plan are relative to, for links; null where there is none.
 */
export function renderScripts(
  plan: Plan,
  templates: Templates = builtInTemplates(),
  root: string | null = USUAL_ROOT,
): Script[] {
  return [
    renderReview(plan, templates, root),
    { path: 'plan.json', text: `${JSON.stringify(plan, null, 2)}\n` },
    ...(plan.postgres ? renderPostgres(plan.postgres, templates) : []),
    ...(plan.mongo ? renderMongo(plan.mongo, templates) : []),
  ];
}
