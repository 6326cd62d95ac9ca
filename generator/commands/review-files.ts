import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Settings } from '../command-line/settings.ts';
import type { Plan } from '../plan/index.ts';
import type { RunnerCommands } from '../render/review/run-steps.ts';
import type { Script } from '../render/script.ts';
import type { Templates } from '../render/template-files.ts';

/**
 * The relative path from the folder of a version to the working directory, for the links of the review. Null if `--out` is an
 * absolute path to somewhere else, because such a link would reveal paths of this machine.
 */
export function rootFrom({ cwd, out }: Pick<Settings, 'cwd' | 'out'>): string | null {
  const isElsewhere = relative(cwd, resolve(cwd, out)).startsWith('..') || isAbsolute(relative(cwd, out));
  if (isAbsolute(out) && isElsewhere) return null;
  return relative(join(resolve(cwd, out), 'version'), cwd).replaceAll('\\', '/');
}

/** The review as a page, if the user wants one. The code that draws its diagrams is loaded only then. */
export async function reviewPage(
  { review, ...settings }: Settings,
  plan: Plan,
  templates: Templates,
  runner?: RunnerCommands,
): Promise<Script[]> {
  if (review !== 'html') return [];
  const { renderReviewPage } = await import('../render/review/page.ts');
  return [renderReviewPage(plan, templates, rootFrom(settings), runner)];
}
