import fs from 'node:fs';
import path from 'node:path';
import { namesAskedFor } from '../modules/compiled-names.ts';
import { foldersUp, isDirectory, isInside, namesIn, readText, realPath } from '../modules/files.ts';
import { packageFolder } from '../modules/packages.ts';
import { newResolver, type Resolution } from '../modules/resolve.ts';
import type { ProjectFiles, Request } from './guest/request.ts';

/** Larger files have no list definitions in them. */
const largestFile = 4 * 1024 * 1024;

/**
 * What a run may read: the folder of the project that the entry files belong to. It is that of their repository, else that
 * of the nearest package.json, else their own. The working directory counts if they are below it.
 *
 * @param resolutions what the first reading has resolved
 */
export function projectFiles(
  { cwd, entries, lists }: Request,
  resolutions: ReadonlyMap<string, Resolution>,
): ProjectFiles {
  const { resolve } = newResolver(new Map(resolutions));
  const roots = new Set<string | null>();
  const packageOf = (file: string): string => packageFolder(path.dirname(file)) ?? path.dirname(file);
  for (const file of [...entries, ...lists.map(([, file]) => file)]) {
    const repository = foldersUp(path.dirname(file)).find((at) => fs.existsSync(path.join(at, '.git')));
    roots.add(realPath(repository ?? packageOf(file)));
    if (isInside(cwd, file)) roots.add(realPath(cwd));
  }
  /** The path without symbolic links; null if the run may not read it. */
  const readable = (file: string): string | null => {
    const real = realPath(file);
    if (real === null || ![...roots].some((root) => root !== null && isInside(root, real))) return null;
    const stat = fs.statSync(real);
    return stat.isDirectory() || (stat.isFile() && stat.size <= largestFile) ? real : null;
  };
  return {
    resolve(specifier, from) {
      const resolution = resolve(specifier, from);
      if (resolution.kind !== 'file') return resolution;
      // The project links the package that a name means.
      const isPath = specifier.startsWith('.') || path.isAbsolute(specifier);
      if (!isPath) roots.add(realPath(packageOf(resolution.path)));
      return readable(resolution.path) === null ? { kind: 'missing' } : resolution;
    },
    names(folder, by) {
      const real = readable(folder);
      const names = real === null || !isDirectory(real) ? null : namesIn(real);
      if (real === null || names === null) return null;
      const shown = namesAskedFor(names, { name: by ?? '', text: (by === null ? null : readText(by)) ?? '' });
      return names.map((name, index) => ({
        name: shown[index] ?? name,
        isFolder: isDirectory(path.join(real, name)),
      }));
    },
    text(file) {
      const real = readable(file);
      return real === null ? null : readText(real);
    },
    kind(file) {
      const real = readable(file);
      if (real === null) return null;
      return isDirectory(real) ? 'folder' : 'file';
    },
  };
}
