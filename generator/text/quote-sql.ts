/** Quotes a name for PostgreSQL, on one line. */
export function quoteIdentifier(name: string): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  return quoted.includes('\n') ? `U&${quoted.replaceAll('\\', '\\\\').replaceAll('\n', '\\000A')}` : quoted;
}

/** A qualified name, such as `"public"."User"` or `"User"."posts"`. */
export const qualifiedName = (outer: string, name: string): string =>
  `${quoteIdentifier(outer)}.${quoteIdentifier(name)}`;

/** Quotes a text for PostgreSQL, on one line. standard_conforming_strings makes no difference. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return /[\\\n]/.test(quoted) ? `E${quoted.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}` : quoted;
}

/** The dollar quote for SQL within SQL: `$word$`, or a longer word if the text contains that. */
export const dollarQuote = (word: string, text: string): string =>
  text.includes(`$${word}$`) ? dollarQuote(`${word}_`, text) : `$${word}$`;
