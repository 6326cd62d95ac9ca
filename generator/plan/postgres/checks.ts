import type { Outcome } from '../reconcile.ts';
import type { Links } from './operations.ts';

/**
 * A question to the rows. A blocking one stops the script when its answer is bad; the others are
 * reported by preflight only.
 */
export type Check =
  | { readonly kind: 'count'; readonly blocking: false; readonly links: Links }
  /** Links that both sides have. */
  | { readonly kind: 'both'; readonly blocking: false; readonly going: Links; readonly staying: Links }
  /** Links of the side that goes which the side that stays lacks, and what becomes of them. */
  | {
      readonly kind: 'only-going';
      readonly blocking: boolean;
      readonly going: Links;
      readonly staying: Links;
      readonly outcome: Outcome;
    }
  /** Items that both sides together link to more than one other, at an end that has room for one: no merge can be. */
  | {
      readonly kind: 'contradictory';
      readonly blocking: boolean;
      readonly going: Links;
      readonly staying: Links;
      readonly end: 'near' | 'far';
    }
  /** Links of the side that stays which the side that goes lacks: these are kept. */
  | {
      readonly kind: 'only-staying';
      readonly blocking: false;
      readonly going: Links;
      readonly staying: Links;
    }
  /**
   * What would stop a table, or a column of it, from being dropped, or go with it without a word: views, triggers,
   * policies, indexes of more than the column, and columns of the table that are none of Keystone's.
   */
  | {
      readonly kind: 'dependents';
      readonly blocking: true;
      readonly table: string;
      readonly column: string | null;
      /** The columns that Keystone gave to a table that goes. */
      readonly columns: readonly string[];
    }
  /** What goes with a table or column, without harm to a link, and is not there after a rollback, which makes it anew. */
  | {
      readonly kind: 'attached';
      readonly blocking: false;
      readonly table: string;
      readonly column: string | null;
      /** The table of the list whose owner and grants a table gets that rollback makes; null for a column. */
      readonly ownedLike: string | null;
      readonly isNullable: boolean;
      readonly restored: readonly Restored[];
    }
  /** What names, in a text that the server does not follow, a table or column that goes or gets another name. */
  | {
      readonly kind: 'mentions';
      readonly blocking: false;
      readonly table: string;
      readonly column: string | null;
      /** Whether the table gets another name: its triggers, which stay, may know the columns by theirs. */
      readonly isRenamed: boolean;
    }
  /** Links to rows that are gone: foreign keys do not allow them, where they are there and were not switched off. */
  | {
      readonly kind: 'dangling';
      readonly blocking: boolean;
      readonly links: Links;
      /** The columns with ids, and the tables whose ids they hold. */
      readonly targets: readonly { readonly column: string; readonly table: string }[];
    }
  /** Pairs that a join table holds more than once. */
  | { readonly kind: 'repeated'; readonly blocking: boolean; readonly links: Links }
  /**
   * Repeated pairs of which none can be deleted: their rows differ in a column that somebody added, or deletes are
   * published, and nothing identifies a row.
   */
  | { readonly kind: 'undeletable'; readonly blocking: true; readonly links: Links }
  /** One-to-one: rows that hold a foreign key which another row holds too. */
  | { readonly kind: 'shared'; readonly blocking: true; readonly links: Links }
  /** Rows of a table that the links do not reach, where rollback must restore a NOT NULL column. */
  | { readonly kind: 'unlinked'; readonly blocking: true; readonly table: string; readonly links: Links }
  /** Links in a table that rollback drops since the old schema has no place for them. */
  | { readonly kind: 'no-place'; readonly blocking: true; readonly links: Links };

/** A constraint or index of one column that rollback restores. */
export interface Restored {
  readonly name: string;
  readonly column: string;
  readonly is: 'foreign key' | 'unique' | 'index';
  /** For a foreign key. */
  readonly references: string | null;
}
