import { type Relationship, relationshipName } from '../relationships/index.ts';

/** As much of a step, of either database, as its title needs. */
interface TitledStep {
  readonly relationship: string;
  readonly title: string;
  readonly operations: readonly unknown[];
}

/** What happens to a relationship in a database, in a few words; empty where that database does not hold it. */
export function titleIn(steps: readonly TitledStep[] | undefined, relationship: Relationship): string {
  const name = relationshipName(relationship);
  const step = steps?.find((candidate) => candidate.relationship === name);
  if (!step) return '';
  return step.operations.length === 0 ? 'Nothing changes' : step.title;
}
