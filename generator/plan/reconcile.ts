/**
 * What migrate does with links stored only on the dropped side: refuse (`abort`), add them to the kept side and refuse
 * where they contradict it (`merge`), add those that there is room for and set the others aside (`resolve`), or set all
 * of them aside (`discard`).
 */
export type Reconcile = 'abort' | 'merge' | 'resolve' | 'discard';
