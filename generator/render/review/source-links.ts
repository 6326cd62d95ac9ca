import type { Source } from '../../diagnostics.ts';
import { listed, type Part, type Text } from './text.ts';

/**
 * A link to a position in a file.
 *
 * @param root the path from the document to the folder that file paths start from; null if the document is outside of the
 *   project, where no link would work
 */
export const sourceLink = ({ file, line }: Source, root: string | null): Part => ({
  link: `${file}:${line}`,
  to: root === null ? null : `${root}/${file.split('/').map(encodeSegment).join('/')}#L${line}`,
});

export const sourceLinks = (sources: readonly Source[], root: string | null): Text =>
  listed(sources.map((source) => sourceLink(source, root)));

/** A parenthesis would end the address of a link in Markdown. */
const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment).replaceAll(/[()']/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
