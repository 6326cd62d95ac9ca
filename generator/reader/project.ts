import type { Diagnostic, Source } from '../diagnostics.ts';

/** What the list files say, as plain data: the reader's result, and everything that later stages know. */
export interface Project {
  /** In the order in which Keystone would create them. */
  readonly lists: readonly List[];
  readonly adapters: readonly Adapter[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether a run of the list files found the same; absent if no entry file can be run. */
  readonly secondReading?: SecondReading;
}

/**
 * The outcome of the second reading. `confirmed`: the run found the same lists. `settled`: the first reading stopped at a
 * limit of its own, and the lists are those that the run found. `different`: the run found other lists, which is an error.
 * `not-confirmed`: the run did not finish, or something outside the source decides. `skipped`: the caller wanted no run.
 */
export interface SecondReading {
  readonly outcome: 'confirmed' | 'settled' | 'different' | 'not-confirmed' | 'skipped';
  /** Why nothing is confirmed, as a sentence; null if the lists are confirmed or settled. */
  readonly reason: string | null;
  /** What would let the run confirm the lists, as a sentence; null if nothing is known. */
  readonly help: string | null;
}

export interface List {
  readonly key: string;
  /** The option `adapterName`; null if the list is on the default adapter. */
  readonly adapterName: string | null;
  /** `adapterConfig.mongooseSchemaOptions.collection`, if the list sets it. */
  readonly collection: string | null;
  /** The Keystone type of the field `id`, such as `Uuid`; null if it is the adapter's default. */
  readonly idType: string | null;
  /** The paths of all its fields, relationships or not, in the order of declaration. */
  readonly fieldPaths: readonly string[];
  readonly relationships: readonly RelationshipField[];
  /** The call that creates the list. */
  readonly source: Source;
}

/** A field that Keystone treats as a relationship, whatever its type is called. */
export interface RelationshipField {
  readonly path: string;
  /** `'User'` or `'User.posts'`, as written. */
  readonly ref: string;
  readonly many: boolean;
  readonly isUnique: boolean;
  /** Null if the config does not say: the databases have different defaults. */
  readonly isIndexed: boolean | null;
  /** `knexOptions.isNotNullable`. */
  readonly isNotNullable: boolean;
  /** Index options of `mongooseOptions`. They win over isUnique and isIndexed. */
  readonly mongooseOptions: {
    readonly unique?: boolean;
    readonly sparse?: boolean;
    readonly index?: boolean;
  };
  /** The name of the field in the config. */
  readonly source: Source;
}

export interface Adapter {
  /** Its name in `adapters: { name: … }`; null for `adapter: …`. */
  readonly name: string | null;
  /** Whether lists that name no adapter use it: it is `defaultAdapter`, or the only one. */
  readonly isDefault: boolean;
  readonly database: 'postgres' | 'mongo' | 'prisma';
  /** `new KnexAdapter({ schemaName })`; null if it is not set or not known. */
  readonly schemaName: string | null;
  readonly source: Source;
}
