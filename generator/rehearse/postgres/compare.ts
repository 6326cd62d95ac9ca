import type { Reconcile } from '../../plan/index.ts';
import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import { sidesOf, stayingSide } from '../links.ts';
import { readCatalogue } from './catalogue.ts';
import { linksAt, newPlace, oldPlace } from './places.ts';
import { type Session, select } from './session.ts';
import { countOf, inSnapshot, isThere, readRows, type Snapshot } from './snapshot.ts';

/** The links that a relationship is to have after its migration, by the snapshot. */
function expected(relationship: Relationship, reconcile: Reconcile, { links }: Snapshot): string {
  const staying = stayingSide(relationship);
  const sides = reconcile === 'merge' ? sidesOf(relationship) : [staying];
  const names = sides.map(sideName).filter((name) => links.has(name));
  return inSnapshot(names);
}

export interface ComparedLinks {
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
): Promise<ComparedLinks> {
  const actual = linksAt(schemaName, newPlace(relationship));
  const before = inSnapshot(
    sidesOf(relationship)
      .map(sideName)
      .filter((name) => snapshot.links.has(name)),
  );
  const count = await countOf(session, `select count(*) from (${actual}) as links`);
  const different = await countOf(
    session,
    `select count(*) from (select distinct a, b from (${actual}) as links) as links`,
  );
  const wanted = expected(relationship, reconcile, snapshot);
  return {
    count,
    givenUp: await countOf(session, `select count(*) from (${before} except ${actual}) as links`),
    differences: [
      ...(await compareLinks(session, relationship, 'after migrate', wanted, actual)),
      ...(count === different
        ? []
        : [
            `${relationshipName(relationship)}: after migrate, ${count - different} links are more than once in ${newPlace(relationship).table}`,
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
    const count = await countOf(session, `select count(*) from (${found}) as links`);
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
