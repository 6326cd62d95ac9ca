import type { Resolution } from '../../modules/resolve.ts';

/**
 * How the world outside the project behaves in a run. `plain`: variables are not set, and packages do nothing and hold
 * nothing. `set`: the same, but variables are set. `rich`: variables are set, packages call the functions that they are
 * given and hold one thing of each kind, files exist, and the clock shows another time. If a plain and a rich world give
 * the same lists, the world outside does not decide about them.
 */
export type World = 'plain' | 'set' | 'rich';

/** A run. */
export interface Request {
  readonly world: World;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths of the entry files, in order. */
  readonly entries: readonly string[];
  /** Lists given by hand: a file by key. */
  readonly lists: readonly (readonly [key: string, file: string])[];
}

/** What a run may ask about the project. */
export interface ProjectFiles {
  resolve(specifier: string, from: string): Resolution;
  /** The names in a folder, as the file `by` expects them; null if it is no folder of the project. */
  names(
    folder: string,
    by: string | null,
  ): readonly { readonly name: string; readonly isFolder: boolean }[] | null;
  text(file: string): string | null;
  kind(path: string): 'file' | 'folder' | null;
}

/** The functions of lodash that stand-ins use take and give anything. */
export type Lodash = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** All that the engine gets from outside. */
export interface Host extends ProjectFiles {
  /** The function of a CommonJS module that a file is. */
  compile(path: string): unknown;
  /** Compares two strings in the order of English: the engine itself knows no language. */
  compare(one: string, other: string): number;
  /** The parts of the URL of a file. */
  url(given: string, base: string): { readonly href: string; readonly pathname: string };
  /** Loads lodash. */
  lodash(): Lodash;
}
