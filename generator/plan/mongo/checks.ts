import type { Outcome } from '../reconcile.ts';
import type { Links, StoredField } from './operations.ts';

/** A question to the documents. A bad answer to a blocking one stops the script; the others are reported only. */
export type Check =
  | { readonly kind: 'count'; readonly blocking: false; readonly links: Links }
  /** Ids of documents that are gone. They are no links: nothing is lost with them. */
  | { readonly kind: 'dangling'; readonly blocking: boolean; readonly links: Links }
  /** Values that are neither an id (or an array of ids) nor missing or null. */
  | {
      readonly kind: 'malformed';
      readonly blocking: true;
      readonly field: StoredField;
      /** Whether the ids of the documents themselves go into a join collection, which holds no others. */
      readonly moves: boolean;
    }
  /** Links that both sides have. */
  | { readonly kind: 'both'; readonly blocking: false; readonly going: Links; readonly staying: Links }
  /** Links of a side that goes which the side that stays lacks, and what becomes of them. */
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
  /** Pairs that are there more than once. */
  | { readonly kind: 'repeated'; readonly blocking: boolean; readonly links: Links }
  /** One-to-one: items that more than one document points at. */
  | { readonly kind: 'shared'; readonly blocking: true; readonly links: Links }
  /** Indexes with a field that goes, other than the one that mongoose makes for it. */
  | { readonly kind: 'own-indexes'; readonly blocking: true; readonly field: StoredField }
  /** Documents that the validator of their collection would refuse without a field that goes. */
  | { readonly kind: 'validator'; readonly blocking: true; readonly field: StoredField }
  /** Views that read a field that goes. */
  | { readonly kind: 'views'; readonly blocking: false; readonly field: StoredField }
  /** Documents without a link, more than one, where rollback must restore a unique index that is not sparse. */
  | { readonly kind: 'unlinked'; readonly blocking: true; readonly field: StoredField; readonly links: Links }
  /** A join collection that already holds documents. */
  | { readonly kind: 'not-empty'; readonly blocking: true; readonly links: Links }
  /** Join documents that are not as Keystone makes them, indexes that it would drop, or no collection at all. */
  | { readonly kind: 'join-shape'; readonly blocking: true; readonly links: Links }
  /** Documents that still have the field, or an index on it. */
  | { readonly kind: 'field-left'; readonly blocking: true; readonly field: StoredField };
