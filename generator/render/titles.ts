import { type Relationship, relationshipName } from '../relationships/index.ts';

interface DatabasePlan {
  readonly steps: readonly { readonly relationship: string; readonly title: string }[];
  readonly unchanged: readonly string[];
}

/** What happens to a relationship in a database, in a few words. Empty if the database does not hold it. */
export function titleIn({ steps, unchanged }: DatabasePlan, relationship: Relationship): string {
  const name = relationshipName(relationship);
  const step = steps.find((candidate) => candidate.relationship === name);
  return step?.title ?? (unchanged.includes(name) ? 'nothing changes' : '');
}
