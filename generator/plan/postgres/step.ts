import type * as common from '../step.ts';

/** One relationship that changes. Both directions are written from it: rollback is migrate read backwards. */
export interface PostgresStep extends common.Step {
  /** The kept side as old Keystone stores it; null where it could not create the join table. */
  readonly kept: Stored | null;
  /** The kept side as Keystone 8 stores it. A column is the same before and after. */
  readonly after: Stored;
  /** The dropped side; null where old Keystone stored only one. */
  readonly dropped: Stored | null;
}

/** Where a side of a relationship is stored. */
export type Stored = JoinTable | ForeignKeyColumn;

/** A table that holds nothing but pairs of ids. Both columns are NOT NULL and cascade on delete. */
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
  /** What the names of its foreign key and its index begin with. */
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
  /** The list that has the column, and the list whose ids it holds, with its table. */
  readonly list: string;
  readonly refList: string;
  readonly references: string;
  readonly type: string;
  readonly prefix: string;
  readonly foreignKey: string;
  /** The name of its index; null where it has none. */
  readonly index: string | null;
  /** The name of its unique constraint; null where it has none. */
  readonly unique: string | null;
  readonly notNull: boolean;
}
