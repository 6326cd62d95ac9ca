import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringify from 'json-stringify-pretty-compact';
import * as v from 'valibot';
import { adapterOf, type DatabasePlans, type Plan, type Reconcile } from '../plan/index.ts';
import { Refusal } from '../refusal.ts';
import { type Cardinality, collectionOfModel, type Relationship, type Side } from '../relationships/index.ts';
import { messageOf } from '../text/system-error.ts';

const MANIFEST = 'manifest.json';

/** manifest.json: the versions, and what they cover. */
export interface Manifest {
  readonly manifestVersion: 1;
  /** Oldest first. */
  readonly versions: readonly Version[];
}

export interface Version {
  /** The name of its folder: `0001_arcade`. */
  readonly id: string;
  /** The schema of the PostgreSQL scripts; null if there are none, or if each adapter has its own. */
  readonly schemaName: string | null;
  /** Whether there are MongoDB scripts; false if each adapter has its own. */
  readonly mongo: boolean;
  readonly reconcile: Reconcile;
  readonly relationships: readonly Covered[];
  /** The SHA-256 of each file, by its path from the out folder. The files of a migration runner can be outside of it. */
  readonly files: Readonly<Record<string, string>>;
}

/** What a version depends on in a relationship. Where it is declared is not part of it. */
export interface Covered {
  readonly cardinality: Cardinality;
  readonly left: CoveredSide;
  /** Null for a one-sided relationship. */
  readonly right: CoveredSide | null;
  /** The table that holds the links after the migration, its column, and the MongoDB collection. */
  readonly tableName: string;
  readonly columnName: string | null;
  readonly collection: string;
  /** The adapter, if each has its own scripts. */
  readonly adapter?: CoveredAdapter;
}

export interface CoveredAdapter {
  readonly name: string;
  /** The schema of its PostgreSQL scripts; null if there are none. */
  readonly schemaName: string | null;
  /** Whether there are MongoDB scripts for it. */
  readonly mongo: boolean;
}

export interface CoveredSide {
  readonly list: string;
  readonly path: string;
  readonly ref: string;
  readonly many: boolean;
  /** The field's options for its column and index. Absent options were not set. */
  readonly isUnique?: true;
  readonly isIndexed?: boolean;
  readonly isNotNullable?: true;
  readonly mongooseOptions?: Side['mongooseOptions'];
  /** The MongoDB collections of the field's list and of the list it refers to. Absent for the default of the list key. */
  readonly collection?: string;
  readonly refCollection?: string;
}

const MANIFEST_VERSION = 1;

const side = v.object({
  ...{ list: v.string(), path: v.string(), ref: v.string(), many: v.boolean() },
  isUnique: v.exactOptional(v.literal(true)),
  isIndexed: v.exactOptional(v.boolean()),
  isNotNullable: v.exactOptional(v.literal(true)),
  mongooseOptions: v.exactOptional(
    v.object({
      unique: v.exactOptional(v.boolean()),
      sparse: v.exactOptional(v.boolean()),
      index: v.exactOptional(v.boolean()),
    }),
  ),
  collection: v.exactOptional(v.string()),
  refCollection: v.exactOptional(v.string()),
});

const schema: v.GenericSchema<unknown, Manifest> = v.object({
  manifestVersion: v.literal(MANIFEST_VERSION),
  versions: v.array(
    v.object({
      id: v.string(),
      schemaName: v.nullable(v.string()),
      mongo: v.boolean(),
      reconcile: v.picklist(['abort', 'merge', 'resolve', 'discard']),
      relationships: v.array(
        v.object({
          cardinality: v.picklist(['N:1', '1:N', '1:1', 'N:N']),
          left: side,
          right: v.nullable(side),
          tableName: v.string(),
          columnName: v.nullable(v.string()),
          collection: v.string(),
          adapter: v.exactOptional(
            v.object({ name: v.string(), schemaName: v.nullable(v.string()), mongo: v.boolean() }),
          ),
        }),
      ),
      files: v.record(v.string(), v.string()),
    }),
  ),
});

