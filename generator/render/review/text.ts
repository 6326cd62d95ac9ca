/** A piece of text and how it is marked. Each form of the document spells the marks, and escapes the rest, in its own way. */
export type Part =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  /** Without an address it is shown as plain text. */
  | { readonly link: string; readonly to: string | null };

export type Text = readonly Part[];

export const code = (text: string): Part => ({ code: text });

export const strong = (text: string): Part => ({ strong: text });

/** Marked text, written as a template: ``rich`the column ${code(name)} goes` ``. */
export function rich(strings: TemplateStringsArray, ...values: readonly (Part | Text | number)[]): Text {
  return strings.flatMap((text, index): Text => {
    const value = values[index] ?? [];
    const parts = typeof value === 'object' && 'length' in value ? value : [asPart(value)];
    return [...(text === '' ? [] : [text]), ...parts];
  });
}

const asPart = (value: Part | number): Part => (typeof value === 'number' ? String(value) : value);

/** Puts texts in a row: `a, b, c`. */
export const listed = (texts: readonly (Part | Text)[], separator = ', '): Text =>
  texts.flatMap((text, index): Text => {
    const parts = typeof text === 'object' && 'length' in text ? text : [text];
    return index === 0 ? parts : [separator, ...parts];
  });

/** How a form of the document writes each mark. What it is given is not escaped. */
export interface Spelling {
  readonly plain: (text: string) => string;
  readonly code: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly link: (text: string, to: string) => string;
}

/** Writes marked text out. Line breaks and other control characters, which names may have, become blanks. */
export const spell = (text: Text, { plain, code, strong, link }: Spelling): string =>
  text
    .map((part) => {
      if (typeof part === 'string') return plain(oneLine(part));
      if ('code' in part) return code(oneLine(part.code));
      if ('strong' in part) return strong(oneLine(part.strong));
      return part.to === null ? plain(oneLine(part.link)) : link(oneLine(part.link), part.to);
    })
    .join('');

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, ' ');
