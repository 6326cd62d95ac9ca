/**
 * What migrate does with links that only the side that goes has: refuse (`abort`), add them to the side that
 * stays, refusing where they contradict it (`merge`), or give them up (`discard`).
 */
export type Reconcile = 'abort' | 'merge' | 'discard';

/** What the report says of such links. */
export type Outcome = 'FAIL' | 'added' | 'given up';

export const outcomeOf = (reconcile: Reconcile): Outcome => {
  const outcomes = { abort: 'FAIL', merge: 'added', discard: 'given up' } as const;
  return outcomes[reconcile];
};

/** The operation, where links that only the side that goes has are to be added to the side that stays. */
export const merging = <const Operation>(reconcile: Reconcile, operation: Operation): Operation[] =>
  reconcile === 'merge' ? [operation] : [];

/**
 * Asks for what the sides contradict each other in, at the ends of `staying` that have room for one link only. It cannot be
 * merged; whoever does not merge should know it all the same.
 */
export const contradictions = <Links>(
  going: Links,
  staying: Links,
  reconcile: Reconcile,
  ends: readonly ('near' | 'far')[],
) =>
  ends.map((end) => ({
    kind: 'contradictory' as const,
    blocking: reconcile === 'merge',
    going,
    staying,
    end,
  }));
