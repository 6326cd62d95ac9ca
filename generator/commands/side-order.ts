import type { Plan } from '../plan/index.ts';
import { explainSideOrder, sideOrderNotes } from '../render/side-order.ts';

/** The line that says which side order was used; none where it makes no difference. */
export function explainSides(plan: Plan): string[] {
  const notes = sideOrderNotes(plan);
  return notes.length === 0 ? [] : ['', `${explainSideOrder(plan)} ${notes.join('; ')}.`];
}
