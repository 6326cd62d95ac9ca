import { cutIdentifier } from '../../plan/postgres/identifiers.ts';
import { type Relationship, type Side, sideName } from '../../relationships/index.ts';
import { qualifiedName, quoteIdentifier } from '../../text/quote-sql.ts';

/** The table to read links from, and its columns for the two ends. */
export interface Place {
  readonly table: string;
  readonly left: string;
  readonly right: string;
}

/** Where old Keystone stores the links of a relationship on one of its sides. */
export function oldPlace(relationship: Relationship, side: Side): Place {
  const { list, path, refList, many } = side;
  const [near, far] = many ? [`${list}_id`, `${refList}_id`] : ['id', path];
  const table = many ? `${list}_${path}` : list;
  return cut(
    side === relationship.left ? { table, left: near, right: far } : { table, left: far, right: near },
  );
}

/** Where Keystone 8 stores the links of a relationship. */
export function newPlace({ left, tableName, columnName, columnNames }: Relationship): Place {
  const ends = columnNames?.[sideName(left)];
  if (ends) return cut({ table: tableName, left: ends.near, right: ends.far });
  const path = columnName ?? '';
  return left.list === tableName && left.path === path
    ? cut({ table: tableName, left: 'id', right: path })
    : cut({ table: tableName, left: path, right: 'id' });
}

/** A query for the links at a place, with the ids as text in the columns a (left) and b (right). */
export const linksAt = (schemaName: string, { table, left, right }: Place): string =>
  `select ${quoteIdentifier(left)}::text as a, ${quoteIdentifier(right)}::text as b from ${qualifiedName(schemaName, table)} where ${quoteIdentifier(left)} is not null and ${quoteIdentifier(right)} is not null`;

const cut = ({ table, left, right }: Place): Place => ({
  table: cutIdentifier(table),
  left: cutIdentifier(left),
  right: cutIdentifier(right),
});
