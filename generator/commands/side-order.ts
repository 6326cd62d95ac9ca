import type { Plan } from '../plan/index.ts';
import { explainSideOrder, sideOrderNotes } from '../render/side-order.ts';

/** Explains which side order was used, if it makes a difference. */
export function explainSides(plan: Plan): string[] {
  const notes = sideOrderNotes(plan);
  return notes.length === 0 ? [] : ['', `${explainSideOrder(plan)} ${notes.join('; ')}.`];
}
