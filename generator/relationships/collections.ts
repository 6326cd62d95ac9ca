import pluralize from 'mongoose-legacy-pluralize';
import type { List } from '../reader/project.ts';

/** The collection of a mongoose model without a name of its own (mongoose 5.9, legacy pluralisation). */
export const collectionOfModel = (modelName: string): string => pluralize(modelName);

/** The collection of a list: its own choice, else what mongoose makes of the list key. */
export const collectionOfList = (list: Pick<List, 'key' | 'collection'>): string =>
  list.collection ?? collectionOfModel(list.key);
