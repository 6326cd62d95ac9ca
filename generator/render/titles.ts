import type { Step } from '../plan/step.ts';
import { type Relationship, relationshipName } from '../relationships/index.ts';

/** What happens to a relationship in a database, in a few words; empty where that database does not hold it. */
export function titleIn(
  steps: readonly Step<unknown, unknown>[] | undefined,
  relationship: Relationship,
): string {
  const name = relationshipName(relationship);
  const step = steps?.find((candidate) => candidate.relationship === name);
  if (!step) return '';
  return step.operations.length === 0 ? 'Nothing changes' : step.title;
}
