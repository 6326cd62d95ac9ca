import pg from 'pg';
import { type Dataset, type Link, noRule, type Rule, type RuleOf } from './dataset.ts';
import {
  holderOf,
  type KeystoneCase,
  nameOf,
  type Relationship,
  type Side,
  sideName,
  sidesOf,
} from './keystone-cases.ts';
import { type Database, query, withClient } from './postgres.ts';

const quote = pg.escapeIdentifier;

/** The table of a list, or of any other name, in the schema of the case. */
export function tableName({ schema }: KeystoneCase, table: string): string {
  return `${quote(schema)}.${quote(table)}`;
}

/** Old Keystone's join table for a `many` side. */
export function oldJoinTable(
  example: KeystoneCase,
  { list, path, target }: Side,
): { table: string; near: string; far: string } {
  return {
    table: tableName(example, `${list}_${path}`),
    near: quote(`${list}_id`),
    far: quote(`${target}_id`),
  };
}

/** The constraints of a loaded schema on each foreign key. */
export async function readRules(database: Database, example: KeystoneCase): Promise<RuleOf> {
  const columns = await query<{ side: string; required: boolean; unique: boolean }>(
    database,
    `select c.relname || '.' || a.attname as side, a.attnotnull as required,
            exists (select from pg_index i
                    where i.indrelid = c.oid and i.indisunique and i.indnatts = 1 and i.indkey[0] = a.attnum) as unique
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace = $1::regnamespace and c.relkind = 'r'`,
    [quote(example.schema)],
  );
  const rules = new Map<string, Rule>(columns.map(({ side, ...rule }) => [side, rule]));
  return (side) => rules.get(sideName(side)) ?? noRule;
}

/** The relationships that a database of old Keystone can hold: all but those that need the join table it could not create. */
export function storedRelationships({ lacksJoinTable, relationships }: KeystoneCase): Relationship[] {
  return relationships.filter((relationship) => !lacksJoinTable || holderOf(relationship) !== null);
}

/**
 * Inserts a dataset into a database of old Keystone, on every side of each relationship. Lists whose items need a partner come last.
 * All other links are added after the items.
 */
export async function fillPostgres(
  database: Database,
  example: KeystoneCase,
  dataset: Dataset,
  ruleOf: RuleOf,
): Promise<void> {
  const sides = storedRelationships(example).flatMap((relationship) => {
    const links = dataset.links[nameOf(relationship)] ?? [];
    const stored = sidesOf(relationship).filter((side) => !(side.many && example.lacksJoinTable));
    return stored.map((side) => ({ side, pairs: pairsOf(relationship, side, links) }));
  });
  const singles = sides.filter(({ side }) => !side.many);
  const required = singles.filter(({ side }) => ruleOf(side).required);
  const needsPartner = (list: string) => required.some(({ side }) => side.list === list);
  const inOrder = [...example.lists].sort((a, b) => Number(needsPartner(a)) - Number(needsPartner(b)));

  await withClient(database, async (client) => {
    for (const list of inOrder) {
      const partners = required.filter(({ side }) => side.list === list);
      for (const item of dataset.items[list] ?? []) {
        const ids = partners.map(({ pairs }) => pairs.find(([near]) => near === item)?.[1]);
        await insert(client, example, list, ['id', ...partners.map(({ side }) => side.path)], [item, ...ids]);
      }
      await describeItems(client, example, list);
    }
    for (const { side, pairs } of sides) {
      if (required.some((other) => other.side === side)) continue;
      for (const pair of pairs) await link(client, example, side, pair);
    }
  });
}

/** Links two items on one side only. */
export async function linkOneSide(
  database: Database,
  example: KeystoneCase,
  side: Side,
  near: number,
  far: number,
): Promise<void> {
  await withClient(database, (client) => link(client, example, side, [near, far]));
}

/** Links two items in a migrated database, as Keystone 8 does. */
export async function linkMigrated(
  database: Database,
  example: KeystoneCase,
  relationship: Relationship,
  link: Link,
): Promise<void> {
  const table = tableName(example, relationship.tableName);
  const { left, right } = columnsOf(relationship);
  if (relationship.columnName === null) {
    const sql = `insert into ${table} (${quote(left)}, ${quote(right)}) values ($1, $2)`;
    await query(database, sql, [link.left, link.right]);
  } else {
    const [id, far] = left === 'id' ? [link.left, link.right] : [link.right, link.left];
    const sql = `update ${table} set ${quote(relationship.columnName)} = $2 where id = $1`;
    await query(database, sql, [id, far]);
  }
}

