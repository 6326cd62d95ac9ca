import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The folder in which the runner has its migrations, as it is. */
export interface RunnerFolder {
  /** The paths of its files, below it, with forward slashes; not those of the version that is written anew. */
  readonly paths: readonly string[];
  /** The paths of the version that is written anew. */
  readonly own: readonly string[];
  /** The text of a file; null where there is none. */
  readonly read: (path: string) => string | null;
}

/** Reads a folder, which may be missing. `own` are the files in it that are to be written anew. */
export function readFolder(folder: string, own: readonly string[]): RunnerFolder {
  const isFolder = existsSync(folder) && statSync(folder).isDirectory();
  const all = isFolder ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const known = new Set(own);
  return {
    paths: all
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll('\\', '/'))
      .filter((path) => !known.has(path)),
    own,
    read: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null),
  };
}
