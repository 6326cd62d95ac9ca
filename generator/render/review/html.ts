import type { Spelling } from './text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that HTML, and SVG inside of it, shows as it is, also as the value of an attribute. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** The marks in HTML. */
export const html: Spelling = {
  plain: escapeHtml,
  code: (text) => `<code>${escapeHtml(text)}</code>`,
  strong: (text) => `<strong>${escapeHtml(text)}</strong>`,
  link: (text, to) => `<a href="${escapeHtml(to)}">${escapeHtml(text)}</a>`,
};
