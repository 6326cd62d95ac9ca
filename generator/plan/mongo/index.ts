import type { Diagnostic } from '../../diagnostics.ts';
import type { List } from '../../reader/project.ts';
import {
  collectionOfList,
  findClashes,
  type Relationship,
  relationshipName,
} from '../../relationships/index.ts';
import { type MongoStep, stepOf } from './steps.ts';

export type { JoinCollection, MongoStep } from './steps.ts';
export { type Collections, fieldName, type StoredField, storedField } from './stored-field.ts';

export interface MongoPlan {
  /** The relationships that change, in the order of migrate; rollback reverses it. */
  readonly steps: readonly MongoStep[];
  /** The relationships that Keystone 8 stores as old Keystone did. No script touches them. */
  readonly unchanged: readonly string[];
}

/**
 * Plans the migration of a MongoDB database. Two lists or relationships with the same collection are a diagnostic. Names that
 * differ only in case lead to that.
 */
export function planMongo(
  relationships: readonly Relationship[],
  lists: readonly Pick<List, 'key' | 'collection'>[],
): { plan: MongoPlan; diagnostics: readonly Diagnostic[] } {
  const collections = new Map(lists.map((list) => [list.key, collectionOfList(list)]));
  const planned = relationships.map((relationship) => ({
    name: relationshipName(relationship),
    step: stepOf(relationship, collections),
  }));
  return {
    plan: {
      steps: planned.flatMap(({ step }) => step ?? []),
      unchanged: planned.filter(({ step }) => step === null).map(({ name }) => name),
    },
    diagnostics: findClashes(
      relationships,
      ({ collection }) => collection,
      [...collections].map(([key, collection]) => [collection, `the list ${key}`]),
      ({ name, claimant, owner }) => ({
        code: 'AM3002',
        message: `${claimant} and ${owner} would share the collection ${name}.`,
        help: 'Keystone 8 would mix their documents: rename one of the lists or fields first.',
      }),
    ),
  };
}
