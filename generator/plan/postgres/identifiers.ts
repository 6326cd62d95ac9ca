/** PostgreSQL cuts identifiers to 63 bytes (NAMEDATALEN - 1), never inside a character. */
const MAX_BYTES = 63;

const encoder = new TextEncoder();

const byteLength = (text: string): number => encoder.encode(text).length;

/** An identifier as PostgreSQL stores it: the longest run of whole characters that fits. */
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
 * The name of a constraint or index as knex 0.20 makes it (`_indexCommand` of its table compiler),
 * cut as PostgreSQL cuts it. The schema is not part of it.
 */
export const knexName = (table: string, column: string, kind: 'foreign' | 'index' | 'unique'): string =>
  cutIdentifier(`${table.replace(/[.-]/g, '_')}_${column}_${kind}`.toLowerCase());

/**
 * Takes a name out of a namespace. Where it is taken, as when two names are one after the cut, it takes
 * the first free one of `<name>_2`, `<name>_3` … that fits.
 */
export function takeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) {
    const suffix = `_${number}`;
    name = cutIdentifier(wanted, MAX_BYTES - suffix.length) + suffix;
  }
  taken.add(name);
  return name;
}
