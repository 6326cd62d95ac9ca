import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Refusal } from '../refusal.ts';

/** The folder in which the runner has its migrations, as it is. */
export interface RunnerFolder {
  /**
   * The paths of its files, below it, with forward slashes; not those of the version that is written anew. Only asked where
   * the files have numbers: a runner without them may have its files in the folder of the whole project.
   */
  readonly paths: () => readonly string[];
  /** The paths of the version that is written anew. */
  readonly own: readonly string[];
  /** The text of a file; null where there is none. */
  readonly read: (path: string) => string | null;
}

/**
 * Reads a folder, which may be missing. `own` are the files in it that are to be written anew.
 *
 * @throws Refusal, when asked, where something in it cannot be read
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
      `The folder of the migration runner cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Nothing was written: choose the folder with --migrations, or make this one readable.',
    );
  }
}
