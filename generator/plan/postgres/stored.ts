import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import { cutIdentifier, knexName, takeName } from './identifiers.ts';
import type { ForeignKeyColumn, JoinColumn, JoinTable, Links } from './operations.ts';

/** The names that relations have after the migration: where new indexes must find a free one. */
export type Namespace = Set<string>;

export const isSelfReferential = ({ left }: Relationship): boolean => left.list === left.refList;

/** The side whose column stays, in a relationship without a join table. */
export const columnSide = ({ cardinality, left, right }: Relationship): Side =>
  cardinality === '1:N' && right ? right : left;

export function otherSide({ left, right }: Relationship, side: Side): Side {
  const other = side === left ? right : left;
  if (!other) throw new Error(`${sideName(left)} has no other side`);
  return other;
}

/** `createTable` and `addToTableSchema` of `@keystonejs/adapter-knex` 8 and `@keystonejs/fields` 8. */
export function foreignKeyColumn({
  list,
  path,
  refList,
  isUnique,
  isIndexed,
  isNotNullable,
}: Side): ForeignKeyColumn {
  return {
    table: cutIdentifier(list),
    name: cutIdentifier(path),
    references: cutIdentifier(refList),
    foreignKey: knexName(list, path, 'foreign'),
    unique: isUnique ? knexName(list, path, 'unique') : null,
    index: !isUnique && isIndexed !== false ? knexName(list, path, 'index') : null,
    notNull: isNotNullable,
  };
}

/** `_createAdjacencyTable` of `@keystonejs/adapter-knex` 8. */
export function oldJoinTable(side: Side): JoinTable {
  const table = `${side.list}_${side.path}`;
  const column = (list: string): JoinColumn => ({
    name: cutIdentifier(`${list}_id`),
    references: cutIdentifier(list),
    foreignKey: knexName(table, `${list}_id`, 'foreign'),
    index: knexName(table, `${list}_id`, 'index'),
  });
  return { name: cutIdentifier(table), near: column(side.list), far: column(side.refList) };
}

/** `_createAdjacencyTable` of `@keystonejs/adapter-knex` 9; free names where it would have failed. */
export function newJoinTable({ tableName, left }: Relationship, namespace: Namespace): JoinTable {
  const ownConstraints = new Set<string>();
  const column = (list: string, name: string): JoinColumn => ({
    name: cutIdentifier(name),
    references: cutIdentifier(list),
    foreignKey: takeName(knexName(tableName, name, 'foreign'), ownConstraints),
    index: takeName(knexName(tableName, name, 'index'), namespace),
  });
  return {
    name: cutIdentifier(tableName),
    near: column(left.list, `${left.list}_left_id`),
    far: column(left.refList, `${left.refList}_right_id`),
  };
}

/** Names that are not the ones Keystone asks for: a fresh Keystone 8 fails to create them a second time. */
export const nameNotes = (relationship: Relationship, { near, far }: JoinTable): string[] =>
  [near, far].flatMap(({ name, foreignKey, index }) =>
    [
      [foreignKey, knexName(relationship.tableName, name, 'foreign')],
      [index, knexName(relationship.tableName, name, 'index')],
    ]
      .filter(([chosen, wanted]) => chosen !== wanted)
      .map(
        ([chosen, wanted]) => `${relationshipName(relationship)}: ${wanted} is taken, so it is ${chosen}.`,
      ),
  );

/** The indexes and unique constraints on the columns that stay: names that new indexes cannot have. */
export const stayingRelations = (relationship: Relationship): readonly string[] => {
  if (relationship.columnNames) return [];
  const { index, unique } = foreignKeyColumn(columnSide(relationship));
  return [index, unique].filter((name) => name !== null);
};

export const joinTableLinks = (joinTable: JoinTable, { list, refList }: Side): Links => ({
  table: joinTable.name,
  near: joinTable.near.name,
  far: joinTable.far.name,
  nearList: list,
  farList: refList,
});

export const columnLinks = (column: ForeignKeyColumn, { list, refList }: Side): Links => ({
  table: column.table,
  near: 'id',
  far: column.name,
  nearList: list,
  farList: refList,
});
