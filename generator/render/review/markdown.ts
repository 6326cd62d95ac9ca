import type { TextFormat } from './text.ts';

/**
 * Markdown as GitHub renders it, also in table cells. An underscore after a letter cannot begin emphasis, so it is not escaped
 * and names remain readable in the source.
 */
export const markdown: TextFormat = {
  plain: escapeMarkdown,
  code: codeSpan,
  strong: (text) => `**${escapeMarkdown(text)}**`,
  link: (text, to) => `[${escapeMarkdown(text)}](${to})`,
};

function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/&(?=[#\w]+;)/g, '&amp;')
    .replaceAll(/[\\`*[\]~$#]/g, '\\$&')
    .replaceAll(/<(?=[a-z/!?])/gi, '&lt;')
    .replaceAll('|', BAR)
    .replaceAll(/(?<![\p{L}\p{N}_])_+/gu, (run) => run.replaceAll('_', '\\_'));
}

const BAR = '&#124;';

/**
 * The fence is longer than any run of backticks inside. A bar would end a table cell, and Markdown parsers disagree on how to
 * escape it in a code span, so code with a bar becomes a `<code>` tag with numeric entities.
 */
function codeSpan(text: string): string {
  if (text.includes('|')) {
    const numbered = text.replaceAll(/[^\p{L}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0)};`);
    return `<code>${numbered}</code>`;
  }
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${padding}${text}${padding}${fence}`;
}
