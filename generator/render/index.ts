import { type Plan, type Reconcile, type ScriptSet, scriptSets } from '../plan/index.ts';
import { renderMongo } from './mongo.ts';
import { renderPlan } from './plan-document.ts';
import { renderPostgres } from './postgres.ts';
import { renderReview } from './review/index.ts';
import type { RunnerCommands } from './review/run-steps.ts';
import { inFolder, type Script } from './script.ts';
import { builtInTemplates, type Templates } from './template-files.ts';

export type { Script } from './script.ts';

/** From the folder of a version, out/0001_arcade, to the folder that file paths in a plan start from. */
const DEFAULT_ROOT = '../..';

export interface RenderOptions {
  /**
   * For links: the path from the folder of the version to the one that file paths in the plan start from. Null for no links.
   */
  readonly root?: string | null;
  /** The migration runner that runs some of the scripts instead of psql or mongosh. */
  readonly runner?: RunnerCommands;
}

/**
 * Renders all files of a version. A database in which nothing changes gets no scripts. Those of
 * each of several adapters are in a folder.
 *
 * @param templates the built-in ones by default
 * @returns the files in the order of a review. Their paths start from the folder of the version
 */
export function renderScripts(
  plan: Plan,
  templates: Templates = builtInTemplates(),
  { root = DEFAULT_ROOT, runner }: RenderOptions = {},
): Script[] {
  return [
    renderReview(plan, templates, root, runner),
    renderPlan(plan),
    ...scriptSets(plan).flatMap((set) => renderSet(set, plan.reconcile, templates)),
  ];
}

const renderSet = (
  { folder, postgres, mongo }: ScriptSet,
  reconcile: Reconcile,
  templates: Templates,
): Script[] =>
  [
    ...(postgres?.steps.length ? renderPostgres(postgres, reconcile, templates) : []),
    ...(mongo?.steps.length ? renderMongo(mongo, reconcile, templates) : []),
  ].map(({ path, text }) => ({ path: inFolder(folder, path), text }));
