/** A name as PostgreSQL reads it, whatever is in it, on one line. */
export function quoteIdentifier(name: string): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  return quoted.includes('\n') ? `U&${quoted.replaceAll('\\', '\\\\').replaceAll('\n', '\\000A')}` : quoted;
}

/** A name within another, as `"public"."User"` or `"User"."posts"`. */
export const qualifiedName = (outer: string, name: string): string =>
  `${quoteIdentifier(outer)}.${quoteIdentifier(name)}`;

/** A text as PostgreSQL reads it, however standard_conforming_strings is set, on one line. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return /[\\\n]/.test(quoted) ? `E${quoted.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}` : quoted;
}

/** What quotes SQL within SQL: `$word$`, or a longer word where that is in the text. */
export const dollarQuote = (word: string, text: string): string =>
  text.includes(`$${word}$`) ? dollarQuote(`${word}_`, text) : `$${word}$`;
