/**
 * What migrate does with links stored only on the dropped side:
 * - `abort`: refuse;
 * - `merge`: add them to the kept side, and refuse if the sides contradict each other;
 * - `resolve`: add them where the kept side has room, and set the others aside;
 * - `discard`: set all of them aside.
 */
export type Reconcile = 'abort' | 'merge' | 'resolve' | 'discard';

/** Whether links stored only on the dropped side are added to the kept side, where it has room. */
export const addsLinks = (reconcile: Reconcile): boolean => reconcile === 'merge' || reconcile === 'resolve';

/** Whether links that cannot be kept are set aside. Otherwise migrate refuses. */
export const setsAside = (reconcile: Reconcile): boolean =>
  reconcile === 'resolve' || reconcile === 'discard';
