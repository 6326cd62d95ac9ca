/**
 * What migrate does with links stored only on the dropped side: refuse (`abort`), add them to the kept side and refuse
 * where they contradict it (`merge`), add those that there is room for and set the others aside (`resolve`), or set all
 * of them aside (`discard`).
 */
export type Reconcile = 'abort' | 'merge' | 'resolve' | 'discard';

/** What the report says of such links. */
export type Outcome = 'FAIL' | 'added' | 'given up';

export const outcomeOf = (reconcile: Reconcile): Outcome => {
  const outcomes = { abort: 'FAIL', merge: 'added', resolve: 'added', discard: 'given up' } as const;
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
