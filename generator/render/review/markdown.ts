import type { Spelling } from './text.ts';

/**
 * The marks as GitHub reads them, also in the cells of a table. An underscore after a letter begins no emphasis: it
 * is left alone, which keeps names readable in the source.
 */
export const markdown: Spelling = {
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
 * The fence is longer than any run of backticks inside. A bar would end the cell of a table, and readers of Markdown do not
 * agree on how to write it in a code span: such code is a tag, in which all signs are numbers.
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
