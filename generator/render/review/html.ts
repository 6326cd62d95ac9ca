import type { Spelling } from './text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that HTML, and SVG inside of it, shows as it is, also as the value of an attribute. */
const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** The marks in HTML. Names break after `_` and `.`, paths also after `/`, and neither at a hyphen. */
export const html: Spelling = {
  plain: escapeHtml,
  code: (text) => `<code>${breakable(text)}</code>`,
  strong: (text) => `<strong>${escapeHtml(text)}</strong>`,
  link: (text, to) => `<a href="${escapeHtml(to)}">${breakable(text)}</a>`,
};

const breakable = (text: string): string =>
  text
    .split(' ')
    .map((word) =>
      word
        .split(/(?<=[_./])(?=.)/su)
        .map(unbroken)
        .join('<wbr>'),
    )
    .join(' ');

/** Browsers break after a hyphen, unless told not to; what is too long must break somewhere. */
const unbroken = (part: string): string =>
  part.includes('-') && part.length <= 30 ? `<span>${escapeHtml(part)}</span>` : escapeHtml(part);
