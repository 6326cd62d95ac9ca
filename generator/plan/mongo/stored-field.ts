import type { Side } from '../../relationships/index.ts';

/** The collection of each list, by list key. */
export type Collections = ReadonlyMap<string, string>;

/** A relationship field as old Keystone stores it in the documents of its list. */
export interface StoredField {
  readonly list: string;
  readonly refList: string;
  readonly collection: string;
  /** The collection of the documents that it refers to. */
  readonly refCollection: string;
  readonly path: string;
  /** Whether it holds an array of ids rather than one id. */
  readonly isArray: boolean;
  /** The options of the index that mongoose creates for it; null for no index. */
  readonly index: { readonly unique: boolean; readonly sparse: boolean } | null;
}

/** Follows `addToMongooseSchema` of `@keystonejs/fields` 8 and `mergeSchemaOptions` of `@keystonejs/adapter-mongoose` 7. */
export function storedField(side: Side, collections: Collections): StoredField {
  const { list, path, refList, many, isUnique, isIndexed, mongooseOptions } = side;
  const unique = mongooseOptions.unique ?? isUnique;
  const sparse = mongooseOptions.sparse ?? false;
  const index = mongooseOptions.index ?? (isIndexed === true && !isUnique);
  return {
    list,
    refList,
    collection: collectionOf(list, collections),
    refCollection: collectionOf(refList, collections),
    path,
    isArray: many,
    index: unique || sparse || index ? { unique, sparse } : null,
  };
}

/** Such as `users.posts`. */
export const fieldName = ({ collection, path }: Pick<StoredField, 'collection' | 'path'>): string =>
  `${collection}.${path}`;

function collectionOf(list: string, collections: Collections): string {
  const collection = collections.get(list);
  if (collection === undefined) throw new Error(`there is no list ${list}`);
  return collection;
}
