import type { Diagnostic } from '../diagnostics.ts';
import { type Relationship, relationshipName } from './relationship.ts';

/**
 * Relationships with a table or collection of their own whose name, as the database has it, a list or an earlier
 * relationship has too. `taken` says by name who has it; `diagnose` puts a clash into words.
 */
export function findClashes(
  relationships: readonly Relationship[],
  nameOf: (relationship: Relationship) => string,
  taken: Iterable<readonly [name: string, owner: string]>,
  diagnose: (clash: {
    readonly name: string;
    readonly claimant: string;
    readonly owner: string;
  }) => Pick<Diagnostic, 'code' | 'message' | 'help'>,
): Diagnostic[] {
  const owners = new Map(taken);
  return relationships
    .filter(({ columnNames }) => columnNames)
    .flatMap((relationship) => {
      const name = nameOf(relationship);
      const claimant = relationshipName(relationship);
      const owner = owners.get(name);
      owners.set(name, claimant);
      if (owner === undefined) return [];
      const source = relationship.left.source;
      return [{ severity: 'error' as const, source, ...diagnose({ name, claimant, owner }) }];
    });
}
