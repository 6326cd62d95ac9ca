import type { Plan } from '../plan/index.ts';
import { renderMongo } from './mongo.ts';
import { renderPlan } from './plan-document.ts';
import { renderPostgres } from './postgres.ts';
import { renderReview } from './review/index.ts';
import type { RunnerCommands } from './review/run-steps.ts';
import type { Script } from './script.ts';
import { builtInTemplates, type Templates } from './template-files.ts';

export type { Script } from './script.ts';

/** From the folder of a version, out/0001_arcade, to the folder that the positions in a plan are relative to. */
const USUAL_ROOT = '../..';

export interface RenderOptions {
  /**
   * The way from the folder of the version to the one that the positions in the plan are relative to, for links; null
   * where there is none.
   */
  readonly root?: string | null;
  /** What runs some of the scripts in the place of psql or mongosh. */
  readonly runner?: RunnerCommands;
}

/**
 * Renders all files of a version: no scripts for a database in which nothing changes.
 *
 * @param templates what they are made from: the program's own, unless others are given
 * @returns the files in the order in which a reviewer reads them, by paths below the folder of the version
 */
export function renderScripts(
  plan: Plan,
  templates: Templates = builtInTemplates(),
  { root = USUAL_ROOT, runner }: RenderOptions = {},
): Script[] {
  return [
    renderReview(plan, templates, root, runner),
    renderPlan(plan),
    ...(plan.postgres?.steps.length ? renderPostgres(plan.postgres, plan.reconcile, templates) : []),
    ...(plan.mongo?.steps.length ? renderMongo(plan.mongo, plan.reconcile, templates) : []),
  ];
}
