import path from 'node:path';
import { dependencyKinds, field, isFile, readJson } from './files.ts';
import { findFile, splitSpecifier } from './resolve.ts';

/**
 * The file of the project itself that an import without `./` means. Bundlers, Babel and NODE_PATH can
 * be told to look in the project's own folders, where nothing that is read here says so. What a package.json
 * depends on is a package all the same.
 */
export function findOwnFile(specifier: string, from: string, extensions: readonly string[]): string | null {
  const root = packageRoot(path.dirname(from));
  if (root === null || isListed(specifier, root)) return null;
  const places = [path.join(root, specifier), path.join(root, 'src', specifier)];
  return places.map((place) => findFile(place, extensions)).find((file) => file !== null) ?? null;
}

/** Whether an import can be no package's, since npm has no such names: `@/lists`, `~/lists`, `#lists`. */
export function isAlias(specifier: string): boolean {
  return /^(@\/|[~#$%])/.test(specifier);
}

/** The nearest folder that has a package.json. */
function packageRoot(folder: string): string | null {
  for (let at = folder; ; at = path.dirname(at)) {
    if (isFile(path.join(at, 'package.json'))) return at;
    if (at === path.dirname(at)) return null;
  }
}

/** Whether the package.json of a folder, or of one above as in a monorepo, lists the package of an import. */
export function isListed(specifier: string, folder: string): boolean {
  const [name] = splitSpecifier(specifier);
  for (let at = folder; ; at = path.dirname(at)) {
    const manifest = readJson(path.join(at, 'package.json'));
    if (dependencyKinds.some((kind) => field(field(manifest, kind), name) !== undefined)) return true;
    if (at === path.dirname(at)) return false;
  }
}
