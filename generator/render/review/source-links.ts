import type { Source } from '../../diagnostics.ts';
import { listed, type Part, type Text } from './text.ts';

/**
 * A position in a file, as a link that works where the document stands. `root` is the way from there to the folder that
 * files are relative to; null where there is none, as from a folder outside of the project.
 */
export const sourceLink = ({ file, line }: Source, root: string | null): Part => ({
  link: `${file}:${line}`,
  to: root === null ? null : `${root}/${file.split('/').map(encodeSegment).join('/')}#L${line}`,
});

export const sourceLinks = (sources: readonly Source[], root: string | null): Text =>
  listed(sources.map((source) => sourceLink(source, root)));

/** Brackets would end the address of a link in Markdown. */
const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment).replaceAll(/[()']/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
