import { Refusal } from '../../refusal.ts';
import type { RehearsalOptions } from '../options.ts';
import { type Session, select } from './session.ts';

/** Everything in user schemas that does not belong to an extension. */
const FOUND = `
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
    and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    and not exists (select from pg_depend where objid = c.oid and classid = 'pg_class'::regclass and deptype = 'e')`;

export async function isEmpty(session: Session): Promise<boolean> {
  const [row] = await select<{ count: string | number }>(session, `select count(*) ${FOUND}`);
  return Number(row?.count) === 0;
}

/** Refuses a database that is not empty, unless the user has allowed it with --yes. */
export async function refuseNonEmpty(
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
      ? 'A dump needs an empty database: createdb rehearsal'
      : drift !== null
        ? '--drift needs an empty database, because it breaks the links of generated rows: createdb rehearsal'
        : 'Name an empty database (createdb rehearsal), or add --yes if this is a copy that may be migrated and rolled back.';
  throw new Refusal(
    `The database of --url is not empty: it holds ${tables.map(({ name }) => name).join(', ')}.`,
    `Nothing was changed. ${help}`,
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
  // Keeps the schema itself, with its owner and privileges.
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
