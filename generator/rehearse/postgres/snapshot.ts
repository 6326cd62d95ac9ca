import { cutIdentifier } from '../../plan/postgres/identifiers.ts';
import { type Relationship, sideName } from '../../relationships/index.ts';
import { qualifiedName, quoteIdentifier, quoteLiteral } from '../../text/quote-sql.ts';
import { sidesOf } from '../links.ts';
import { readCatalogue } from './catalogue.ts';
import { linksAt, oldPlace, type Place } from './places.ts';
import { type Session, select } from './session.ts';

/** What a database held before its migration. The links are in a temporary table of the session. */
export interface Snapshot {
  readonly catalogue: readonly string[];
  readonly rows: ReadonlyMap<string, string>;
  /** How many different links each side stores, by the name of the side. Leaves out sides without a table or column. */
  readonly links: ReadonlyMap<string, number>;
}

const LINKS = 'pg_temp.arcade_links';

/** Records the schema, the rows, and the links of each side. */
export async function takeSnapshot(
  session: Session,
  schemaName: string,
  relationships: readonly Relationship[],
): Promise<Snapshot> {
  const catalogue = await readCatalogue(session);
  const rows = await readRows(session, schemaName, relationships);
  await session.query(`drop table if exists ${LINKS}`);
  await session.query('create temporary table arcade_links (side text, a text, b text)');
  const links = new Map<string, number>();
  for (const relationship of relationships) {
    for (const side of sidesOf(relationship)) {
      const place = oldPlace(relationship, side);
      if (!(await isThere(session, schemaName, place))) continue;
      const name = quoteLiteral(sideName(side));
      await session.query(
        `insert into ${LINKS} select distinct ${name}, a, b from (${linksAt(schemaName, place)}) as links`,
      );
      links.set(sideName(side), await countOf(session, `select count(*) from ${LINKS} where side = ${name}`));
    }
  }
  await session.query(`analyze ${LINKS}`);
  return { catalogue, rows, links };
}

/** A query for the links that any of these sides stores. */
export const inSnapshot = (sides: readonly string[]): string =>
  sides.length === 0
    ? `select a, b from ${LINKS} where false`
    : `select distinct a, b from ${LINKS} where side in (${sides.map(quoteLiteral).join(', ')})`;

/** How many links both sides have; null for a one-sided relationship. */
export async function countBoth(
  session: Session,
  { left, right }: Relationship,
  { links }: Snapshot,
): Promise<number | null> {
  if (!right || !links.has(sideName(left)) || !links.has(sideName(right))) return null;
  const [a, b] = [inSnapshot([sideName(left)]), inSnapshot([sideName(right)])];
  return countOf(session, `select count(*) from (${a} intersect ${b}) as links`);
}

/** For the table of each list: the number of rows, and a hash of all columns that are not relationships. */
export async function readRows(
  session: Session,
  schemaName: string,
  relationships: readonly Relationship[],
): Promise<Map<string, string>> {
  const sides = relationships.flatMap(sidesOf);
  const tables = new Set(
    sides.flatMap(({ list, refList }) => [list, refList]).map((list) => cutIdentifier(list)),
  );
  const hashes = new Map<string, string>();
  for (const table of tables) {
    const paths = sides
      .filter(({ list }) => cutIdentifier(list) === table)
      .map(({ path }) => cutIdentifier(path));
    const columns = (await columnsOf(session, schemaName, table)).filter((column) => !paths.includes(column));
    if (columns.length === 0) continue;
    const [hash] = await select<{ hash: string }>(
      session,
      `select count(*) || ' rows ' || coalesce(sum(hashtextextended(row(${columns.map(quoteIdentifier).join(', ')})::text, 0)::numeric), 0) as hash
       from ${qualifiedName(schemaName, table)}`,
    );
    hashes.set(table, hash?.hash ?? '');
  }
  return hashes;
}

/** Whether the table of a place exists, with both columns. */
export async function isThere(
  session: Session,
  schemaName: string,
  { table, left, right }: Place,
): Promise<boolean> {
  const columns = await columnsOf(session, schemaName, table);
  return columns.includes(left) && columns.includes(right);
}

async function columnsOf(session: Session, schemaName: string, table: string): Promise<string[]> {
  const rows = await select<{ name: string }>(
    session,
    `select attname as name from pg_attribute join pg_class c on c.oid = attrelid
     where c.relnamespace = (select oid from pg_namespace where nspname = ${quoteLiteral(schemaName)})
       and c.relname = ${quoteLiteral(table)} and c.relkind in ('r', 'p') and attnum > 0 and not attisdropped
     order by attname`,
  );
  return rows.map(({ name }) => name);
}

export async function countOf(session: Session, query: string): Promise<number> {
  const [row] = await select<{ count: string | number }>(session, query);
  return Number(row?.count);
}
