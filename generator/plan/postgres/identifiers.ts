/** PostgreSQL cuts identifiers to 63 bytes (NAMEDATALEN - 1), never inside a character. */
const MAX_BYTES = 63;

const encoder = new TextEncoder();

const byteLength = (text: string): number => encoder.encode(text).length;

/** An identifier as PostgreSQL stores it. */
export function cutIdentifier(name: string, maxBytes = MAX_BYTES): string {
  if (byteLength(name) <= maxBytes) return name;
  let cut = '';
  let bytes = 0;
  for (const character of name) {
    bytes += byteLength(character);
    if (bytes > maxBytes) break;
    cut += character;
  }
  return cut;
}

/**
 * The prefix of the constraint and index names of a column, as knex 0.20 forms it (`_indexCommand` of its table compiler). It
 * does not include the schema.
 */
export const knexPrefix = (table: string, column: string): string =>
  `${table.replace(/[.-]/g, '_')}_${column}`.toLowerCase();

/** The name of a constraint or index, cut as PostgreSQL cuts it. */
export const knexName = (prefix: string, kind: 'foreign' | 'index' | 'unique'): string =>
  cutIdentifier(`${prefix}_${kind}`);

/** The first of `<prefix>`, `<prefix>_2`, `<prefix>_3` … whose names are still free after PostgreSQL cuts them. */
export function freePrefix(wanted: string, isTaken: (prefix: string) => boolean): string {
  let prefix = wanted;
  for (let number = 2; isTaken(prefix); number++) {
    const suffix = `_${number}`;
    prefix = cutIdentifier(wanted, MAX_BYTES - suffix.length - '_foreign'.length) + suffix;
  }
  return prefix;
}
