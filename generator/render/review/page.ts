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
import { formatText, type Text } from './text.ts';

/**
 * REVIEW.html: REVIEW.md as a self-contained page, with every diagram drawn. This is a separate module so that the layout engine
 * is loaded only for `--review html`.
 */
export function renderReviewPage(
  plan: Plan,
  templates: Templates,
  root: string | null,
  runner?: RunnerCommands,
): Script {
  const render = makeRenderer(templates, {
    text: (text: Text) => formatText(text, html),
    plain: (text: string) => formatText([text], html),
    command: (text: string) => html.code(text),
    drawing: (diagram: Diagram) => draw(diagram),
    describe,
  });
  const review = reviewOf(plan, root, templates, runner);
  const scriptHash = createHash('sha256').update(OPEN_ALL).digest('base64');
  return { path: 'REVIEW.html', text: render('review/page', { ...review, script: OPEN_ALL, scriptHash }) };
}

/** The page's content security policy allows only this script, by its checksum. Without scripts the button stays hidden. */
const OPEN_ALL = `const button = document.querySelector('button');
button.hidden = false;
button.onclick = () => {
  const open = button.textContent === 'Open all';
  for (const details of document.querySelectorAll('details')) details.open = open;
  button.textContent = open ? 'Close all' : 'Open all';
};`;

/** The diagram in words, for screen readers. */
const describe = ({ arrows }: Diagram): string =>
  arrows
    .map(({ from, to, names, mark }) => `${from} to ${to}: ${names.join(' to ')}${mark ? ` (${mark})` : ''}`)
    .join(', ');
