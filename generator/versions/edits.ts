import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checksum, type Version } from './manifest.ts';

/** A file of a version that is edited or missing, or an `extra` file in its folder. */
export interface Edit {
  /** From the out folder, with forward slashes. */
  readonly path: string;
  readonly file: string;
  readonly state: 'edited' | 'missing' | 'extra';
}

/** Finds edited files by their checksum, missing files, and extra files in the folders of the versions. */
export function findEdits(out: string, versions: readonly Version[]): Edit[] {
  return versions.flatMap(({ id, files }) => [
    ...Object.entries(files).flatMap(([path, expected]): Edit[] => {
      const file = join(out, path);
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return [{ path, file, state: 'missing' }];
      return checksum(readFileSync(file, 'utf8')) === expected ? [] : [{ path, file, state: 'edited' }];
    }),
    ...filesBelow(out, id)
      .filter((path) => !(path in files))
      .map((path): Edit => ({ path, file: join(out, path), state: 'extra' })),
  ]);
}

/** Leaves out hidden files, which operating systems and editors create. */
function filesBelow(out: string, folder: string): string[] {
  if (!existsSync(join(out, folder))) return [];
  return readdirSync(join(out, folder), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(out, path) : [path];
    });
}
