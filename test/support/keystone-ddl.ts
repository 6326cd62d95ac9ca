import type { List } from '../../generator/reader/project.ts';
import { foreignKey, joinTable, oldSchema } from '../../generator/rehearse/postgres/old-schema.ts';
import type { Relationship, Side } from '../../generator/relationships/index.ts';
import { quoteIdentifier } from '../../generator/text/quote-sql.ts';

const table = (name: string): string => `"public".${quoteIdentifier(name)}`;

/** The schema that Keystone 7 with its Knex adapter 8 creates for the lists. */
export const oldDdl = (lists: readonly List[]): string =>
  oldSchema(
    'public',
    lists,
    lists.flatMap(({ key, relationships }) =>
      relationships.map((field) => ({ ...field, list: key, refList: field.ref.split('.')[0] ?? '' })),
    ),
  ).join('\n');

/** The schema that Keystone 8 with its Knex adapter 9 creates for the lists. */
export const newDdl = (lists: readonly List[], relationships: readonly Relationship[]): string =>
  [
    ...oldSchema('public', lists, []),
    ...relationships.flatMap(({ left, right, tableName, columnName }) => {
      if (columnName === null) {
        return joinTable(table, tableName, [
          { column: `${left.list}_left_id`, target: left.list, type: 'integer' },
          { column: `${left.refList}_right_id`, target: left.refList, type: 'integer' },
        ]);
      }
      const holder = [left, right].find(
        (side): side is Side => side?.list === tableName && side.path === columnName,
      );
      return holder ? foreignKey(table, holder, 'integer') : [];
    }),
  ].join('\n');
