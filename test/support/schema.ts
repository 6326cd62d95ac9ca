/** The schema of a PostgreSQL database. */
export interface Schema {
  /** The text. Two schemas with the same text are identical. */
  readonly text: string;
  /** One line for each object, sorted, so that the order of columns and statements does not matter. */
  readonly statements: readonly string[];
}

/** Parses the output of `pg_dump --schema-only`. */
export function parseDump(dump: string): Schema {
  // Session settings, and the commands that newer releases add around the dump, are not part of the schema.
  const noise = /^(--|\\(un)?restrict\b|SET |SELECT pg_catalog\.set_config\()/;
  const text = dump
    .split('\n')
    .filter((line) => line.trim() !== '' && !noise.test(line))
    .join('\n');
  return { text, statements: text.split(/;$/m).flatMap(linesOf).sort() };
}

/** A table becomes one line for itself and one for each of its columns; any other statement one line. */
function linesOf(statement: string): string[] {
  const table = /^\s*(CREATE TABLE [^\n]*) \((?:\n(.*))?\n?\)$/s.exec(statement);
  const head = table?.[1];
  if (head === undefined) return [statement.trim().replace(/\s+/g, ' ')].filter((line) => line !== '');
  const columns = (table?.[2] ?? '').split('\n').filter((line) => line.trim() !== '');
  return [head, ...columns.map((column) => `${head}: ${column.trim().replace(/,$/, '')}`)];
}

/** How the second schema differs from the first, a line each. */
export function schemaDifferences(expected: Schema, actual: Schema): string[] {
  return [
    ...without(expected.statements, actual.statements).map((line) => `missing     ${line}`),
    ...without(actual.statements, expected.statements).map((line) => `unexpected  ${line}`),
  ];
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line));
}
