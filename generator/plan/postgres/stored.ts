import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import { cutIdentifier, freePrefix, knexName, knexPrefix } from './identifiers.ts';
import type { ForeignKeyColumn, JoinColumn, JoinTable, Stored } from './step.ts';

/** What the names of one relationship depend on besides itself. */
export interface NamingContext {
  /** The names of all tables and indexes after the migration. A new index needs a name that is not among them. */
  readonly namespace: Set<string>;
  /** The type of the ids of each list, as PostgreSQL names it. */
  readonly idTypes: ReadonlyMap<string, string>;
}

/** The types that Keystone's Knex adapters create for ids: `increments`, `uuid`. A custom id type fits into text. */
export function idTypeOf(idType: string | null): string {
  if (idType === null || idType === 'AutoIncrement') return 'integer';
  return idType === 'Uuid' ? 'uuid' : 'text';
}

/** A side as old Keystone stores it; null for a join table that it could not create because both columns had the same name. */
export function oldStored(side: Side, { idTypes }: NamingContext): Stored | null {
  if (!side.many) return foreignKeyColumn(side, idTypes);
  return side.list === side.refList ? null : oldJoinTable(side, idTypes);
}

/** Follows `createTable` and `addToTableSchema` of `@keystonejs/adapter-knex` 8 and `@keystonejs/fields` 8. */
export function foreignKeyColumn(side: Side, idTypes: NamingContext['idTypes']): ForeignKeyColumn {
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

/** Follows `_createAdjacencyTable` of `@keystonejs/adapter-knex` 8. */
function oldJoinTable(side: Side, idTypes: NamingContext['idTypes']): JoinTable {
  const table = `${side.list}_${side.path}`;
  const column = (list: string) => joinColumn(list, `${list}_id`, idTypes, knexPrefix(table, `${list}_id`));
  return {
    ...{ kind: 'table', field: sideName(side), name: cutIdentifier(table) },
    near: column(side.list),
    far: column(side.refList),
  };
}

/** Follows `_createAdjacencyTable` of `@keystonejs/adapter-knex` 9, but picks free names where that would fail. */
export function newJoinTable(
  { tableName, left }: Relationship,
  { namespace, idTypes }: NamingContext,
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
  idTypes: NamingContext['idTypes'],
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

/** Notes the names that differ from Keystone's own. A fresh Keystone 8 would fail because two objects had the same name. */
export const nameNotes = (relationship: Relationship, { near, far }: JoinTable): string[] =>
  [near, far].flatMap(({ name, prefix, foreignKey, index }) => {
    const wanted = knexPrefix(relationship.tableName, name);
    if (prefix === wanted) return [];
    return [
      `${relationshipName(relationship)}: Keystone's names for the foreign key and index of "${name}" are taken, so the scripts use ${foreignKey} and ${index}.`,
    ];
  });
