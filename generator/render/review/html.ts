import type { TextFormat } from './text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for HTML and SVG, including attribute values. */
const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** Names break after `_` and `.`, paths also after `/`, but never after a hyphen. */
export const html: TextFormat = {
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

/** Prevents breaks after hyphens, except in a part that is too long for one line. */
const unbroken = (part: string): string =>
  part.includes('-') && part.length <= 30 ? `<span>${escapeHtml(part)}</span>` : escapeHtml(part);
