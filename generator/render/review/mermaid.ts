import { type Diagram, type End, type Entity, type Mark, type Reference, WORDS } from './diagram.ts';

/** A diagram as Mermaid reads it (`erDiagram`), which GitHub draws. */
export function mermaid({ entities, references }: Diagram): string {
  const ids = new Map(entities.map(({ name }, index) => [name, `e${index + 1}`]));
  const id = (name: string): string => ids.get(name) ?? '';
  return [
    'erDiagram',
    ...entities.flatMap((entity) => entityLines(entity, id(entity.name))),
    ...references.map((reference) => referenceLine(reference, id)),
    ...Object.entries(STYLES)
      .filter(([mark]) => entities.some((entity) => entity.mark === mark))
      .map(([mark, style]) => `  classDef ${mark} ${style}`),
  ].join('\n');
}

const STYLES: Readonly<Record<Exclude<Mark, null>, string>> = {
  goes: 'stroke:#cf222e,stroke-width:2px,stroke-dasharray:5',
  comes: 'stroke:#1a7f37,stroke-width:2px',
  renamed: 'stroke:#9a6700,stroke-width:2px',
};

function entityLines({ name, mark, fields }: Entity, id: string): string[] {
  const head = `  ${id}["${quoted(name)}"]${mark ? `:::${mark}` : ''}`;
  return fields.length === 0
    ? [head]
    : [
        `${head} {`,
        ...fields.map(({ name, type, mark }) => `    ${type} ${word(name)}${comment(name, mark)}`),
        '  }',
      ];
}

/** The comment of a field has its name where that is no word of Mermaid's. */
function comment(name: string, mark: Mark): string {
  const parts = [...(word(name) === name ? [] : [name]), ...(mark ? [WORDS[mark]] : [])];
  return parts.length === 0 ? '' : ` "${quoted(parts.join(', '))}"`;
}

const FROM: Readonly<Record<End, string>> = { one: '||', 'zero or one': '|o', many: '}o' };
const TO: Readonly<Record<End, string>> = { one: '||', 'zero or one': 'o|', many: 'o{' };

const referenceLine = (
  { from, to, field, fromEnd, toEnd, mark }: Reference,
  id: (name: string) => string,
): string =>
  `  ${id(from)} ${FROM[fromEnd]}${mark === 'goes' ? '..' : '--'}${TO[toEnd]} ${id(to)} : "${quoted(field)}"`;

const word = (name: string): string => {
  const letters = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z]/.test(letters) ? letters : `f_${letters}`;
};

/** Between quotes Mermaid takes letters as they are; other signs are written as `#34;`, by their numbers. */
const quoted = (text: string): string =>
  Array.from(text, (character) =>
    /[\p{L}\p{N}_ .,-]/u.test(character) ? character : `#${character.codePointAt(0)};`,
  ).join('');
