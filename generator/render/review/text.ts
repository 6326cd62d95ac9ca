/** A piece of text with its markup. Markdown and HTML each write the markup in their own way. */
export type Part =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  /** Without an address it is plain text. */
  | { readonly link: string; readonly to: string | null };

export type Text = readonly Part[];

export const code = (text: string): Part => ({ code: text });

export const strong = (text: string): Part => ({ strong: text });

/** Text with markup, from a template literal: ``rich`drop ${code(name)}` ``. */
export function rich(strings: TemplateStringsArray, ...values: readonly (Part | Text | number)[]): Text {
  return strings.flatMap((text, index): Text => {
    const value = values[index] ?? [];
    const parts = typeof value === 'object' && 'length' in value ? value : [asPart(value)];
    return [...(text === '' ? [] : [text]), ...parts];
  });
}

const asPart = (value: Part | number): Part => (typeof value === 'number' ? String(value) : value);

/** Joins texts: `a, b, c`. */
export const listed = (texts: readonly (Part | Text)[], separator = ', '): Text =>
  texts.flatMap((text, index): Text => {
    const parts = typeof text === 'object' && 'length' in text ? text : [text];
    return index === 0 ? parts : [separator, ...parts];
  });

/** How Markdown or HTML writes each kind of text. The functions escape what they get. */
export interface TextFormat {
  readonly plain: (text: string) => string;
  readonly code: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly link: (text: string, to: string) => string;
}

/** Writes text with its markup. Control characters, such as a line break in a name, become spaces. */
export const formatText = (text: Text, { plain, code, strong, link }: TextFormat): string =>
  text
    .map((part) => {
      if (typeof part === 'string') return plain(oneLine(part));
      if ('code' in part) return code(oneLine(part.code));
      if ('strong' in part) return strong(oneLine(part.strong));
      return part.to === null ? plain(oneLine(part.link)) : link(oneLine(part.link), part.to);
    })
    .join('');

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, ' ');
