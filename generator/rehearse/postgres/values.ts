import type { Column } from './columns.ts';

/** The id of the item with this number, for a column of this type. */
export function idOf(type: string, item: number): string {
  if (/^(int|numeric|float)/.test(type)) return String(item);
  if (type === 'uuid') return `00000000-0000-4000-8000-${item.toString(16).padStart(12, '0')}`;
  return item.toString(16).padStart(24, '0');
}

/**
 * A value for the item with this number, in the format of COPY. Null if the type is unknown. Strings contain characters that are
 * easily damaged.
 */
export function columnValue({ name, type, length, firstLabel }: Column, item: number): string | null {
  if (firstLabel !== null) return inCopy(firstLabel);
  if (type.startsWith('_')) return '{}';
  switch (type) {
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'citext':
    case 'name':
      // The number comes first, so that values are unique even in a short column.
      return inCopy([...`${item} ${name} "of" O'Neill \\ Zoë`].slice(0, length ?? undefined).join(''));
    case 'int2':
      return String(item % 32768);
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'float4':
    case 'float8':
    case 'money':
    case 'oid':
      return String(item);
    case 'bool':
      return item % 2 === 0 ? 't' : 'f';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return new Date(Date.UTC(2019, 0, 1) + item * 60_000).toISOString();
    case 'time':
    case 'timetz':
      return new Date(item * 1000).toISOString().slice(11, 19);
    case 'interval':
      return `${item} seconds`;
    case 'uuid':
      return idOf('uuid', item);
    case 'json':
    case 'jsonb':
      return `{"item": ${item}}`;
    case 'bytea':
      return `\\\\x${Buffer.from(String(item)).toString('hex')}`;
    case 'inet':
    case 'cidr':
      return '127.0.0.1';
    default:
      return null;
  }
}

/** Text columns get a value even if they allow null, so that damaged text is noticed. */
export const isText = ({ type }: Column): boolean => ['text', 'varchar', 'bpchar', 'citext'].includes(type);

/** Escapes a string for the format of COPY. */
const inCopy = (text: string): string =>
  text.replace(/[\\\n\r\t]/g, (found) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r' })[found] ?? '\\t');
