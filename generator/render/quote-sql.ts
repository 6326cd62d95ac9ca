/** A name as PostgreSQL reads it, whatever is in it. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as PostgreSQL reads it, however standard_conforming_strings is set. */
export const quoteLiteral = (text: string): string => {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return quoted.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
};

/** What quotes SQL within SQL: `$word$`, or a longer word where that is in the text. */
export const dollarQuote = (word: string, text: string): string =>
  text.includes(`$${word}$`) ? dollarQuote(`${word}_`, text) : `$${word}$`;
