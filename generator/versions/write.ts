import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plan } from '../plan/index.ts';
import { Refusal } from '../refusal.ts';
import { messageOf } from '../text/system-error.ts';
import { presentVersions } from './compare.ts';
import { checksum, coverageOf, type Manifest, manifestFile, readManifest, type Version } from './manifest.ts';
import { finishOthers, isHalfMoved, type OutFile, placeFiles } from './place.ts';

/** A version to write. It replaces the version of the same id in the manifest, if there is one. */
export interface NewVersion {
  /** The name of its folder, from {@link nextId}: `0001_arcade`. */
  readonly id: string;
  readonly plan: Plan;
  /** All its files. Their paths start from the out folder. */
  readonly files: readonly OutFile[];
  /** Files of the user that get an entry for it, such as a migration runner's list. They are not part of the version. */
  readonly lists?: readonly OutFile[];
}

export interface WriteOptions {
  /** The manifest that the version was planned with. The default is the current one. */
  readonly manifest?: Manifest;
  /** Whether files that were edited by hand may be overwritten. */
  readonly force?: boolean;
}

/** What writing a version changes. Paths start from the out folder. */
export interface VersionChanges {
  readonly write: readonly OutFile[];
  readonly remove: readonly string[];
}

/**
 * Writes a version: its files and its entry in the manifest, all or nothing. Does not touch files that are up to date.
 *
 * @param out the out folder, which is created if it is missing
 * @returns what was changed
 * @throws Refusal if the files cannot be written, if that would overwrite files that were edited by hand, if another run is
 *   writing, or if the manifest has changed since the version was planned
 */
export function writeVersion(out: string, version: NewVersion, options: WriteOptions = {}): VersionChanges {
  const { manifest = readManifest(out) } = options;
  const changes = changesOf(out, version, { ...options, manifest });
  if (changes.write.length + changes.remove.length === 0) return changes;
  orRefuse(out, () => placeFiles(out, changes.write, changes.remove, () => refuseChanged(out, manifest)));
  return changes;
}

/**
 * Writes files of versions again, all or nothing.
 *
 * @throws Refusal if they cannot be written, or if another run is writing
 */
export const writeFiles = (out: string, files: readonly OutFile[]): void =>
  orRefuse(out, () => placeFiles(out, files, [], () => {}));

/**
 * Finishes or undoes a run that was cut off. Call this before reading the manifest.
 *
 * @throws Refusal while another run writes
 */
export const finishCutOff = (out: string): void => orRefuse(out, () => finishOthers(out));

function orRefuse<T>(out: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof Error)) throw error;
    throw new Refusal(
      `${out} cannot be written: ${messageOf(error)}`,
      isHalfMoved(out)
        ? 'Some files are already in place: fix this and run generate again, which moves the others.'
        : "Nothing was written: make the folder writable, or choose another one with --out (--migrations for a runner's files).",
    );
  }
}

/**
 * What {@link writeVersion} would change.
 *
 * @throws Refusal if that would overwrite or remove files that were edited by hand, or if a file cannot be read
 */
export const changesOf = (out: string, version: NewVersion, options: WriteOptions = {}): VersionChanges =>
  orRefuse(out, () => compareWithFiles(out, version, options));

function compareWithFiles(
  out: string,
  { id, plan, files, lists = [] }: NewVersion,
  { manifest = readManifest(out), force = false }: WriteOptions,
): VersionChanges {
  const present = presentVersions(manifest, out);
  const version: Version = {
    id,
    ...coverageOf(plan),
    files: Object.fromEntries(files.map(({ path, text }) => [path, checksum(text)])),
  };
  const versions = present.some((other) => other.id === id)
    ? present.map((other) => (other.id === id ? version : other))
    : [...present, version];
  // The files of replaced versions, and of versions whose folder was deleted, belong to no version any more.
  const released: Version['files'] = Object.assign(
    {},
    ...manifest.versions.filter((other) => !versions.includes(other)).map((other) => other.files),
  );

  const checksums = new Map<string, string | null>();
  const current = (path: string): string | null => {
    if (!checksums.has(path)) checksums.set(path, checksumOf(join(out, path)));
    return checksums.get(path) ?? null;
  };
  const write = files.filter(({ path, text }) => current(path) !== checksum(text));
  const remove = Object.keys(released).filter((path) => !(path in version.files) && current(path) !== null);
  const edited = [...write.map(({ path }) => path), ...remove].filter(
    (path) => current(path) !== null && current(path) !== released[path],
  );
  if (edited.length > 0 && !force) throw editsWouldBeLost(out, edited);

  const entries = [...lists, manifestFile({ ...manifest, versions })];
  return {
    write: [...write, ...entries.filter(({ path, text }) => current(path) !== checksum(text))],
    remove,
  };
}

/** The id of a new version: the number after the last one that no other folder has. */
export function nextId(out: string, name: string, { versions }: Manifest): string {
  const folders = existsSync(out) && statSync(out).isDirectory() ? readdirSync(out) : [];
  const present = versions.map(({ id }) => id).filter((id) => folders.includes(id));
  for (let number = Math.max(0, ...present.map(numberOf)) + 1; ; number++) {
    const id = `${String(number).padStart(4, '0')}_${name}`;
    if (!folders.some((folder) => folder !== id && numberOf(folder) === number)) return id;
  }
}

const numberOf = (id: string): number => Number.parseInt(id, 10);

const checksumOf = (path: string): string | null =>
  existsSync(path) ? checksum(readFileSync(path, 'utf8')) : null;

function refuseChanged(out: string, manifest: Manifest): void {
  if (manifestFile(readManifest(out)).text === manifestFile(manifest).text) return;
  throw new Refusal(
    `Another run has written to ${out} in the meantime.`,
    'Nothing was written: run this again.',
  );
}

const editsWouldBeLost = (out: string, paths: readonly string[]): Refusal =>
  new Refusal(
    [
      'These files are not as arcade-migrate wrote them, and their content would be lost:',
      ...paths.map((path) => `  ${relative(process.cwd(), join(out, path)).replaceAll('\\', '/')}`),
    ].join('\n'),
    'Nothing was written. Save your edits elsewhere, then overwrite the files with --force.',
  );
