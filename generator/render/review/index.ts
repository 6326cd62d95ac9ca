import type { Plan } from '../../plan/index.ts';
import type { Script } from '../script.ts';
import type { Templates } from '../template-files.ts';
import { makeRenderer } from '../templates.ts';
import { reviewOf } from './content.ts';
import { type Diagram, isReadable } from './diagram.ts';
import { markdown } from './markdown.ts';
import { mermaid } from './mermaid.ts';
import type { RunnerCommands } from './run-steps.ts';
import { spell, type Text } from './text.ts';

/**
 * REVIEW.md: what a reviewer of the version reads first. `root` is the way from its folder to the one that the positions
 * in the plan are relative to; null where its links would lead nowhere. It has no diagram that nobody could read.
 */
export function renderReview(
  plan: Plan,
  templates: Templates,
  root: string | null,
  runner?: RunnerCommands,
): Script {
  const render = makeRenderer(templates, {
    text: (text: Text) => spell(text, markdown),
    mermaid: (diagram: Diagram) => mermaid(diagram),
  });
  const review = reviewOf(plan, root, templates, runner);
  const diagrams = review.diagrams.filter(({ diagram }) => isReadable(diagram));
  return { path: 'REVIEW.md', text: render('review/markdown', { ...review, diagrams }) };
}
