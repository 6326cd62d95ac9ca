import type { Column } from './columns.ts';

/** The text of an id of this type, for the item with this number. */
export function idOf(type: string, item: number): string {
  if (/^(int|numeric|float)/.test(type)) return String(item);
  if (type === 'uuid') return `00000000-0000-4000-8000-${item.toString(16).padStart(12, '0')}`;
  return item.toString(16).padStart(24, '0');
}

/**
 * A value for a column of the item with this number, as COPY reads it; null where none can be made. Texts hold what must come
 * through unharmed.
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
      // The number first, so that a short column of unique texts has different ones.
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

/** The types that hold texts: they get one though they could be null, so that it shows what becomes of it. */
export const isText = ({ type }: Column): boolean => ['text', 'varchar', 'bpchar', 'citext'].includes(type);

/** A text in the format of COPY. */
const inCopy = (text: string): string =>
  text.replace(/[\\\n\r\t]/g, (found) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r' })[found] ?? '\\t');
