import type { Plan } from '../../plan/index.ts';
import type { Script } from '../script.ts';
import type { Templates } from '../template-files.ts';
import { makeRenderer } from '../templates.ts';
import { reviewOf } from './content.ts';
import { type Diagram, isReadable } from './diagram.ts';
import { markdown } from './markdown.ts';
import { mermaid } from './mermaid.ts';
import type { RunnerCommands } from './run-steps.ts';
import { formatText, type Text } from './text.ts';

/**
 * REVIEW.md: what a reviewer of the version reads first. It leaves out diagrams that are too large to read.
 *
 * @param root the path from its folder to the one that file paths in the plan start from; null for no links
 */
export function renderReview(
  plan: Plan,
  templates: Templates,
  root: string | null,
  runner?: RunnerCommands,
): Script {
  const render = makeRenderer(templates, {
    text: (text: Text) => formatText(text, markdown),
    mermaid: (diagram: Diagram) => mermaid(diagram),
  });
  const review = reviewOf(plan, root, templates, runner);
  const diagrams = review.diagrams.filter(({ diagram }) => isReadable(diagram));
  return { path: 'REVIEW.md', text: render('review/markdown', { ...review, diagrams }) };
}
