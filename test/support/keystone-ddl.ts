import type { List, RelationshipField } from '../../generator/reader/project.ts';
import type { Relationship, Side } from '../../generator/relationships/index.ts';

/** Identifiers are written whole: PostgreSQL itself cuts them. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** As knex names constraints and indexes. */
const knex = (table: string, column: string, kind: string): string =>
  quote(`${table.replace(/[.-]/g, '_')}_${column}_${kind}`.toLowerCase());

const targetOf = ({ ref }: RelationshipField): string => ref.split('.')[0] ?? '';

/** The schema that Keystone 7 with its Knex adapter 8 makes of the lists. */
export const oldDdl = (lists: readonly List[]): string => {
  const fields = lists.flatMap((list) => list.relationships.map((field) => ({ list: list.key, field })));
  return [
    ...lists.map(({ key }) => listTable(key)),
    ...fields
      .filter(({ field }) => !field.many)
      .map(({ list, field }) => foreignKey(list, field.path, targetOf(field))),
    ...fields
      // Both columns would have one name, so old Keystone failed to create these.
      .filter(({ list, field }) => field.many && list !== targetOf(field))
      .map(({ list, field }) =>
        joinTable(`${list}_${field.path}`, [
          [`${list}_id`, list],
          [`${targetOf(field)}_id`, targetOf(field)],
        ]),
      ),
  ].join('\n');
};

/** The schema that Keystone 8 with its Knex adapter 9 makes of the lists. */
export const newDdl = (lists: readonly List[], relationships: readonly Relationship[]): string =>
  [
    ...lists.map(({ key }) => listTable(key)),
    ...relationships.map(({ left, right, tableName, columnName }) => {
      if (columnName === null) {
        return joinTable(tableName, [
          [`${left.list}_left_id`, left.list],
          [`${left.refList}_right_id`, left.refList],
        ]);
      }
      const holder = [left, right].find(
        (side): side is Side => side?.list === tableName && side.path === columnName,
      );
      return foreignKey(tableName, columnName, holder?.refList ?? '');
    }),
  ].join('\n');

const listTable = (key: string): string => `CREATE TABLE ${quote(key)} (id serial PRIMARY KEY);`;

const foreignKey = (table: string, column: string, target: string): string => `
ALTER TABLE ${quote(table)} ADD COLUMN ${quote(column)} integer;
CREATE INDEX ${knex(table, column, 'index')} ON ${quote(table)} (${quote(column)});
ALTER TABLE ${quote(table)} ADD CONSTRAINT ${knex(table, column, 'foreign')}
  FOREIGN KEY (${quote(column)}) REFERENCES ${quote(target)} (id);`;

const joinTable = (
  table: string,
  columns: readonly (readonly [column: string, target: string])[],
): string => `
CREATE TABLE ${quote(table)} (${columns.map(([column]) => `${quote(column)} integer NOT NULL`).join(', ')});
${columns
  .map(
    ([column, target]) => `CREATE INDEX ${knex(table, column, 'index')} ON ${quote(table)} (${quote(column)});
ALTER TABLE ${quote(table)} ADD CONSTRAINT ${knex(table, column, 'foreign')}
  FOREIGN KEY (${quote(column)}) REFERENCES ${quote(target)} (id) ON DELETE CASCADE;`,
  )
  .join('\n')}`;
