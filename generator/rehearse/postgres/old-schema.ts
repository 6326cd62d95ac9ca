import type { PlannedList } from '../../plan/index.ts';
import type { Side } from '../../relationships/index.ts';
import { qualifiedName, quoteIdentifier } from '../../text/quote-sql.ts';

/** The parts of a list and of a side that the schema depends on. */
export type OldList = Pick<PlannedList, 'key' | 'idType'>;
export type OldSide = Pick<
  Side,
  'list' | 'path' | 'refList' | 'many' | 'isUnique' | 'isIndexed' | 'isNotNullable'
>;

/**
 * The statements for the schema that Keystone 7 with `@keystonejs/adapter-knex` 8 creates for relationships. Besides them, each
 * table has only a column `name`. Long identifiers are left to PostgreSQL to cut.
 */
export function oldSchema(
  schemaName: string,
  lists: readonly OldList[],
  sides: readonly OldSide[],
): string[] {
  const idTypes = new Map(lists.map(({ key, idType }) => [key, idType]));
  const typeOf = (list: string) => foreignType(idTypes.get(list) ?? null);
  const table = (name: string) => qualifiedName(schemaName, name);
  return [
    ...(schemaName === 'public' ? [] : [`CREATE SCHEMA ${quoteIdentifier(schemaName)};`]),
    ...lists.map(
      ({ key, idType }) => `CREATE TABLE ${table(key)} (id ${primaryType(idType)} PRIMARY KEY, name text);`,
    ),
    ...sides.filter(({ many }) => !many).flatMap((side) => foreignKey(table, side, typeOf(side.refList))),
    ...sides
      // Old Keystone failed to create these, because both columns would have the same name.
      .filter(({ many, list, refList }) => many && list !== refList)
      .flatMap(({ list, path, refList }) =>
        joinTable(table, `${list}_${path}`, [
          { column: `${list}_id`, target: list, type: typeOf(list) },
          { column: `${refList}_id`, target: refList, type: typeOf(refList) },
        ]),
      ),
  ];
}

/** A column of a join table. */
export interface JoinEnd {
  readonly column: string;
  readonly target: string;
  readonly type: string;
}

type TableName = (name: string) => string;

/** The statements for a join table, which are the same in every Keystone. */
export const joinTable = (table: TableName, name: string, ends: readonly JoinEnd[]): string[] => [
  `CREATE TABLE ${table(name)} (${ends.map(({ column, type }) => `${quoteIdentifier(column)} ${type} NOT NULL`).join(', ')});`,
  ...ends.flatMap(({ column, target }) => [
    `CREATE INDEX ${knexName(name, column, 'index')} ON ${table(name)} (${quoteIdentifier(column)});`,
    `ALTER TABLE ${table(name)} ADD CONSTRAINT ${knexName(name, column, 'foreign')} FOREIGN KEY (${quoteIdentifier(column)}) REFERENCES ${table(target)} (id) ON DELETE CASCADE;`,
  ]),
];

/** The statements for the column of a `many: false` field, with its constraints and index. */
export function foreignKey(table: TableName, side: OldSide, type: string): string[] {
  const { list, path, refList, isUnique, isIndexed, isNotNullable } = side;
  const on = `${table(list)} (${quoteIdentifier(path)})`;
  return [
    `ALTER TABLE ${table(list)} ADD COLUMN ${quoteIdentifier(path)} ${type}${isNotNullable ? ' NOT NULL' : ''};`,
    ...(isUnique
      ? [
          `ALTER TABLE ${table(list)} ADD CONSTRAINT ${knexName(list, path, 'unique')} UNIQUE (${quoteIdentifier(path)});`,
        ]
      : []),
    ...(!isUnique && isIndexed !== false ? [`CREATE INDEX ${knexName(list, path, 'index')} ON ${on};`] : []),
    `ALTER TABLE ${table(list)} ADD CONSTRAINT ${knexName(list, path, 'foreign')} FOREIGN KEY (${quoteIdentifier(path)}) REFERENCES ${table(refList)} (id);`,
  ];
}

/** Follows `_indexCommand` of knex 0.20. */
const knexName = (table: string, column: string, kind: string): string =>
  quoteIdentifier(`${table.replace(/[.-]/g, '_')}_${column}_${kind}`.toLowerCase());

/** The types that Keystone's Knex adapters create for ids: `increments`, `uuid`. A custom id type fits into text. */
const primaryType = (idType: string | null): string =>
  idType === null || idType === 'AutoIncrement' ? 'serial' : foreignType(idType);

function foreignType(idType: string | null): string {
  if (idType === null || idType === 'AutoIncrement') return 'integer';
  return idType === 'Uuid' ? 'uuid' : 'text';
}
