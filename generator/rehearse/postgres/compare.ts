import type { Reconcile } from '../../plan/index.ts';
import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import { quoteIdentifier, quoteLiteral } from '../../text/quote-sql.ts';
import { keptSide, sidesOf } from '../links.ts';
import { readCatalogue } from './catalogue.ts';
import { linksAt, newPlace, oldPlace } from './places.ts';
import { type Session, select } from './session.ts';
import { countOf, inSnapshot, isThere, readRows, type Snapshot } from './snapshot.ts';

/** Queries for the links that must exist, and for those that may exist. */
interface Bounds {
  readonly atLeast: string;
  readonly atMost: string;
}

const exactly = (links: string): Bounds => ({ atLeast: links, atMost: links });

/** The links that a relationship should have after its migration, without those that are set aside. */
async function expected(
  session: Session,
  schemaName: string,
  relationship: Relationship,
  reconcile: Reconcile,
  snapshot: Snapshot,
): Promise<Bounds> {
  const all = linksOf(sidesOf(relationship), snapshot);
  if (reconcile === 'merge') return exactly(all);
  if (reconcile === 'abort') return exactly(linksOf([keptSide(relationship)], snapshot));
  const givenUp = `${quoteIdentifier(schemaName)}.arcade_given_up`;
  const [table] = await select<{ name: string | null }>(
    session,
    `select to_regclass(${quoteLiteral(givenUp)})::text as name`,
  );
  if (!table?.name) return exactly(all);
  const ends = sidesOf(relationship).map((side) => {
    const [a, b] = side === relationship.left ? ['near', 'far'] : ['far', 'near'];
    return `select ${a}, ${b} from ${givenUp}
      where relationship = ${quoteLiteral(relationshipName(relationship))} and side = ${quoteLiteral(sideName(side))}`;
  });
  return { atLeast: `${all} except (${ends.join(' union ')})`, atMost: all };
}

/** The links that these sides held before the migration. */
const linksOf = (sides: readonly Side[], { links }: Snapshot): string =>
  inSnapshot(sides.map(sideName).filter((name) => links.has(name)));

export interface ComparedLinks {
  readonly count: number;
  readonly givenUp: number;
  readonly differences: readonly string[];
}

/** Compares the links that Keystone 8 finds with the expected ones. */
export async function compareMigrated(
  session: Session,
  schemaName: string,
  relationship: Relationship,
  reconcile: Reconcile,
  snapshot: Snapshot,
): Promise<ComparedLinks> {
  const actual = linksAt(schemaName, newPlace(relationship));
  const before = linksOf(sidesOf(relationship), snapshot);
  const count = await countOf(session, `select count(*) from (${actual}) as links`);
  const different = await countOf(
    session,
    `select count(*) from (select distinct a, b from (${actual}) as links) as links`,
  );
  const wanted = await expected(session, schemaName, relationship, reconcile, snapshot);
  return {
    count,
    givenUp: await countOf(session, `select count(*) from (${before} except ${actual}) as links`),
    differences: [
      ...(await compareLinks(session, relationship, 'after migrate', wanted, actual)),
      ...(count === different
        ? []
        : [
            `${relationshipName(relationship)}: after migrate, ${count - different} links are stored more than once in ${newPlace(relationship).table}`,
          ]),
    ],
  };
}

/** Compares the links of a side with the snapshot or, after a rollback, with what `reconcile` should leave. */
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
  const own = linksOf([side], snapshot);
  // rollback restores the links that were set aside, and keeps those that were added.
  const wanted =
    reconcile === null
      ? exactly(own)
      : reconcile === 'resolve' || reconcile === 'discard'
        ? { atLeast: own, atMost: linksOf(sidesOf(relationship), snapshot) }
        : await expected(session, schemaName, relationship, reconcile, snapshot);
  const place = oldPlace(relationship, side);
  if (!(await isThere(session, schemaName, place))) {
    return [`${sideName(side)}: ${when}, ${place.table} does not exist`];
  }
  return compareLinks(
    session,
    relationship,
    `${when}, on the side ${sideName(side)}`,
    wanted,
    linksAt(schemaName, place),
  );
}

/** Reports missing and unexpected links, with the ids of the first ten. */
async function compareLinks(
  session: Session,
  relationship: Relationship,
  when: string,
  wanted: Bounds,
  actual: string,
): Promise<string[]> {
  const differences: string[] = [];
  for (const [what, from, other] of [
    ['missing', wanted.atLeast, actual],
    ['unexpected', actual, wanted.atMost],
  ] as const) {
    const found = `(${from}) except (${other})`;
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

/** Compares with the snapshot. After migrate the schema must differ, so compare only `rows`. */
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
    .filter(([table, hash]) => rows.get(table) !== hash)
    .map(([table]) => `${table}: ${when}, its rows differ in columns that are not relationships`);
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
