import type { Arrow } from './diagram.ts';
import type { DatabaseKey } from './run-steps.ts';
import type { Text } from './text.ts';

/** What the document says of one database. */
export interface Section {
  readonly key: DatabaseKey;
  readonly name: string;
  /** What it says of the place of the data: `, schema public`. */
  readonly where: Text;
  readonly plan: {
    readonly steps: readonly {
      readonly relationship: string;
      readonly title: string;
      readonly dropped: object | null;
    }[];
    readonly unchanged: readonly string[];
  };
  /** How many things of each kind change, in words for one of them. */
  readonly counts: readonly (readonly [number, string])[];
  /** Why each relationship changes, and the names that do, by the name of the relationship. */
  readonly details: ReadonlyMap<string, readonly Text[]>;
  readonly arrows: readonly Arrow[];
  /** What is lost besides links. */
  readonly lost: readonly Text[];
  /** The statement that drops the links that were given up. */
  readonly dropGivenUp: string;
  /** What migrate locks, and how long it takes. */
  readonly work: readonly Text[];
}
