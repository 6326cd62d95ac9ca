import { isBuiltin } from 'node:module';
import path from 'node:path';
import { keystoneImport } from '../keystone/facts.ts';
import { compilerOptions, findAliased } from './aliases.ts';
import { field, foldersUp, isDirectory, isFile, readJson } from './files.ts';
import { isDependency, ownPackages, packageFolder } from './packages.ts';

/** What the text of an import means. */
export type Resolution =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string; readonly mayBeAlias?: true }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'missing' }
  /** A name that cannot be a package's, and that nothing explains. */
  | { readonly kind: 'alias' };

export interface Resolver {
  /** `from` is the absolute path of the importing file. */
  resolve(specifier: string, from: string): Resolution;
  /** What was resolved so far, by folder and the text of the import. */
  readonly known: ReadonlyMap<string, Resolution>;
}

const javascript = ['.js', '.cjs', '.mjs', '.json', '.jsx', '.ts', '.tsx', '.cts', '.mts'];
const typescript = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.d.ts'];

/** Makes a resolver that has resolved what is in `known`. */
export function newResolver(known = new Map<string, Resolution>()): Resolver {
  const optionsOf = once(compilerOptions);
  const packagesOf = once(ownPackages);

  const resolveName = (specifier: string, from: string, extensions: readonly string[]): Resolution => {
    if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, '') };
    // Keystone is never read, even if it is in the same repository.
    if (keystoneImport(specifier) !== null) return { kind: 'package', name: specifier };
    const folder = path.dirname(from);
    const file =
      findAliased(specifier, from, optionsOf(folder)) ??
      findModuleAlias(specifier, folder, extensions) ??
      findInPackage(specifier, packagesOf(folder), extensions) ??
      findOwnFile(specifier, folder, extensions);
    if (file !== null) return { kind: 'file', path: file };
    // npm has no such names.
    if (/^(@\/|[~#$%])/.test(specifier)) return { kind: 'alias' };
    const isPackage = !specifier.includes('/') || isDependency(packageName(specifier), folder);
    return { kind: 'package', name: specifier, ...(!isPackage && { mayBeAlias: true }) };
  };

  return {
    known,
    resolve(specifier, from) {
      const key = `${path.dirname(from)}\0${specifier}`;
      const former = known.get(key);
      if (former !== undefined) return former;
      const isPath = /^(\.{0,2}\/|\.{1,2}$)/.test(specifier) || path.isAbsolute(specifier);
      const extensions = /\.[cm]?tsx?$/.test(from) ? typescript : javascript;
      const resolution = isPath
        ? resolvePath(specifier, from, extensions)
        : resolveName(specifier, from, extensions);
      known.set(key, resolution);
      return resolution;
    },
  };
}

/** A function of a folder that is computed once for each. */
function once<Result>(make: (folder: string) => Result): (folder: string) => Result {
  const made = new Map<string, Result>();
  return (folder) => {
    const result = made.get(folder) ?? make(folder);
    made.set(folder, result);
    return result;
  };
}

function resolvePath(specifier: string, from: string, extensions: readonly string[]): Resolution {
  const target = path.resolve(path.dirname(from), specifier);
  const found = specifier.endsWith('/') ? findInFolder(target, extensions) : findFile(target, extensions);
  return found === null ? { kind: 'missing' } : { kind: 'file', path: found };
}

/** The file that a path without its extension means, or that of the folder: as `require` looks for it. */
export function findFile(target: string, extensions: readonly string[]): string | null {
  // TypeScript is imported under the name of the JavaScript that is made from it.
  const [, stem, kind, x] = /^(.*)\.([cm]?)js(x?)$/.exec(target) ?? [];
  const sources = stem === undefined ? [] : [`${stem}.${kind}ts${x}`, `${stem}.tsx`];
  const candidates = [target, ...extensions.map((extension) => target + extension), ...sources];
  return candidates.find(isFile) ?? findInFolder(target, extensions);
}

function findInFolder(folder: string, extensions: readonly string[]): string | null {
  if (!isDirectory(folder)) return null;
  const main = field(readJson(path.join(folder, 'package.json')), 'main');
  const target = path.resolve(folder, typeof main === 'string' ? main : '.');
  const found = target === folder ? null : findFile(target, extensions);
  return found ?? extensions.map((extension) => path.join(folder, `index${extension}`)).find(isFile) ?? null;
}

function findFirst(places: readonly string[], extensions: readonly string[]): string | null {
  return places.map((place) => findFile(place, extensions)).find((file) => file !== null) ?? null;
}

/** What `_moduleAliases` in a package.json says about a name, for the package module-alias. */
function findModuleAlias(specifier: string, folder: string, extensions: readonly string[]): string | null {
  for (const at of foldersUp(folder)) {
    const aliases = Object(field(readJson(path.join(at, 'package.json')), '_moduleAliases'));
    const names = Object.keys(aliases).filter((name) => `${specifier}/`.startsWith(`${name}/`));
    const [name] = names.sort((a, b) => b.length - a.length);
    if (name !== undefined)
      return findFile(path.join(at, String(aliases[name]), specifier.slice(name.length)), extensions);
  }
  return null;
}

/**
 * The file of the project that an import without `./` means. Bundlers, Babel and NODE_PATH can make the project's own
 * folders searchable, which nothing that is read here says. A dependency is a package in any case.
 */
function findOwnFile(specifier: string, folder: string, extensions: readonly string[]): string | null {
  const root = packageFolder(folder);
  if (root === undefined || isDependency(packageName(specifier), root)) return null;
  return findFirst([path.join(root, specifier), path.join(root, 'src', specifier)], extensions);
}

/** A file of a package of the project: one that its package.json names and that exists, else one at the usual places. */
function findInPackage(
  specifier: string,
  packages: ReadonlyMap<string, string>,
  extensions: readonly string[],
): string | null {
  const name = packageName(specifier);
  const folder = packages.get(name);
  if (folder === undefined) return null;
  const subpath = specifier.slice(name.length + 1);
  if (subpath !== '')
    return findFirst([path.join(folder, subpath), path.join(folder, 'src', subpath)], extensions);
  const manifest = readJson(path.join(folder, 'package.json'));
  const entries = [
    field(manifest, 'source'),
    mainExport(manifest),
    field(manifest, 'module'),
    '.',
    'src',
    'lib',
  ];
  const places = entries.filter((entry) => typeof entry === 'string');
  return findFirst(
    places.map((place) => path.resolve(folder, place)),
    extensions,
  );
}

/** `exports['.']` of a package.json, under its first condition. */
function mainExport(manifest: unknown): unknown {
  let entry = field(manifest, 'exports');
  entry = field(entry, '.') ?? entry;
  while (typeof entry === 'object' && entry !== null) [entry] = Object.values(entry);
  return entry;
}

/** `@scope/name` of `@scope/name/sub/path`. */
function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
