import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plan } from '../plan/index.ts';
import { Refusal } from '../refusal.ts';
import type { Script } from '../render/index.ts';
import { presentVersions } from './compare.ts';
import { checksum, coverageOf, manifestFile, readManifest, type Version } from './manifest.ts';

/**
 * Writes a version: its folder, under the next free number, and its entry in the manifest. The files are
 * written beside and moved into place, the manifest last, so that an interrupted run leaves no half version.
 * Returns the id of the version. Refuses where the folder cannot be written.
 */
export function writeVersion(out: string, name: string, plan: Plan, scripts: readonly Script[]): string {
  try {
    mkdirSync(out, { recursive: true });
    const versions = presentVersions(readManifest(out), out);
    const id = nextId(out, name, versions);
    const version: Version = {
      id,
      ...coverageOf(plan),
      files: Object.fromEntries(scripts.map(({ path, text }) => [path, checksum(text)])),
    };
    placeFolder(out, id, scripts);
    placeFile(out, manifestFile({ manifestVersion: 1, versions: [...versions, version] }));
    return id;
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof Error)) throw error;
    throw new Refusal(
      `${out} cannot be written: ${error.message}`,
      'Nothing was written: choose another folder with --out, or make this one writable.',
    );
  }
}

/** Numbers count on from the last version; one that a folder of another name has is passed over. */
function nextId(out: string, name: string, versions: readonly Version[]): string {
  const folders = readdirSync(out);
  for (let number = Math.max(0, ...versions.map(({ id }) => numberOf(id))) + 1; ; number++) {
    const id = `${String(number).padStart(4, '0')}_${name}`;
    if (!folders.some((folder) => folder !== id && numberOf(folder) === number)) return id;
  }
}

const numberOf = (id: string): number => Number.parseInt(id, 10);

function placeFolder(out: string, id: string, scripts: readonly Script[]): void {
  const target = join(out, id);
  if (existsSync(target)) {
    const same = scripts.every(({ path, text }) => readIfThere(join(target, path)) === text);
    if (same) return;
    throw new Refusal(
      `${target} is there, but not in the manifest, and holds other files.`,
      'Move it away, or choose another name with --name.',
    );
  }
  withTemporaryFolder(out, (temporary) => {
    for (const { path, text } of scripts) {
      const file = join(temporary, 'version', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    renameSync(join(temporary, 'version'), target);
  });
}

function placeFile(out: string, { path, text }: { path: string; text: string }): void {
  withTemporaryFolder(out, (temporary) => {
    writeFileSync(join(temporary, path), text);
    renameSync(join(temporary, path), join(out, path));
  });
}

function withTemporaryFolder(out: string, use: (folder: string) => void): void {
  const folder = mkdtempSync(join(out, '.writing-'));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const readIfThere = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);
