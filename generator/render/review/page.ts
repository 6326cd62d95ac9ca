import { createHash } from 'node:crypto';
import type { Plan } from '../../plan/index.ts';
import type { Script } from '../script.ts';
import type { Templates } from '../template-files.ts';
import { makeRenderer } from '../templates.ts';
import { reviewOf } from './content.ts';
import type { Diagram } from './diagram.ts';
import { draw } from './drawing.ts';
import { html } from './html.ts';
import type { RunnerCommands } from './run-steps.ts';
import { spell, type Text } from './text.ts';

/**
 * REVIEW.html: what REVIEW.md says, as a page that needs nothing but itself, with every diagram drawn. It is a module of
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
    command: (text: string) => html.code(text),
    drawing: (diagram: Diagram) => draw(diagram),
    describe,
  });
  const review = reviewOf(plan, root, templates, runner);
  const scriptHash = createHash('sha256').update(OPEN_ALL).digest('base64');
  return { path: 'REVIEW.html', text: render('review/page', { ...review, script: OPEN_ALL, scriptHash }) };
}

/** The page says by its checksum that this is the only script it runs. Without scripts there is no button. */
const OPEN_ALL = `const button = document.querySelector('button');
button.hidden = false;
button.onclick = () => {
  const open = button.textContent === 'Open all';
  for (const details of document.querySelectorAll('details')) details.open = open;
  button.textContent = open ? 'Close all' : 'Open all';
};`;

/** The diagram in words, for those who do not see it. */
const describe = ({ arrows }: Diagram): string =>
  arrows
    .map(({ from, to, names, mark }) => `${from} to ${to}: ${names.join(' to ')}${mark ? ` (${mark})` : ''}`)
    .join(', ');
