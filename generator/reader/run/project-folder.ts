import fs from 'node:fs';
import path from 'node:path';
import { isDirectory, isFile, isInside, realPath } from '../modules/files.ts';

/** Larger files have no list definitions in them. */
const largestFile = 4 * 1024 * 1024;

/** What of the file system a run may read. Paths are followed through symbolic links before they are looked at. */
export interface ProjectFolder {
  /** The real path, where it may be read; null elsewhere, and where nothing is there. */
  readable(file: string): string | null;
  /** Lets a run also read the package that a file belongs to: one that the project links. */
  addPackageOf(file: string): void;
}

/**
 * The folder of the project that entry files belong to: that of their repository, else that of the nearest package.json,
 * else their own. The working directory counts where they are below it.
 */
export function projectFolder(cwd: string, entries: readonly string[]): ProjectFolder {
  const roots = new Set<string>();
  const add = (folder: string): void => {
    const real = realPath(folder);
    if (real !== null) roots.add(real);
  };
  for (const entry of entries) {
    add(holding('.git', entry) ?? packageOf(entry));
    if (isInside(cwd, entry)) add(cwd);
  }
  return {
    addPackageOf: (file) => add(packageOf(file)),
    readable(file) {
      const real = realPath(file);
      if (real === null || ![...roots].some((root) => isInside(root, real))) return null;
      if (isDirectory(real)) return real;
      return isFile(real) && fs.statSync(real).size <= largestFile ? real : null;
    },
  };
}

/** The nearest folder above a file that has something of that name; null where there is none. */
function holding(name: string, file: string): string | null {
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, name))) return at;
    if (at === path.dirname(at)) return null;
  }
}

const packageOf = (file: string): string => holding('package.json', file) ?? path.dirname(file);
