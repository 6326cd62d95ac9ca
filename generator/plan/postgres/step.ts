import type * as common from '../step.ts';

/** What happens to a relationship on PostgreSQL. migrate and rollback are both written from it. */
export interface PostgresStep extends common.Step {
  /** The kept side as old Keystone stores it; null if old Keystone could not create the join table. */
  readonly kept: Stored | null;
  /** The kept side as Keystone 8 stores it. A column does not change. */
  readonly after: Stored;
  /** The dropped side; null if old Keystone stored only one side. */
  readonly dropped: Stored | null;
}

/** Where a side of a relationship is stored. */
export type Stored = JoinTable | ForeignKeyColumn;

/** A table of pairs of ids. Both columns are NOT NULL and cascade on delete. */
export interface JoinTable {
  readonly kind: 'table';
  /** The field whose links it holds: `User.posts`. */
  readonly field: string;
  readonly name: string;
  readonly near: JoinColumn;
  readonly far: JoinColumn;
}

export interface JoinColumn {
  readonly name: string;
  /** The list whose ids it holds, and the table of that list. */
  readonly list: string;
  readonly references: string;
  /** The type that Keystone gives it. */
  readonly type: string;
  /** The prefix of the names of its foreign key and index. */
  readonly prefix: string;
  readonly foreignKey: string;
  readonly index: string;
}

/** The column of a `many: false` field. */
export interface ForeignKeyColumn {
  readonly kind: 'column';
  readonly field: string;
  readonly table: string;
  readonly name: string;
  /** The list with the column; then the list whose ids it holds, and the table of that list. */
  readonly list: string;
  readonly refList: string;
  readonly references: string;
  readonly type: string;
  readonly prefix: string;
  readonly foreignKey: string;
  /** The name of its index; null for no index. */
  readonly index: string | null;
  /** The name of its unique constraint; null for no constraint. */
  readonly unique: string | null;
  readonly notNull: boolean;
}
