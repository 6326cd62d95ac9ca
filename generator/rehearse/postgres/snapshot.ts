import type { Reconcile } from '../../plan/index.ts';
import { cutIdentifier } from '../../plan/postgres/identifiers.ts';
import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import { sidesOf, stayingSide } from '../links.ts';
import { readCatalogue } from './catalogue.ts';
import { linksAt, newPlace, oldPlace, type Place } from './places.ts';
import { literal, quote, type Session, select } from './session.ts';

/** What a database held before its migration. The links are in a temporary table, which ends with the session. */
export interface Snapshot {
  readonly catalogue: readonly string[];
  readonly rows: ReadonlyMap<string, string>;
  /** How many different links each side stores, by the name of the side; those that store none are left out. */
  readonly links: ReadonlyMap<string, number>;
}

const LINKS = 'pg_temp.arcade_links';

/** Notes the schema, the rows, and every link on each side. */
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
      const name = literal(sideName(side));
      await session.query(
        `insert into ${LINKS} select distinct ${name}, a, b from (${linksAt(schemaName, place)}) as links`,
      );
      links.set(sideName(side), await number(session, `select count(*) from ${LINKS} where side = ${name}`));
    }
  }
  await session.query(`analyze ${LINKS}`);
  return { catalogue, rows, links };
}

/** The links that a relationship is to have after its migration, by the snapshot. */
function expected(relationship: Relationship, reconcile: Reconcile, { links }: Snapshot): string {
  const staying = stayingSide(relationship);
  const sides = reconcile === 'merge' ? sidesOf(relationship) : [staying];
  const names = sides.map(sideName).filter((name) => links.has(name));
  return inSnapshot(names);
}

const inSnapshot = (sides: readonly string[]): string =>
  sides.length === 0
    ? `select a, b from ${LINKS} where false`
    : `select distinct a, b from ${LINKS} where side in (${sides.map(literal).join(', ')})`;

/** How many links both sides have; null for a one-sided relationship. */
export async function countBoth(
  session: Session,
  { left, right }: Relationship,
  { links }: Snapshot,
): Promise<number | null> {
  if (!right || !links.has(sideName(left)) || !links.has(sideName(right))) return null;
  const [a, b] = [inSnapshot([sideName(left)]), inSnapshot([sideName(right)])];
  return number(session, `select count(*) from (${a} intersect ${b}) as links`);
}

export interface MigratedLinks {
  readonly count: number;
  readonly givenUp: number;
  readonly differences: readonly string[];
}

/** Compares the links where Keystone 8 looks for them with those that are to be there. */
export async function compareMigrated(
  session: Session,
  schemaName: string,
  relationship: Relationship,
  reconcile: Reconcile,
  snapshot: Snapshot,
): Promise<MigratedLinks> {
  const actual = linksAt(schemaName, newPlace(relationship));
  const before = inSnapshot(
    sidesOf(relationship)
      .map(sideName)
      .filter((name) => snapshot.links.has(name)),
  );
  const count = await number(session, `select count(*) from (${actual}) as links`);
  return {
    count,
    givenUp: await number(session, `select count(*) from (${before} except ${actual}) as links`),
    differences: [
      ...(await compareLinks(
        session,
        relationship,
        'after migrate',
        expected(relationship, reconcile, snapshot),
        actual,
      )),
      ...(count ===
      (await number(
        session,
        `select count(*) from (select distinct a, b from (${actual}) as links) as links`,
      ))
        ? []
        : [
            `${relationshipName(relationship)}: after migrate, links are more than once in ${newPlace(relationship).table}`,
          ]),
    ],
  };
}

