import type { Diagnostic } from '../diagnostics.ts';
import { type Relationship, relationshipName } from './relationship.ts';

/**
 * Finds join tables and join collections whose name in the database is taken by a list or an earlier relationship.
 *
 * @param taken the names in use, with a description of each owner
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