/**
 * Reads the manifest of an out folder. A missing one has no versions.
 *
 * @throws Refusal if it is damaged, or written by a newer arcade-migrate
 */
export function readManifest(out: string): Manifest {
  const path = join(out, MANIFEST);
  if (!existsSync(path)) return { manifestVersion: MANIFEST_VERSION, versions: [] };
  const content = parseJson(path);
  const newer = v.safeParse(
    v.object({ manifestVersion: v.pipe(v.number(), v.gtValue(MANIFEST_VERSION)) }),
    content,
  );
  if (newer.success) {
    throw new Refusal(
      `${path} was written by a newer arcade-migrate: its manifestVersion is ${newer.output.manifestVersion}, and this one reads ${MANIFEST_VERSION}.`,
      'Nothing was written: update arcade-migrate.',
    );
  }
  const result = v.safeParse(schema, content);
  if (!result.success) {
    const [issue] = result.issues;
    throw new Refusal(
      `${path} is not a manifest of this program: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`,
      'Restore it from version control.',
    );
  }
  return result.output;
}

/** The file of a manifest. */
export const manifestFile = (manifest: Manifest): { path: string; text: string } => ({
  path: MANIFEST,
  text: `${stringify(manifest, { maxLength: 120 })}\n`,
});

/** Ignores line endings, which version control may change. */
export const checksum = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

/** What a plan covers, as the manifest stores it. */
export function coverageOf(
  plan: Plan,
): Pick<Version, 'schemaName' | 'mongo' | 'reconcile' | 'relationships'> {
  const collections = new Map(
    plan.lists
      .filter(({ key, collection }) => collection !== collectionOfModel(key))
      .map(({ key, collection }) => [key, collection]),
  );
  return {
    ...databasesOf(plan),
    reconcile: plan.reconcile,
    relationships: plan.relationships.map((relationship) => ({
      ...cover(relationship, collections),
      ...coverAdapter(plan, relationship),
    })),
  };
}

const databasesOf = ({ postgres, mongo }: DatabasePlans): Pick<Version, 'schemaName' | 'mongo'> => ({
  schemaName: postgres?.schemaName ?? null,
  mongo: mongo !== null,
});

const cover = (
  { cardinality, left, right, tableName, columnName, collection }: Relationship,
  collections: ReadonlyMap<string, string>,
): Covered => ({
  cardinality,
  left: coverSide(left, collections),
  right: right && coverSide(right, collections),
  tableName,
  columnName,
  collection,
});

function coverAdapter(plan: Plan, relationship: Relationship): Pick<Covered, 'adapter'> {
  const adapter = adapterOf(plan, relationship);
  return adapter ? { adapter: { name: adapter.name, ...databasesOf(adapter) } } : {};
}

/** The order of the keys matters, because shapes are compared as text. */
function coverSide(side: Side, collections: ReadonlyMap<string, string>): CoveredSide {
  const { list, path, ref, many, isUnique, isIndexed, isNotNullable, mongooseOptions } = side;
  const [collection, refCollection] = [collections.get(list), collections.get(side.refList)];
  return {
    ...{ list, path, ref, many },
    ...(isUnique && { isUnique }),
    ...(isIndexed !== null && { isIndexed }),
    ...(isNotNullable && { isNotNullable }),
    ...(Object.keys(mongooseOptions).length > 0 && { mongooseOptions }),
    ...(collection !== undefined && { collection }),
    ...(refCollection !== undefined && { refCollection }),
  };
}

interface Field {
  readonly list: string;
  readonly path: string;
}

/** The fields of a relationship. A version covers the relationship if it covers one of them. */
export const fieldsOf = ({ left, right }: { readonly left: Field; readonly right: Field | null }): string[] =>
  (right ? [left, right] : [left]).map(({ list, path }) => `${list}.${path}`);

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Refusal(`${path} cannot be read: ${messageOf(error)}`, 'Restore it from version control.');
  }
}
