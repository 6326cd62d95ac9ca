/** One change of the data: idempotent, so that a script which was cut off can do it again. */
export type Operation =
  | { readonly kind: 'create-join-collection'; readonly join: Links; readonly filledFrom: Links }
  | { readonly kind: 'drop-join-collection'; readonly join: Links; readonly keptIn: Links }
  | {
      readonly kind: 'remove-field';
      readonly field: StoredField;
      readonly keptIn: Links;
      /** Whether it is removed only after a proof that each of its links is kept: not where they are given up. */
      readonly isProved: boolean;
    }
  | { readonly kind: 'restore-field'; readonly field: StoredField; readonly rebuiltFrom: Links }
  /** Adds the links of a side that goes to the join collection, or the field, that stays. */
  | { readonly kind: 'add-to-join-collection'; readonly from: Links; readonly join: Links }
  | { readonly kind: 'fill-field'; readonly from: Links; readonly into: Links };

/**
 * Where links can be read: pairs of ids, one in the path near and one in the path far of a document.
 * A field of a list has `_id` at one end; a join collection has fields of its own at both.
 */
export interface Links {
  readonly collection: string;
  readonly near: string;
  readonly far: string;
  /** Whether the end that is not `_id` is an array of ids. */
  readonly isArray: boolean;
  /** The lists whose ids near and far hold, and their collections. */
  readonly nearList: string;
  readonly farList: string;
  readonly nearCollection: string;
  readonly farCollection: string;
}

/** A relationship field as it is stored in the documents of its list. */
export interface StoredField {
  readonly links: Links;
  readonly path: string;
  /** The options of the index that mongoose makes for it; null where it makes none. */
  readonly index: { readonly unique: boolean; readonly sparse: boolean } | null;
}

/** The same links seen from the other end. */
export const turned = (links: Links): Links => ({
  ...links,
  near: links.far,
  far: links.near,
  nearList: links.farList,
  farList: links.nearList,
  nearCollection: links.farCollection,
  farCollection: links.nearCollection,
});

/** What takes an operation back; null where nothing has to be, as for a link that was added. */
export function inverse(operation: Operation): Operation | null {
  switch (operation.kind) {
    case 'create-join-collection':
      return { kind: 'drop-join-collection', join: operation.join, keptIn: operation.filledFrom };
    case 'drop-join-collection':
      return { kind: 'create-join-collection', join: operation.join, filledFrom: operation.keptIn };
    case 'remove-field':
      return { kind: 'restore-field', field: operation.field, rebuiltFrom: operation.keptIn };
    case 'restore-field':
      return { kind: 'remove-field', field: operation.field, keptIn: operation.rebuiltFrom, isProved: true };
    case 'add-to-join-collection':
    case 'fill-field':
      return null;
  }
}
