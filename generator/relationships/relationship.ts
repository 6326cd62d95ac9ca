import type { RelationshipField } from '../reader/project.ts';

export type Cardinality = 'N:1' | '1:N' | '1:1' | 'N:N';

/** The five kinds, named as in the Keystone documentation. */
export type Kind =
  | 'one-to-many-one-sided'
  | 'many-to-many-one-sided'
  | 'one-to-many-two-sided'
  | 'many-to-many-two-sided'
  | 'one-to-one-two-sided';

/** One field of a relationship, with the list it is declared in. */
export interface Side extends RelationshipField {
  /** The key of the list that has the field. */
  readonly list: string;
  /** The key of the list that the field refers to. */
  readonly refList: string;
}

/** The two columns of a join table, seen from one side: `near` holds the ids of its own items, `far` those of the others. */
export interface ColumnNames {
  readonly near: string;
  readonly far: string;
}

/**
 * The contents of Keystone's own relationship object (`_consolidateRelationships` of `@keystonejs/keystone` 8.0.0), and the
 * MongoDB collection.
 */
export interface Relationship {
  readonly kind: Kind;
  readonly cardinality: Cardinality;
  readonly left: Side;
  /** Null for a one-sided relationship. */
  readonly right: Side | null;
  /** The table that holds the links after the migration: a join table, or the table of a list. */
  readonly tableName: string;
  /** The foreign key column in `tableName`; null for a join table. */
  readonly columnName: string | null;
  /** By `List.path`, or by the ref for the far end of a one-sided relationship. Null without a join table. */
  readonly columnNames: Readonly<Record<string, ColumnNames>> | null;
  /** The MongoDB collection that holds the links after the migration. */
  readonly collection: string;
  /** Whether alphabetical order and order of declaration lead to different results. */
  readonly sideOrderMatters: boolean;
}

/** Such as `Post.author`. */
export const sideName = (side: Side): string => `${side.list}.${side.path}`;

/** Such as `Post.author -> User`, or `Post.author <-> User.posts`. */
export const relationshipName = ({ left, right }: Relationship): string =>
  right ? `${sideName(left)} <-> ${sideName(right)}` : `${sideName(left)} -> ${left.refList}`;
