import { type Session, select } from './session.ts';

/** A query for all user objects in the database, a line each. The order of columns does not matter. */
export const CATALOGUE = `
with spaces as (
  select oid, quote_ident(nspname) as space from pg_namespace
  where nspname not like 'pg\\_%' and nspname <> 'information_schema'
),
relations as (
  select c.*, s.space, format('%s.%I', s.space, c.relname) as name
  from pg_class c join spaces s on s.oid = c.relnamespace
)
select format('schema %s', space) as line from spaces
union all
select format('relation %s of kind %s', name, relkind) from relations where relkind not in ('i', 'S', 'c')
union all
select format('column %s.%I %s%s%s', r.name, a.attname, format_type(a.atttypid, a.atttypmod),
              case when a.attnotnull then ' not null' else '' end,
              ' default ' || pg_get_expr(d.adbin, d.adrelid))
from relations r
join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
where r.relkind in ('r', 'p', 'v', 'm')
union all
-- PostgreSQL 18 has named NOT NULL constraints, and renaming the table does not rename them.
select format('constraint %s.%I %s%s', r.name, c.conname, pg_get_constraintdef(c.oid),
              case when c.convalidated then '' else ' not validated' end)
from relations r join pg_constraint c on c.conrelid = r.oid and c.contype <> 'n'
union all
select pg_get_indexdef(r.oid) from relations r where r.relkind = 'i'
union all
select format('sequence %s of %s', r.name, d.refobjid::regclass || '.' || d.refobjsubid)
from relations r left join pg_depend d on d.objid = r.oid and d.deptype = 'a' where r.relkind = 'S'
union all
select format('function %s', p.oid::regprocedure) from pg_proc p join spaces s on s.oid = p.pronamespace
union all
select format('trigger %s on %s', t.tgname, t.tgrelid::regclass) from pg_trigger t where not t.tgisinternal
union all
select format('type %s', t.oid::regtype) from pg_type t join spaces s on s.oid = t.typnamespace
where t.typtype in ('e', 'd') or (t.typtype = 'c' and t.typrelid in (select oid from relations where relkind = 'c'))
union all
select format('comment %s on %s', description, objoid::regclass) from pg_description
where classoid = 'pg_class'::regclass and objoid in (select oid from relations)
`;

/** All user objects in the database, a line each, sorted. */
export async function readCatalogue(session: Session): Promise<string[]> {
  const rows = await select<{ line: string }>(session, CATALOGUE);
  return rows.map(({ line }) => line).sort();
}
