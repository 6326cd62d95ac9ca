import pluralize from 'mongoose-legacy-pluralize';
import type { List } from '../reader/project.ts';

/** The default collection of a mongoose model (mongoose 5.9, legacy pluralisation). */
export const collectionOfModel = (modelName: string): string => pluralize(modelName);

/** The collection that the list names, or else mongoose's default for the list key. */
export const collectionOfList = (list: Pick<List, 'key' | 'collection'>): string =>
  list.collection ?? collectionOfModel(list.key);
