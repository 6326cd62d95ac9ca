import type { ScriptSet } from '../../plan/index.ts';
import type { Arrow } from './diagram.ts';
import type { DatabaseKey } from './run-steps.ts';
import type { Text } from './text.ts';

/** Which set of scripts it is. */
export type SetName = Pick<ScriptSet, 'name' | 'folder'>;

/** `MongoDB (adapter people)`, or `MongoDB`. */
export const titleOf = (database: string, { name }: SetName): string =>
  name === null ? database : `${database} (adapter ${name})`;

/** The part of the review for one database. */
export interface Section {
  readonly key: DatabaseKey;
  readonly set: SetName;
  readonly name: string;
  /** The name, with the adapter if there are several: `MongoDB (adapter people)`. */
  readonly title: string;
  /** Where the data is: `, schema public`. */
  readonly where: Text;
  readonly plan: {
    readonly steps: readonly {
      readonly relationship: string;
      readonly title: string;
      readonly dropped: object | null;
    }[];
    readonly unchanged: readonly string[];
  };
  /** The number of changes of each kind, with the singular of its name: `table dropped`. */
  readonly counts: readonly (readonly [number, string])[];
  /** Why each relationship changes, and which names change, by the name of the relationship. */
  readonly details: ReadonlyMap<string, readonly Text[]>;
  readonly arrows: readonly Arrow[];
  /** What is lost besides links. */
  readonly lost: readonly Text[];
  /** The statement that drops the links set aside. */
  readonly dropGivenUp: string;
  /** What the scripts lock, and how long they take. */
  readonly work: readonly Text[];
}
