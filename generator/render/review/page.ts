import type { Plan } from '../../plan/index.ts';
import type { Script } from '../script.ts';
import type { Templates } from '../template-files.ts';
import { makeRenderer } from '../templates.ts';
import { type Box, HEAD, PADDING, typeName } from './box.ts';
import { reviewOf } from './content.ts';
import { type Diagram, type Field, type Mark, WORDS } from './diagram.ts';
import { html } from './html.ts';
import { layOut } from './layout.ts';
import { footOf } from './line.ts';
import type { RunnerCommands } from './run-steps.ts';
import { spell, type Text } from './text.ts';

/**
 * REVIEW.html: what REVIEW.md says, as a page that needs nothing but itself, with its diagrams drawn. It is a module of
 * its own, so that what draws is loaded for those only who ask for the page.
 */
export function renderReviewPage(
  plan: Plan,
  templates: Templates,
  root: string | null,
  runner?: RunnerCommands,
): Script {
  const render = makeRenderer(templates, {
    text: (text: Text) => spell(text, html),
    plain: (text: string) => spell([text], html),
    drawing: (diagram: Diagram) => layOut(diagram),
    describe,
    word: (mark: Exclude<Mark, null>) => WORDS[mark],
    type: (field: Field) => typeName(field),
    foot: footOf,
    right: ({ width }: Box) => width - PADDING,
    head: ({ width }: Box) => `M0 ${HEAD}V7a7 7 0 0 1 7-7H${width - 7}a7 7 0 0 1 7 7V${HEAD}z`,
  });
  return { path: 'REVIEW.html', text: render('review/page', { ...reviewOf(plan, root, templates, runner) }) };
}

/** The diagram in words, for those who do not see it. */
const describe = ({ references }: Diagram): string =>
  references
    .map(({ from, field, to, mark }) => `${from}.${field} refers to ${to}${mark ? ` (${WORDS[mark]})` : ''}`)
    .join(', ');
