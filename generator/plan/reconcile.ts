/**
 * What migrate does with links stored only on the dropped side: refuse (`abort`), add them to the kept side and refuse
 * where they contradict it (`merge`), add those that there is room for and set the others aside (`resolve`), or set all
 * of them aside (`discard`).
 */
export type Reconcile = 'abort' | 'merge' | 'resolve' | 'discard';

/** Whether links stored only on the dropped side are added to the kept side, as far as there is room. */
export const addsLinks = (reconcile: Reconcile): boolean => reconcile === 'merge' || reconcile === 'resolve';

/** Whether links that cannot stay are set aside, where migrate would refuse otherwise. */
export const setsAside = (reconcile: Reconcile): boolean =>
  reconcile === 'resolve' || reconcile === 'discard';
