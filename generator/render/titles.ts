import type { MongoPlan, PostgresPlan } from '../plan/index.ts';
import { type Relationship, relationshipName } from '../relationships/index.ts';

/** What happens to a relationship in a database, in a few words; empty where that database does not hold it. */
export function titleIn(plan: PostgresPlan | MongoPlan, relationship: Relationship): string {
  const name = relationshipName(relationship);
  if ('unchanged' in plan && plan.unchanged.includes(name)) return 'Nothing changes';
  const step = plan.steps.find((candidate) => candidate.relationship === name);
  if (!step) return '';
  return 'operations' in step && step.operations.length === 0 ? 'Nothing changes' : step.title;
}