/** Compares the links that a side stores with what the snapshot has of it, or with what was migrated. */
export async function compareOld(
  session: Session,
  schemaName: string,
  relationship: Relationship,
  side: Side,
  when: string,
  reconcile: Reconcile | null,
  snapshot: Snapshot,
): Promise<string[]> {
  if (!snapshot.links.has(sideName(side))) return [];
  const wanted =
    reconcile === null ? inSnapshot([sideName(side)]) : expected(relationship, reconcile, snapshot);
  const place = oldPlace(relationship, side);
  if (!(await isThere(session, schemaName, place))) {
    return [`${sideName(side)}: ${when}, ${place.table} is not there`];
  }
  return compareLinks(
    session,
    relationship,
    `${when}, on the side ${sideName(side)}`,
    wanted,
    linksAt(schemaName, place),
  );
}

/** Links that are missing or unexpected, with some of them by the ids of their items. */
async function compareLinks(
  session: Session,
  relationship: Relationship,
  when: string,
  wanted: string,
  actual: string,
): Promise<string[]> {
  const differences: string[] = [];
  for (const [what, from, other] of [
    ['missing', wanted, actual],
    ['unexpected', actual, wanted],
  ] as const) {
    const found = `${from} except ${other}`;
    const count = await number(session, `select count(*) from (${found}) as links`);
    if (count === 0) continue;
    const some = await select<{ link: string }>(
      session,
      `select a || ' - ' || b as link from (${found}) as links order by a, b limit 10`,
    );
    const links = some.map(({ link }) => link).join(', ');
    differences.push(`${relationshipName(relationship)}: ${when}, ${count} links are ${what}: ${links}`);
  }
  return differences;
}

/** Compares schema and rows with the snapshot: `rows` alone where the schema is to be another one. */
export async function compareRest(
  session: Session,
  schemaName: string,
  relationships: readonly Relationship[],
  when: string,
  snapshot: Snapshot,
  what: 'rows' | 'rows and schema',
): Promise<string[]> {
  const rows = await readRows(session, schemaName, relationships);
  const differences = [...snapshot.rows]
    .filter(([table, print]) => rows.get(table) !== print)
    .map(([table]) => `${table}: ${when}, its rows differ in other columns than those of relationships`);
  if (what === 'rows') return differences;
  const catalogue = await readCatalogue(session);
  const without = (lines: readonly string[], others: readonly string[]) => {
    const known = new Set(others);
    return lines.filter((line) => !known.has(line));
  };
  return [
    ...differences,
    ...without(snapshot.catalogue, catalogue).map((line) => `schema: ${when}, missing: ${line}`),
    ...without(catalogue, snapshot.catalogue).map((line) => `schema: ${when}, unexpected: ${line}`),
  ];
}

/** For the table of each list: how many rows, and what they hold beside relationships, as one number. */
async function readRows(
  session: Session,
  schemaName: string,
  relationships: readonly Relationship[],
): Promise<Map<string, string>> {
  const sides = relationships.flatMap(sidesOf);
  const tables = new Set(
    sides.flatMap(({ list, refList }) => [list, refList]).map((list) => cutIdentifier(list)),
  );
  const prints = new Map<string, string>();
  for (const table of tables) {
    const paths = sides
      .filter(({ list }) => cutIdentifier(list) === table)
      .map(({ path }) => cutIdentifier(path));
    const columns = (await columnsOf(session, schemaName, table)).filter((column) => !paths.includes(column));
    if (columns.length === 0) continue;
    const [print] = await select<{ print: string }>(
      session,
      `select count(*) || ' rows ' || coalesce(sum(hashtextextended(row(${columns.map(quote).join(', ')})::text, 0)::numeric), 0) as print
       from ${quote(schemaName)}.${quote(table)}`,
    );
    prints.set(table, print?.print ?? '');
  }
  return prints;
}

async function isThere(
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
     where c.relnamespace = (select oid from pg_namespace where nspname = ${literal(schemaName)})
       and c.relname = ${literal(table)} and c.relkind in ('r', 'p') and attnum > 0 and not attisdropped
     order by attname`,
  );
  return rows.map(({ name }) => name);
}

async function number(session: Session, query: string): Promise<number> {
  const [row] = await select<{ count: string | number }>(session, query);
  return Number(row?.count);
}
