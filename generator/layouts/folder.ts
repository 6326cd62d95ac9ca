import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Refusal } from '../refusal.ts';
import { messageOf } from '../text/system-error.ts';

/** The migrations folder of the runner, before anything is written. */
export interface RunnerFolder {
  /**
   * The paths of its files, with forward slashes, without those in `own`. Called only for runners that number their files. The
   * folder of any other runner may be the whole project.
   */
  readonly paths: () => readonly string[];
  /** The files of the version that is being rewritten. */
  readonly own: readonly string[];
  /** The text of a file; null if it does not exist. */
  readonly read: (path: string) => string | null;
}

/**
 * Reads a folder lazily. The folder may be missing.
 *
 * @param own the files of the version that is being rewritten
 * @throws Refusal, from the methods of the result, if something cannot be read
 */
export function readFolder(folder: string, own: readonly string[]): RunnerFolder {
  const known = new Set(own);
  return {
    paths: () =>
      orRefuse(() =>
        existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [],
      )
        .filter((entry) => !entry.isDirectory())
        .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll('\\', '/'))
        .filter((path) => !known.has(path)),
    own,
    read: (path) =>
      orRefuse(() => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null)),
  };
}

function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Refusal(
      `The folder of the migration runner cannot be read: ${messageOf(error)}`,
      'Nothing was written: choose the folder with --migrations, or make this one readable.',
    );
  }
}
