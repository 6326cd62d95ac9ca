import { Refusal } from '../../refusal.ts';
import type { RehearsalOptions } from '../options.ts';
import { type Session, select } from './session.ts';

/** Everything in schemas that are not the system's, but for what belongs to an extension. */
const FOUND = `
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
    and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    and not exists (select from pg_depend where objid = c.oid and classid = 'pg_class'::regclass and deptype = 'e')`;

/** Whether nobody has put anything into a database. */
export async function isEmpty(session: Session): Promise<boolean> {
  const [row] = await select<{ count: string | number }>(session, `select count(*) ${FOUND}`);
  return Number(row?.count) === 0;
}

/** Refuses a database that holds something, unless that is what the user wants to rehearse on. */
export async function refuseFilled(
  session: Session,
  { mayBeFilled, dump, drift }: RehearsalOptions,
): Promise<void> {
  if (mayBeFilled && dump === null && drift === null) return;
  const tables = await select<{ name: string }>(
    session,
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name ${FOUND} order by 1 limit 5`,
  );
  const help =
    dump !== null
      ? 'A dump needs an empty one: createdb rehearsal'
      : drift !== null
        ? '--drift breaks the links of rows that are made: name an empty one (createdb rehearsal).'
        : 'Name an empty one (createdb rehearsal), or say with --yes that it is a copy to rehearse on: it is migrated and rolled back.';
  throw new Refusal(
    `The database of --url is not empty: it holds ${tables.map(({ name }) => name).join(', ')}.`,
    `Nothing was done. ${help}`,
  );
}

/** Empties a database that was empty when the rehearsal began. */
export async function empty(session: Session): Promise<void> {
  const statements = await select<{ statement: string }>(
    session,
    `select format('drop schema %I cascade', nspname) as statement from pg_namespace
       where nspname not like 'pg\\_%' and nspname not in ('information_schema', 'public')
     union all
     select format('drop extension %I cascade', extname) from pg_extension where extname <> 'plpgsql'`,
  );
  for (const { statement } of statements) await session.query(statement);
  // The schema itself stays as it is, with its owner and privileges.
  await session.query(`do $$
    declare item record;
    begin
      loop
        select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' else 'table' end as kind,
          oid::regclass::text as name
        into item from pg_class
        where relnamespace = to_regnamespace('public') and relkind in ('r', 'p', 'v', 'm', 'S', 'f') limit 1;
        exit when not found;
        execute format('drop %s %s cascade', item.kind, item.name);
      end loop;
      loop
        select case prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end as kind,
          oid::regprocedure::text as name
        into item from pg_proc where pronamespace = to_regnamespace('public') limit 1;
        exit when not found;
        execute format('drop %s %s cascade', item.kind, item.name);
      end loop;
      loop
        select oid::regtype::text as name into item from pg_type
        where typnamespace = to_regnamespace('public') and typtype in ('e', 'd', 'c') limit 1;
        exit when not found;
        execute format('drop type %s cascade', item.name);
      end loop;
    end
  $$`);
}
