import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { Refusal, UsageError } from '../refusal.ts';
import { type Relationship, relationshipName } from '../relationships/index.ts';
import { messageOf } from '../text/system-error.ts';
import { findEdits, presentVersions, readManifest } from '../versions/index.ts';

const databases = {
  postgres: v.nullable(
    v.object({
      schemaName: v.string(),
      lockTimeout: v.string(),
      steps: v.array(v.object({ relationship: v.string() })),
      unchanged: v.array(v.string()),
    }),
  ),
  mongo: v.nullable(
    v.object({
      steps: v.array(v.object({ relationship: v.string() })),
      unchanged: v.array(v.string()),
    }),
  ),
};

/** The part of plan.json that a rehearsal needs. See `Plan`. */
const RehearsedPlan = v.object({
  reconcile: v.picklist(['abort', 'merge', 'resolve', 'discard']),
  lists: v.array(v.object({ key: v.string(), idType: v.nullable(v.string()), collection: v.string() })),
  relationships: v.array(v.custom<Relationship>(isRelationship)),
  ...databases,
  adapters: v.optional(v.array(v.object({ folder: v.string(), ...databases })), []),
});

export type RehearsedPlan = v.InferOutput<typeof RehearsedPlan>;

/** A version, or the part of it for one adapter, read from disk. */
export interface RehearsedVersion {
  /** Its name: `0001_arcade`, or `0001_arcade/people`. */
  readonly id: string;
  /** The folder of its scripts, and its path from the out folder. */
  readonly folder: string;
  readonly path: string;
  readonly plan: RehearsedPlan;
  /** Its files, by path from the out folder. */
  readonly files: readonly string[];
  /** Files that were edited, are missing, or do not belong to it. */
  readonly edits: readonly { readonly file: string; readonly state: string }[];
}

/**
 * Reads a version by its name or number, or the newest one. If each of several adapters has its own scripts for the database, the
 * folder of one follows the name: `0001_arcade/people`. Throws a UsageError if there is no such version, or several adapters.
 */
export function readVersion(
  out: string,
  wanted: string | null,
  database: 'postgres' | 'mongo',
): RehearsedVersion {
  const versions = presentVersions(readManifest(out), out);
  const [name = null, folder = null] = wanted?.split('/') ?? [];
  const isWanted = (id: string) =>
    id === name || (/^\d+$/.test(name ?? '') && Number.parseInt(id, 10) === Number(name));
  const version = name === null ? versions.at(-1) : versions.find(({ id }) => isWanted(id));
  if (!version) {
    const known = versions.map(({ id }) => id).join(', ');
    throw new UsageError(
      wanted === null ? `There is no version in ${out}.` : `There is no version ${wanted} in ${out}.`,
      known === ''
        ? 'Write one first with arcade-migrate generate, or name its folder with --out.'
        : `There are: ${known}.`,
    );
  }
  const plan = readPlan(join(out, version.id));
  const adapter = chooseAdapter(version.id, plan, folder, database);
  const path = `${version.id}/${adapter?.folder ?? database}`;
  return {
    id: adapter ? path : version.id,
    folder: join(out, path),
    path,
    plan: { ...plan, ...adapter },
    files: Object.keys(version.files),
    edits: findEdits(out, [version]),
  };
}

/** The adapter of a folder, or else the only one with scripts for the database; null if none has any. */
function chooseAdapter(
  id: string,
  { adapters }: RehearsedPlan,
  wanted: string | null,
  database: 'postgres' | 'mongo',
): RehearsedPlan['adapters'][number] | null {
  const able = adapters.filter((adapter) => adapter[database]?.steps.length);
  const found = wanted === null ? able : adapters.filter(({ folder }) => folder === wanted);
  if (found.length > 1 || (wanted !== null && found.length === 0)) {
    const sets = able.map(({ folder }) => `rehearse ${id}/${folder}`);
    throw new UsageError(
      wanted === null
        ? `Each adapter has its own scripts in ${id}, and its own database.`
        : `${id} has no adapter with the folder ${wanted}.`,
      sets.length === 0
        ? `Rehearse the version as a whole: rehearse ${id}.`
        : `Rehearse one adapter at a time: ${sets.join(', ')}.`,
    );
  }
  return found[0] ?? null;
}

function readPlan(folder: string): RehearsedPlan {
  const path = join(folder, 'plan.json');
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), RehearsedPlan), readText(path));
  if (result.success) return result.output;
  throw new Refusal(
    `${path} is not the plan of this arcade-migrate: ${v.getDotPath(result.issues[0]) ?? 'the file'}: ${result.issues[0].message}`,
    'Rewrite the version with this arcade-migrate: generate --replace',
  );
}

/** The relationships that a database holds, whether they change or not. */
export function relationshipsIn(
  { relationships }: RehearsedPlan,
  { steps, unchanged }: NonNullable<RehearsedPlan['mongo']>,
): Relationship[] {
  const names = new Set([...steps.map(({ relationship }) => relationship), ...unchanged]);
  return relationships.filter((one) => names.has(relationshipName(one)));
}

/**
 * Refuses a version without the four scripts for a database. Either nothing changes there, or the scripts are in the files of a
 * migration runner.
 */
export function refuseLaidOut(
  { id, path: folder, files }: RehearsedVersion,
  database: 'postgres' | 'mongo',
): void {
  const suffix = database === 'postgres' ? 'sql' : 'js';
  const scripts = ['preflight', 'migrate', 'verify', 'rollback'].map((name) => `${folder}/${name}.${suffix}`);
  if (scripts.every((path) => files.includes(path))) return;
  const [version] = id.split('/');
  const others = files.filter((path) => !path.startsWith(`${version}/`));
  if (others.length === 0) {
    throw new Refusal(
      `Nothing changes in ${database === 'postgres' ? 'PostgreSQL' : 'MongoDB'}, so ${id} has no scripts for it.`,
      'There is nothing to rehearse there.',
    );
  }
  throw new Refusal(
    `${id} has its scripts in the files of a migration runner: ${others.join(', ')}.`,
    'Rehearse plain scripts instead: generate with --layout plain --out rehearsal, then rehearse --out rehearsal.',
  );
}

/** A script of the version, read from disk. Throws a Refusal if it cannot be read. */
export const readScript = ({ folder }: RehearsedVersion, path: string): string =>
  readText(join(folder, path));

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refusal(
      `${path} cannot be read: ${messageOf(error)}`,
      'Restore it from version control, or rewrite the version: generate --replace',
    );
  }
}

function isRelationship(value: unknown): boolean {
  const side = v.object({
    ...{ list: v.string(), path: v.string(), refList: v.string() },
    ...{ many: v.boolean(), isUnique: v.boolean(), isNotNullable: v.boolean() },
    isIndexed: v.nullable(v.boolean()),
    mongooseOptions: v.object({}),
  });
  const relationship = v.object({
    kind: v.string(),
    cardinality: v.picklist(['N:1', '1:N', '1:1', 'N:N']),
    left: side,
    right: v.nullable(side),
    tableName: v.string(),
    columnName: v.nullable(v.string()),
    collection: v.string(),
  });
  return v.is(relationship, value);
}
