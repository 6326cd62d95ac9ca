import { type Arrow, boxesOf, type Diagram } from './diagram.ts';

/** A diagram in Mermaid syntax, which GitHub renders. */
export function mermaid(diagram: Diagram): string {
  const ids = new Map(boxesOf(diagram).map((name, index) => [name, `t${index + 1}`]));
  const dropped = diagram.arrows.flatMap(({ mark }, index) => (mark === 'dropped' ? [index] : []));
  return [
    'flowchart LR',
    ...[...ids].map(([name, id]) => `  ${id}["${quoted(name)}"]`),
    ...diagram.arrows.map((arrow) => {
      const line = arrow.mark === 'dropped' ? '-.->' : '-->';
      return `  ${ids.get(arrow.from)} ${line}|"${labelOf(arrow)}"| ${ids.get(arrow.to)}`;
    }),
    ...(dropped.length > 0 ? [`  linkStyle ${dropped.join(',')} stroke:#cf222e`] : []),
  ].join('\n');
}

const labelOf = ({ names, mark }: Arrow): string =>
  quoted(`${names.join(' → ')}${mark === null ? '' : `, ${mark}`}`);

/** Between quotes Mermaid takes letters as they are. Other characters need a numeric entity: `#34;`. */
const quoted = (text: string): string =>
  Array.from(text, (character) =>
    /[\p{L}\p{N}_ .,→]/u.test(character) ? character : `#${character.codePointAt(0)};`,
  ).join('');
