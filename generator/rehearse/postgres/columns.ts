import { cutIdentifier } from '../../plan/postgres/identifiers.ts';
import { quoteLiteral } from '../../text/quote-sql.ts';
import { type Session, select } from './session.ts';

/** What matters about a column when inserting rows. */
export interface Column {
  readonly name: string;
  /** The name of its type in pg_type; for a domain, the name of the base type. */
  readonly type: string;
  /** The maximum length; null for no limit. */
  readonly length: number | null;
  /** The first value of an enum. */
  readonly firstLabel: string | null;
  /** Whether it is NOT NULL and has no default. */
  readonly isRequired: boolean;
  readonly isUnique: boolean;
  /** The list whose ids it holds, or the table if there is no such list. */
  readonly references: string | null;
}

/** The columns of each list's table, in order. Leaves out missing tables. */
export async function readColumns(
  session: Session,
  schemaName: string,
  lists: readonly string[],
): Promise<Map<string, Column[]>> {
  const rows = await select<Column & { table: string }>(
    session,
    `select c.relname as "table", a.attname as name,
       coalesce(base.typname, t.typname) as type,
       case when coalesce(base.typname, t.typname) in ('varchar', 'bpchar') and a.atttypmod > 4 then a.atttypmod - 4 end as length,
       (select enumlabel from pg_enum where enumtypid = t.oid order by enumsortorder limit 1) as "firstLabel",
       a.attnotnull and not a.atthasdef and a.attidentity = '' as "isRequired",
       exists (select from pg_index where indrelid = c.oid and indisunique and indnkeyatts = 1 and indkey[0] = a.attnum) as "isUnique",
       (select f.relname from pg_constraint join pg_class f on f.oid = confrelid
        where conrelid = c.oid and contype = 'f' and conkey = array[a.attnum] limit 1) as "references"
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     join pg_type t on t.oid = a.atttypid
     left join pg_type base on base.oid = t.typbasetype
     where c.relnamespace = (select oid from pg_namespace where nspname = ${quoteLiteral(schemaName)})
       and c.relkind in ('r', 'p')
     order by c.relname, a.attnum`,
  );
  const listOf = new Map(lists.map((list) => [cutIdentifier(list), list]));
  const tables = new Map<string, Column[]>();
  for (const { table, ...column } of rows) {
    const list = listOf.get(table);
    if (list === undefined) continue;
    const columns = tables.get(list) ?? [];
    columns.push({ ...column, references: listOf.get(column.references ?? '') ?? column.references });
    tables.set(list, columns);
  }
  return tables;
}
