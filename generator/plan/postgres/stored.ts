import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import { cutIdentifier, freePrefix, knexName, knexPrefix } from './identifiers.ts';
import type { ForeignKeyColumn, JoinColumn, JoinTable, Stored } from './step.ts';

/** What the names of one relationship depend on beside itself. */
export interface Surroundings {
  /** The names that relations have after the migration: where new indexes must find a free one. */
  readonly namespace: Set<string>;
  /** The type of the ids of each list, as PostgreSQL names it. */
  readonly idTypes: ReadonlyMap<string, string>;
}

/** The types that the Knex adapters of Keystone's id types make: `increments`, `uuid`; text holds those of a type of your own. */
export function idTypeOf(idType: string | null): string {
  if (idType === null || idType === 'AutoIncrement') return 'integer';
  return idType === 'Uuid' ? 'uuid' : 'text';
}

/** A side as old Keystone stores it; null for the join table that it could not create, with two columns of one name. */
export function oldStored(side: Side, { idTypes }: Surroundings): Stored | null {
  if (!side.many) return foreignKeyColumn(side, idTypes);
  return side.list === side.refList ? null : oldJoinTable(side, idTypes);
}

/** `createTable` and `addToTableSchema` of `@keystonejs/adapter-knex` 8 and `@keystonejs/fields` 8. */
export function foreignKeyColumn(side: Side, idTypes: Surroundings['idTypes']): ForeignKeyColumn {
  const { list, path, refList, isUnique, isIndexed, isNotNullable } = side;
  const prefix = knexPrefix(list, path);
  return {
    kind: 'column',
    field: sideName(side),
    table: cutIdentifier(list),
    name: cutIdentifier(path),
    list,
    refList,
    references: cutIdentifier(refList),
    type: idTypes.get(refList) ?? 'integer',
    prefix,
    foreignKey: knexName(prefix, 'foreign'),
    unique: isUnique ? knexName(prefix, 'unique') : null,
    index: !isUnique && isIndexed !== false ? knexName(prefix, 'index') : null,
    notNull: isNotNullable,
  };
}

/** `_createAdjacencyTable` of `@keystonejs/adapter-knex` 8. */
function oldJoinTable(side: Side, idTypes: Surroundings['idTypes']): JoinTable {
  const table = `${side.list}_${side.path}`;
  const column = (list: string) => joinColumn(list, `${list}_id`, idTypes, knexPrefix(table, `${list}_id`));
  return {
    ...{ kind: 'table', field: sideName(side), name: cutIdentifier(table) },
    near: column(side.list),
    far: column(side.refList),
  };
}

/** `_createAdjacencyTable` of `@keystonejs/adapter-knex` 9; free names where it would have failed. */
export function newJoinTable(
  { tableName, left }: Relationship,
  { namespace, idTypes }: Surroundings,
): JoinTable {
  const foreignKeys = new Set<string>();
  const column = (list: string, name: string): JoinColumn => {
    const prefix = freePrefix(
      knexPrefix(tableName, name),
      (candidate) =>
        foreignKeys.has(knexName(candidate, 'foreign')) || namespace.has(knexName(candidate, 'index')),
    );
    const made = joinColumn(list, name, idTypes, prefix);
    foreignKeys.add(made.foreignKey);
    namespace.add(made.index);
    return made;
  };
  return {
    kind: 'table',
    field: sideName(left),
    name: cutIdentifier(tableName),
    near: column(left.list, `${left.list}_left_id`),
    far: column(left.refList, `${left.refList}_right_id`),
  };
}

const joinColumn = (
  list: string,
  name: string,
  idTypes: Surroundings['idTypes'],
  prefix: string,
): JoinColumn => ({
  name: cutIdentifier(name),
  list,
  references: cutIdentifier(list),
  type: idTypes.get(list) ?? 'integer',
  prefix,
  foreignKey: knexName(prefix, 'foreign'),
  index: knexName(prefix, 'index'),
});

/** Names that are not the ones Keystone asks for: a fresh Keystone 8 fails to create them a second time. */
export const nameNotes = (relationship: Relationship, { near, far }: JoinTable): string[] =>
  [near, far].flatMap(({ name, prefix, foreignKey, index }) => {
    const wanted = knexPrefix(relationship.tableName, name);
    if (prefix === wanted) return [];
    return [
      `${relationshipName(relationship)}: Keystone's names for "${name}" are taken, so they are ${foreignKey} and ${index}.`,
    ];
  });
