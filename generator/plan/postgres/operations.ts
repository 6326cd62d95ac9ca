/** One change of the schema: what one statement, or a few that belong together, do. Names are unquoted. */
export type Operation =
  | { readonly kind: 'rename-table'; readonly from: string; readonly to: string }
  | { readonly kind: 'rename-column'; readonly table: string; readonly from: string; readonly to: string }
  | { readonly kind: 'rename-constraint'; readonly table: string; readonly from: string; readonly to: string }
  | { readonly kind: 'rename-index'; readonly from: string; readonly to: string }
  | { readonly kind: 'drop-join-table'; readonly joinTable: JoinTable; readonly keptIn: Links | null }
  | { readonly kind: 'create-join-table'; readonly joinTable: JoinTable; readonly filledFrom: Links | null }
  | { readonly kind: 'drop-column'; readonly column: ForeignKeyColumn; readonly keptIn: Links }
  | { readonly kind: 'add-column'; readonly column: ForeignKeyColumn; readonly filledFrom: Links }
  | { readonly kind: 'delete-repeated-pairs'; readonly links: Links }
  /** Adds the links of a side that goes to the join table, or the column, that stays. */
  | { readonly kind: 'add-rows'; readonly from: Links; readonly into: Links }
  | { readonly kind: 'fill-column'; readonly from: Links; readonly into: Links };

/** A table that holds nothing but pairs of ids. Both columns are NOT NULL and cascade on delete. */
export interface JoinTable {
  readonly name: string;
  readonly near: JoinColumn;
  readonly far: JoinColumn;
}

export interface JoinColumn {
  readonly name: string;
  /** The table of the list whose ids it holds. */
  readonly references: string;
  readonly foreignKey: string;
  readonly index: string;
}

/** The column of a `many: false` field. */
export interface ForeignKeyColumn {
  readonly table: string;
  readonly name: string;
  readonly references: string;
  readonly foreignKey: string;
  /** The name of its index; null where it has none. */
  readonly index: string | null;
  /** The name of its unique constraint; null where it has none. */
  readonly unique: string | null;
  readonly notNull: boolean;
}

/**
 * Where links can be read: the pairs (near, far) of the rows of a table in which neither is null.
 * A join table has both as columns of its own; for a foreign key column one of them is `id`.
 */
export interface Links {
  readonly table: string;
  readonly near: string;
  readonly far: string;
  /** The lists whose ids near and far hold. */
  readonly nearList: string;
  readonly farList: string;
}

/** The same links seen from the other end. */
export const turned = ({ table, near, far, nearList, farList }: Links): Links => ({
  table,
  near: far,
  far: near,
  nearList: farList,
  farList: nearList,
});

/** What takes an operation back; null where nothing has to be, as for a repeated pair or an added link. */
export function inverse(operation: Operation): Operation | null {
  switch (operation.kind) {
    case 'rename-table':
    case 'rename-column':
    case 'rename-constraint':
    case 'rename-index':
      return { ...operation, from: operation.to, to: operation.from };
    case 'drop-join-table':
      return { kind: 'create-join-table', joinTable: operation.joinTable, filledFrom: operation.keptIn };
    case 'create-join-table':
      return { kind: 'drop-join-table', joinTable: operation.joinTable, keptIn: operation.filledFrom };
    case 'drop-column':
      return { kind: 'add-column', column: operation.column, filledFrom: operation.keptIn };
    case 'add-column':
      return { kind: 'drop-column', column: operation.column, keptIn: operation.filledFrom };
    case 'delete-repeated-pairs':
    case 'add-rows':
    case 'fill-column':
      return null;
  }
}
