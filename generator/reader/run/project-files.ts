import path from 'node:path';
import { namesAskedFor } from '../modules/compiled-names.ts';
import { isDirectory, namesIn, readText } from '../modules/files.ts';
import { newResolver, type Resolution } from '../modules/resolve.ts';
import type { ProjectFiles, Request } from './guest/request.ts';
import { projectFolder } from './project-folder.ts';

/**
 * What a run may read.
 *
 * @param resolutions what the first reading has resolved
 */
export function projectFiles(
  { cwd, entries, lists }: Request,
  resolutions: ReadonlyMap<string, Resolution>,
): ProjectFiles {
  const { resolve } = newResolver(new Map(resolutions));
  const folder = projectFolder(cwd, [...entries, ...lists.map(([, file]) => file)]);
  /** What a function gives for a path; null if the run may not read it. */
  const readable =
    <Given extends readonly unknown[], Result>(read: (file: string, ...given: Given) => Result) =>
    (file: string, ...given: Given): Result | null => {
      const real = folder.readable(file);
      return real === null ? null : read(real, ...given);
    };
  return {
    resolve(specifier, from) {
      const resolution = resolve(specifier, from);
      if (resolution.kind !== 'file') return resolution;
      const isPath = specifier.startsWith('.') || path.isAbsolute(specifier);
      if (!isPath) folder.addPackageOf(resolution.path);
      return folder.readable(resolution.path) === null ? { kind: 'missing' } : resolution;
    },
    names: readable((directory, by: string | null) => {
      const names = isDirectory(directory) ? namesIn(directory) : null;
      const text = by === null ? null : readText(by);
      const shown = namesAskedFor(names ?? [], { name: by ?? '', text: text ?? '' });
      return (
        names?.map((name, index) => ({
          name: shown[index] ?? name,
          isFolder: isDirectory(path.join(directory, name)),
        })) ?? null
      );
    }),
    text: readable(readText),
    kind: readable((file) => (isDirectory(file) ? 'folder' : 'file')),
  };
}