/** The links of each relationship in a migrated database. */
export async function readMigratedLinks(
  database: Database,
  example: KeystoneCase,
): Promise<Record<string, Link[]>> {
  const links: Record<string, Link[]> = {};
  for (const relationship of example.relationships) {
    const { left, right } = columnsOf(relationship);
    links[nameOf(relationship)] = await query<{ left: number; right: number }>(
      database,
      `select ${quote(left)} as left, ${quote(right)} as right
       from ${tableName(example, relationship.tableName)}
       where ${quote(left)} is not null and ${quote(right)} is not null`,
    );
  }
  return links;
}

/** All rows of all tables and the state of all sequences, a line each. The order of columns does not matter. */
export async function readAllRows(database: Database): Promise<string[]> {
  return withClient(database, readRows);
}

/** The same, on an open connection. */
export async function readRows(client: pg.Client): Promise<string[]> {
  const tables = await client.query<{ table: string }>(
    `select format('%I.%I', schemaname, tablename) as table from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  // jsonb sorts the keys of an object, so the order of the columns does not matter.
  const { rows } = await client.query<{ line: string }>(
    [
      `select format('%I.%I: %s', schemaname, sequencename, last_value) as line from pg_sequences`,
      ...tables.rows.flatMap(({ table }) => [
        `select ${pg.escapeLiteral(`${table} exists`)}`,
        `select ${pg.escapeLiteral(`${table}: `)} || to_jsonb(t)::text from ${table} t`,
      ]),
    ].join('\nunion all '),
  );
  return rows.map(({ line }) => line).sort();
}

/** The links of a relationship as one side stores them. */
function pairsOf(
  relationship: Relationship,
  side: Side,
  links: readonly Link[],
): [near: number, far: number][] {
  return links.map(({ left, right }) => (side === relationship.left ? [left, right] : [right, left]));
}

/** The columns with the two ids of each link in Keystone 8. */
function columnsOf(relationship: Relationship): { left: string; right: string } {
  const { left, columnName, columnNames, tableName } = relationship;
  const pair = columnNames?.[sideName(left)];
  if (pair !== undefined) return { left: pair.near, right: pair.far };
  if (columnName === null) throw new Error(`${nameOf(relationship)} has no columns`);
  const leftHolds = left.list === tableName && left.path === columnName;
  return leftHolds ? { left: 'id', right: columnName } : { left: columnName, right: 'id' };
}

async function link(
  client: pg.Client,
  example: KeystoneCase,
  side: Side,
  [near, far]: readonly [number, number],
): Promise<void> {
  if (side.many) {
    const join = oldJoinTable(example, side);
    await client.query(`insert into ${join.table} (${join.near}, ${join.far}) values ($1, $2)`, [near, far]);
  } else {
    const table = tableName(example, side.list);
    await client.query(`update ${table} set ${quote(side.path)} = $2 where id = $1`, [near, far]);
  }
}

async function insert(
  client: pg.Client,
  example: KeystoneCase,
  table: string,
  columns: readonly string[],
  values: readonly unknown[],
): Promise<void> {
  const places = values.map((_, index) => `$${index + 1}`).join(', ');
  const names = columns.map(quote).join(', ');
  await client.query(`insert into ${tableName(example, table)} (${names}) values (${places})`, [...values]);
}

/** Gives the items text that must not change, and lets their sequence continue after them. */
async function describeItems(client: pg.Client, example: KeystoneCase, list: string): Promise<void> {
  const table = tableName(example, list);
  const { rows } = await client.query<{ column: string }>(
    `select attname as column from pg_attribute where attrelid = $1::regclass and atttypid = 'text'::regtype`,
    [table],
  );
  for (const { column } of rows) {
    await client.query(`update ${table} set ${quote(column)} = 'O''Neill "' || id || E'" \\\\ Zoë'`);
  }
  await client.query(`select setval(pg_get_serial_sequence($1, 'id'), max(id)) from ${table}`, [table]);
}
