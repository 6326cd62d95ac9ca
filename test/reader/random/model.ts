import fc from 'fast-check';

/** A project as the test knows it: what the reader has to find in whatever way it is written. */
export interface Model {
  readonly lists: readonly ModelList[];
}

export interface ModelList {
  readonly key: string;
  readonly fields: readonly ModelField[];
}

export interface ModelField {
  readonly path: string;
  /** Null for a field that is no relationship. */
  readonly ref: string | null;
  readonly many: boolean;
}

const keys = ['User', 'Post', 'Comment', 'BlogCategory', 'Media'];
const paths = ['title', 'owner', 'items', 'related', 'editor', 'ref', 'type'];

const field = fc.record({
  path: fc.constantFrom(...paths),
  target: fc.option(fc.nat(keys.length - 1)),
  side: fc.option(fc.constantFrom(...paths)),
  many: fc.boolean(),
});

/** Random lists with random fields. Refs need not fit each other: pairing is not the reader's affair. */
export const models: fc.Arbitrary<Model> = fc
  .tuple(
    fc.integer({ min: 1, max: keys.length }),
    fc.array(fc.uniqueArray(field, { selector: ({ path }) => path, minLength: 1, maxLength: 5 }), {
      minLength: keys.length,
      maxLength: keys.length,
    }),
  )
  .map(([count, fields]) => ({
    lists: keys.slice(0, count).map((key, index) => ({
      key,
      fields: (fields[index] ?? []).map(({ path, target, side, many }) => ({
        path,
        ref: target === null ? null : refTo(keys[target % count] ?? key, side),
        many: target !== null && many,
      })),
    })),
  }));

function refTo(key: string, side: string | null): string {
  return side === null ? key : `${key}.${side}`;
}

/** The relationship fields of a model, in the words of `describeRelationships`. */
export function expectedOf({ lists }: Model): readonly string[] {
  return lists
    .flatMap(({ key, fields }) =>
      fields.flatMap(({ path, ref, many }) =>
        ref === null ? [] : [`${key}.${path} -> ${ref}${many ? ', many' : ''}`],
      ),
    )
    .sort();
}
