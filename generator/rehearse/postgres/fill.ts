import { cutIdentifier } from '../../plan/postgres/identifiers.ts';
import { Refusal } from '../../refusal.ts';
import { type Relationship, relationshipName, type Side } from '../../relationships/index.ts';
import { qualifiedName, quoteIdentifier, quoteLiteral } from '../../text/quote-sql.ts';
import type { Dataset, RuleOf } from '../dataset.ts';
import { hasTable, type Link, sidesOf } from '../links.ts';
import type { Column } from './columns.ts';
import { oldPlace } from './places.ts';
import { type Session, SqlError } from './session.ts';
import { isThere } from './snapshot.ts';
import { columnValue, idOf, isText } from './values.ts';

/** The columns of each list's table. */
export type Tables = ReadonlyMap<string, readonly Column[]>;

interface StoredSide {
  readonly side: Side;
  readonly pairs: readonly (readonly [near: number, far: number])[];
}

/** The constraints of the tables on each field that holds one id. */
export const rulesOf =
  (tables: Tables): RuleOf =>
  ({ list, path }) => {
    const column = tables.get(list)?.find(({ name }) => name === cutIdentifier(path));
    return { isRequired: column?.isRequired ?? false, isUnique: column?.isUnique ?? false };
  };

/**
 * Inserts a dataset into the tables of old Keystone: first the items, in the order of their required references, then the other
 * links. Throws a Refusal if a table needs a value that cannot be generated.
 */
export async function fill(
  session: Session,
  schemaName: string,
  tables: Tables,
  relationships: readonly Relationship[],
  dataset: Dataset,
): Promise<void> {
  const sides: StoredSide[] = [];
  for (const relationship of relationships) {
    for (const stored of storedSides(relationship, dataset)) {
      // A migrated database lacks the places of old Keystone, and one that was changed by hand may lack some of them.
      if (await isThere(session, schemaName, oldPlace(relationship, stored.side))) sides.push(stored);
    }
  }
  const isRequired = ({ side }: StoredSide) => !side.many && rulesOf(tables)(side).isRequired;
  for (const list of inOrder(tables)) {
    const given = sides.filter((stored) => stored.side.list === list && isRequired(stored));
    await insertItems(session, schemaName, tables, list, dataset, given);
  }
  for (const stored of sides) {
    if (isRequired(stored) || stored.pairs.length === 0) continue;
    await insertLinks(session, schemaName, tables, stored);
  }
}

function storedSides(relationship: Relationship, { stored }: Dataset): StoredSide[] {
  const { left, right } = stored.get(relationshipName(relationship)) ?? { left: [], right: [] };
  return sidesOf(relationship)
    .filter(hasTable)
    .map((side) => ({
      side,
      pairs: side === relationship.left ? left : right.map(([near, far]): Link => [far, near]),
    }));
}

/** A list whose items need a reference comes after the list that they refer to. */
function inOrder(tables: Tables): string[] {
  const ordered: string[] = [];
  const waiting = [...tables.keys()];
  while (waiting.length > 0) {
    const ready = waiting.findIndex((list) =>
      (tables.get(list) ?? []).every(
        ({ isRequired, references }) =>
          !isRequired || references === list || !waiting.includes(references ?? ''),
      ),
    );
    if (ready < 0) {
      throw new Refusal(
        `Rows cannot be generated: those of ${waiting.join(' and ')} require references to each other, so none can be inserted first.`,
        'Rehearse on a dump with data: --dump dump.sql',
      );
    }
    ordered.push(...waiting.splice(ready, 1));
  }
  return ordered;
}

async function insertItems(
  session: Session,
  schemaName: string,
  tables: Tables,
  list: string,
  dataset: Dataset,
  given: readonly StoredSide[],
): Promise<void> {
  const columns = (tables.get(list) ?? []).filter(
    (column) => column.name === 'id' || column.isRequired || (isText(column) && column.references === null),
  );
  const links = new Map(given.map(({ side, pairs }) => [cutIdentifier(side.path), new Map(pairs)]));
  const value = (column: Column, item: number): string => {
    if (column.name === 'id') return idOf(column.type, item);
    const far =
      column.references === null ? null : (links.get(column.name)?.get(item) ?? anyItem(column, dataset));
    const made = far === null ? columnValue(column, item) : idOf(column.type, far);
    if (made === null) throw cannotFill(list, `${column.name} is NOT NULL and has the type ${column.type}`);
    return made;
  };
  const rows = (dataset.items.get(list) ?? []).map((item) => columns.map((column) => value(column, item)));
  const table = qualifiedName(schemaName, list);
  try {
    await copyRows(
      session,
      `${table} (${columns.map(({ name }) => quoteIdentifier(name)).join(', ')})`,
      rows,
    );
  } catch (error) {
    throw error instanceof SqlError ? cannotFill(list, error.message) : error;
  }
  if (!columns.some(({ name, type }) => name === 'id' && type.startsWith('int'))) return;
  // The sequence must continue after these ids.
  await session.query(
    `select setval(pg_get_serial_sequence(${quoteLiteral(table)}, 'id'), (select max(id) from ${table}))
     where pg_get_serial_sequence(${quoteLiteral(table)}, 'id') is not null`,
  );
}

/** Any item, for a required foreign key that belongs to no relationship. */
const anyItem = ({ references }: Column, { items }: Dataset): number | null =>
  items.get(references ?? '')?.[0] ?? null;

const cannotFill = (list: string, why: string): Refusal =>
  new Refusal(
    `Rows for ${list} cannot be generated: ${why}.`,
    'Rehearse on a dump with data: --dump dump.sql',
  );

async function insertLinks(
  session: Session,
  schemaName: string,
  tables: Tables,
  { side, pairs }: StoredSide,
): Promise<void> {
  const { list, path, refList, many } = side;
  const type = (of: string) => tables.get(of)?.find(({ name }) => name === 'id')?.type ?? 'int4';
  const rows = pairs.map(([near, far]) => [idOf(type(list), near), idOf(type(refList), far)]);
  const table = (name: string) => qualifiedName(schemaName, name);
  if (many) {
    await copyRows(
      session,
      `${table(`${list}_${path}`)} (${quoteIdentifier(`${list}_id`)}, ${quoteIdentifier(`${refList}_id`)})`,
      rows,
    );
    return;
  }
  await session.query(
    `create temporary table arcade_pairs as select id as near, ${quoteIdentifier(path)} as far from ${table(list)} with no data`,
  );
  await copyRows(session, 'pg_temp.arcade_pairs (near, far)', rows);
  await session.query(
    `update ${table(list)} set ${quoteIdentifier(path)} = far from pg_temp.arcade_pairs where id = near`,
  );
  await session.query('drop table pg_temp.arcade_pairs');
}

const ROWS_AT_ONCE = 50_000;

async function copyRows(
  session: Session,
  target: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const text = rows.slice(from, from + ROWS_AT_ONCE).map((row) => `${row.join('\t')}\n`);
    await session.copy(target, Buffer.from(text.join('')));
  }
}
