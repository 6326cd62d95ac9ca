/** The structure of a page, line by line: headings, tables, figures and links, without their style. */
export function outlineOf(page: string): string {
  const body = page.replace(/^.*<body>/s, '');
  const parts = body.matchAll(
    /<(h1|h2|h3|summary|figcaption|title)\b[^>]*>(.*?)<\/\1>|<(a|tr|svg|section|pre)\b([^>]*)>/gs,
  );
  return [...parts]
    .map(([, tag, text = '', opening, attributes = '']) => lineOf(tag, text, opening, attributes))
    .join('');
}

function lineOf(
  tag: string | undefined,
  text: string,
  opening: string | undefined,
  attributes: string,
): string {
  if (tag)
    return `${tag} ${text
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim()}\n`;
  const kept = [...attributes.matchAll(/(?:href|id|role|aria-labelledby)="[^"]*"/g)].map(
    ([attribute]) => ` ${attribute}`,
  );
  return `${opening}${kept.join('')}\n`;
}
