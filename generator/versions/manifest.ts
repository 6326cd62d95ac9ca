import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Plan } from '../plan/index.ts';
import { Refusal } from '../refusal.ts';
import type { Relationship, Side } from '../relationships/index.ts';

const MANIFEST = 'manifest.json';

const CoveredSide = v.object({ list: v.string(), path: v.string(), ref: v.string(), many: v.boolean() });

/** A relationship as far as a version depends on it: not where it is declared. */
const Covered = v.object({
  cardinality: v.picklist(['N:1', '1:N', '1:1', 'N:N']),
  left: CoveredSide,
  right: v.nullable(CoveredSide),
  tableName: v.string(),
  columnName: v.nullable(v.string()),
  collection: v.string(),
});

const Version = v.object({
  /** The name of its folder: `0001_arcade`. */
  id: v.string(),
  /** The schema of the PostgreSQL scripts; null where there are none. */
  schemaName: v.nullable(v.string()),
  mongo: v.boolean(),
  reconcile: v.picklist(['abort', 'merge', 'discard']),
  relationships: v.array(Covered),
  /** The SHA-256 of each file, by its path from the out folder; a migration runner's files lie outside of it. */
  files: v.record(v.string(), v.string()),
});

const MANIFEST_VERSION = 1;

const Manifest = v.object({ manifestVersion: v.literal(MANIFEST_VERSION), versions: v.array(Version) });

export type Covered = v.InferOutput<typeof Covered>;
export type Version = v.InferOutput<typeof Version>;
export type Manifest = v.InferOutput<typeof Manifest>;

/**
 * What the manifest of an out folder says; no versions where there is none.
 *
 * @throws Refusal where it is damaged, or of a newer arcade-migrate
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
      `${path} is of a newer arcade-migrate: its manifestVersion is ${newer.output.manifestVersion}, this one knows ${MANIFEST_VERSION}.`,
      'Nothing was written: update arcade-migrate.',
    );
  }
  const result = v.safeParse(Manifest, content);
  if (!result.success) {
    const [issue] = result.issues;
    throw new Refusal(
      `${path} is not a manifest of this program: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`,
      'Restore it from version control.',
    );
  }
  return result.output;
}

/** The text of a manifest, and the name of its file. */
export const manifestFile = (manifest: Manifest): { path: string; text: string } => ({
  path: MANIFEST,
  text: `${JSON.stringify(manifest, null, 2)}\n`,
});

/** A checksum that does not change when version control writes other line ends. */
export const checksum = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

/** What a plan covers, in the form that manifests keep. */
export function coverageOf(
  plan: Plan,
): Pick<Version, 'schemaName' | 'mongo' | 'reconcile' | 'relationships'> {
  return {
    schemaName: plan.postgres?.schemaName ?? null,
    mongo: plan.mongo !== null,
    reconcile: plan.reconcile,
    relationships: plan.relationships.map(coverOne),
  };
}

const coverOne = ({
  cardinality,
  left,
  right,
  tableName,
  columnName,
  collection,
}: Relationship): Covered => ({
  cardinality,
  left: coverSide(left),
  right: right && coverSide(right),
  tableName,
  columnName,
  collection,
});

const coverSide = ({ list, path, ref, many }: Side) => ({ list, path, ref, many });

/** The fields of a relationship: a version covers it when it covers one of them. */
export const fieldsOf = ({ left, right }: Pick<Covered, 'left' | 'right'>): string[] =>
  (right ? [left, right] : [left]).map(({ list, path }) => `${list}.${path}`);

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Refusal(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Restore it from version control.',
    );
  }
}
