import type { Diagnostic } from '../../diagnostics.ts';
import type { List } from '../../reader/project.ts';
import { collectionOfList, type Relationship, relationshipName } from '../../relationships/index.ts';
import type { Reconcile } from '../reconcile.ts';
import { type Step, stepOf } from './steps.ts';

export type { Check } from './checks.ts';
export { inverse, type Links, type Operation, type StoredField, turned } from './operations.ts';
export type { Step } from './steps.ts';

export interface MongoPlan {
  readonly steps: readonly Step[];
}

/**
 * Plans the migration of a MongoDB database. Lists and relationships that want one collection, as names
 * that differ only in case do, are a diagnostic.
 */
export function planMongo(
  relationships: readonly Relationship[],
  lists: readonly List[],
  reconcile: Reconcile,
): { plan: MongoPlan; diagnostics: readonly Diagnostic[] } {
  const collections = new Map(lists.map((list) => [list.key, collectionOfList(list)]));
  return {
    plan: { steps: relationships.map((relationship) => stepOf(relationship, collections, reconcile)) },
    diagnostics: findClashes(relationships, collections),
  };
}

function findClashes(
  relationships: readonly Relationship[],
  collections: ReadonlyMap<string, string>,
): Diagnostic[] {
  const takenBy = new Map([...collections].map(([key, collection]) => [collection, `the list ${key}`]));
  return relationships
    .filter(({ columnNames }) => columnNames)
    .flatMap((relationship) => {
      const { collection, left } = relationship;
      const name = relationshipName(relationship);
      const other = takenBy.get(collection);
      takenBy.set(collection, name);
      if (!other) return [];
      return [
        {
          code: 'AM3002',
          severity: 'error',
          message: `${name} and ${other} want one collection, ${collection}.`,
          help: 'Keystone 8 would mix their documents: rename one of the lists or fields first.',
          source: left.source,
        } satisfies Diagnostic,
      ];
    });
}
