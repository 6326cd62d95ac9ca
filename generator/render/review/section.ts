import type { Step } from '../../plan/step.ts';
import type { Diagram } from './diagram.ts';
import type { Text } from './text.ts';

/** What the document says of one database. */
export interface Section {
  readonly key: 'postgres' | 'mongo';
  readonly name: string;
  /** What the migration does there, counted. */
  readonly summary: Text;
  readonly steps: readonly StepReview[];
  /** All that changes in one diagram: for where that is not too much to see. */
  readonly before: Diagram;
  readonly after: Diagram;
  /** The links that are stored twice, and which copy goes. */
  readonly copies: readonly { readonly relationship: string; readonly goes: Text; readonly stays: Text }[];
  /** What migrate refuses to run on, besides a link that would be lost. */
  readonly refusals: readonly Refused[];
  /** Whether what it locks is to be told. */
  readonly locksTables: boolean;
  readonly work: readonly Work[];
  readonly afterWork: Text;
}

/** What happens to one relationship: the names that change, and what stays where it explains. */
export interface StepReview {
  readonly relationship: string;
  readonly title: string;
  readonly why: string;
  readonly changes: readonly Change[];
  readonly before: Diagram;
  readonly after: Diagram;
}

/** A thing of the database: null where it is not there yet, or no longer. */
export interface Change {
  readonly what: string;
  readonly before: Text | null;
  readonly after: Text | null;
}

/** A reason to refuse; the relationships that it can be about, none where it is about all. */
export interface Refused {
  readonly what: string;
  readonly relationships: readonly string[];
}

/** Something that the script does, in its order: what it locks, and what its time grows with. */
export interface Work {
  readonly what: Text;
  readonly locks: Text;
  readonly time: Text;
}

/** What the steps of a database change, drawn one by one and all together. */
export const drawnSteps = <Operation, Reviewed extends Step<Operation, unknown>>(
  steps: readonly Reviewed[],
  changesOf: (operation: Operation) => Change[],
  draw: (steps: readonly Reviewed[], when: 'before' | 'after') => Diagram,
): Pick<Section, 'steps' | 'before' | 'after'> => ({
  steps: steps.map((step) => ({
    relationship: step.relationship,
    title: step.title,
    why: step.why,
    changes: step.operations.flatMap(changesOf),
    before: draw([step], 'before'),
    after: draw([step], 'after'),
  })),
  before: draw(steps, 'before'),
  after: draw(steps, 'after'),
});

/** A check for links that only one of two places has, of which one goes. */
interface OnlyGoing<Links> {
  readonly kind: 'only-going';
  readonly going: Links;
  readonly staying: Links;
}

const isOnlyGoing = <Links>(check: OnlyGoing<Links> | { readonly kind: string }): check is OnlyGoing<Links> =>
  check.kind === 'only-going';

/** The links that steps find stored twice. */
export const copiesOf = <Links>(
  steps: readonly Step<unknown, OnlyGoing<Links> | { readonly kind: string }>[],
  placeOf: (links: Links) => Text,
): Section['copies'] =>
  steps.flatMap(({ relationship, checks }) =>
    checks
      .filter((check) => isOnlyGoing<Links>(check))
      .map(({ going, staying }) => ({ relationship, goes: placeOf(going), stays: placeOf(staying) })),
  );

/** The reasons of checks, each once, with the relationships whose steps ask for it. */
export function refusalsOf<Check extends { readonly blocking: boolean; readonly kind: string }>(
  steps: readonly { readonly relationship: string; readonly checks: readonly Check[] }[],
  reasonOf: (check: Check) => string | null,
): Refused[] {
  const relationships = new Map<string, Set<string>>();
  for (const { relationship, checks } of steps) {
    for (const check of checks) {
      const reason = check.blocking ? reasonOf(check) : null;
      if (reason === null) continue;
      relationships.set(reason, (relationships.get(reason) ?? new Set()).add(relationship));
    }
  }
  return [...relationships].map(([what, names]) => ({
    what,
    relationships: names.size === steps.length ? [] : [...names],
  }));
}

/** What happens how often, as `2 tables renamed, 1 column dropped`; what does not happen is left out. */
export const counted = (counts: readonly (readonly [number, string, string])[]): string =>
  counts
    .filter(([count]) => count > 0)
    .map(([count, one, more]) => `${count} ${count === 1 ? one : more}`)
    .join(', ');
