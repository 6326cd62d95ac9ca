import type { Diagnostic } from '../../diagnostics.ts';
import type { List } from '../../reader/project.ts';
import { collectionOfList, findClashes, type Relationship } from '../../relationships/index.ts';
import type { Reconcile } from '../reconcile.ts';
import { type Step, stepOf } from './steps.ts';

export type { Check } from './checks.ts';
export { inverse, type Links, type Operation, type StoredField, turned } from './operations.ts';
export { type Collections, type Step, storedField } from './steps.ts';

export interface MongoPlan {
  readonly steps: readonly Step[];
}

/**
 * Plans the migration of a MongoDB database. Lists and relationships that want one collection, as names
 * that differ only in case do, are a diagnostic.
 */
export function planMongo(
  relationships: readonly Relationship[],
  lists: readonly Pick<List, 'key' | 'collection'>[],
  reconcile: Reconcile,
): { plan: MongoPlan; diagnostics: readonly Diagnostic[] } {
  const collections = new Map(lists.map((list) => [list.key, collectionOfList(list)]));
  return {
    plan: { steps: relationships.map((relationship) => stepOf(relationship, collections, reconcile)) },
    diagnostics: findClashes(
      relationships,
      ({ collection }) => collection,
      [...collections].map(([key, collection]) => [collection, `the list ${key}`]),
      ({ name, claimant, owner }) => ({
        code: 'AM3002',
        message: `${claimant} and ${owner} want one collection, ${name}.`,
        help: 'Keystone 8 would mix their documents: rename one of the lists or fields first.',
      }),
    ),
  };
}
