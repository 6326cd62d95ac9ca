import type { Plan } from '../../plan/index.ts';
import type { Script } from '../script.ts';
import type { Templates } from '../template-files.ts';
import { makeRenderer } from '../templates.ts';
import { reviewOf } from './content.ts';
import type { Diagram } from './diagram.ts';
import { html } from './html.ts';
import { markdown } from './markdown.ts';
import { mermaid } from './mermaid.ts';
import type { RunnerCommands } from './run-steps.ts';
import { spell, type Text } from './text.ts';

/**
 * REVIEW.md: what a reviewer of the version reads first. `root` is the way from its folder to the one that the positions
 * in the plan are relative to; null where its links would lead nowhere.
 */
export function renderReview(
  plan: Plan,
  templates: Templates,
  root: string | null,
  runner?: RunnerCommands,
): Script {
  const render = makeRenderer(templates, {
    text: (text: Text) => spell(text, markdown),
    plain: (text: string) => spell([text], markdown),
    /** Inside of HTML tags GitHub reads no Markdown. */
    html: (text: string) => spell([text], html),
    mermaid: (diagram: Diagram) => mermaid(diagram),
  });
  return {
    path: 'REVIEW.md',
    text: render('review/markdown', { ...reviewOf(plan, root, templates, runner) }),
  };
}
