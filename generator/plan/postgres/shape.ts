import type { ForeignKeyColumn, JoinTable } from './operations.ts';

/**
 * One thing that the catalogue must hold, or must not hold. `relation` is any name of the schema's one
 * namespace of tables, indexes, views and sequences: what must be free for a new name.
 */
export interface Expectation {
  readonly relationship: string;
  readonly present: boolean;
  readonly object: 'table' | 'relation' | 'column' | 'not null column' | 'foreign key' | 'index' | 'unique';
  readonly table: string;
  readonly column: string | null;
  /** The name of the constraint or index. */
  readonly name: string | null;
  /** For a foreign key: the table it references, and its rule. */
  readonly target: string | null;
}

/** The state of a database before or after the migration, as far as it concerns the relationships. */
export type Shape = readonly Expectation[];

const expectation = (
  relationship: string,
  object: Expectation['object'],
  table: string,
  rest: Partial<Expectation> = {},
): Expectation => ({
  relationship,
  present: true,
  object,
  table,
  column: null,
  name: null,
  target: null,
  ...rest,
});

/** A join table with nothing but its columns: all that matters of a table that goes. */
export const joinTableColumns = (relationship: string, { name, near, far }: JoinTable): Shape => [
  expectation(relationship, 'table', name),
  ...[near, far].map((column) => expectation(relationship, 'not null column', name, { column: column.name })),
];

/** A join table with the constraints and indexes that Keystone gives it. */
export const wholeJoinTable = (relationship: string, joinTable: JoinTable): Shape => [
  ...joinTableColumns(relationship, joinTable),
  ...[joinTable.near, joinTable.far].flatMap(({ name, references, foreignKey, index }) => [
    expectation(relationship, 'foreign key', joinTable.name, {
      column: name,
      name: foreignKey,
      target: `${references} on delete cascade`,
    }),
    expectation(relationship, 'index', joinTable.name, { column: name, name: index }),
  ]),
];

/** A foreign key column, without its constraint and index: all that matters of a column that goes. */
export const columnOnly = (relationship: string, { table, name }: ForeignKeyColumn): Shape => [
  expectation(relationship, 'column', table, { column: name }),
];

/** A foreign key column with the constraint and the index that Keystone gives it. */
export const wholeColumn = (relationship: string, column: ForeignKeyColumn): Shape => [
  ...columnOnly(relationship, column),
  expectation(relationship, 'foreign key', column.table, {
    column: column.name,
    name: column.foreignKey,
    target: column.references,
  }),
  ...(column.index
    ? [expectation(relationship, 'index', column.table, { column: column.name, name: column.index })]
    : []),
  ...(column.unique
    ? [expectation(relationship, 'unique', column.table, { column: column.name, name: column.unique })]
    : []),
];

/** A table of a list, which must be there for a join table to reference. */
export const listTable = (relationship: string, table: string): Shape => [
  expectation(relationship, 'table', table),
];

/** A name that nothing in the schema may have. */
export const freeName = (relationship: string, name: string): Shape => [
  expectation(relationship, 'relation', name, { present: false }),
];

/** A column that must not be there. */
export const noColumn = (relationship: string, { table, name }: ForeignKeyColumn): Shape => [
  expectation(relationship, 'column', table, { column: name, present: false }),
];
