import { isBuiltin } from 'node:module';
import path from 'node:path';
import { keystoneImport } from '../keystone/facts.ts';
import { aliasResolver } from './aliases.ts';
import { field, isDirectory, isFile, readJson } from './files.ts';
import { findOwnFile, isAlias, isListed } from './own-folders.ts';
import { findLinked, findWorkspaces } from './workspaces.ts';

/** What the text of an import means. */
export type Resolution =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string; readonly mayBeAlias?: true }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'missing' }
  /** A name that nothing says the meaning of, and that is no package's. */
  | { readonly kind: 'alias' };

export interface Resolver {
  /** `from` is the absolute path of the importing file. */
  resolve(specifier: string, from: string): Resolution;
  /** What was resolved so far, by folder and the text of the import. */
  readonly known: ReadonlyMap<string, Resolution>;
}

const javascript = ['.js', '.cjs', '.mjs', '.json', '.jsx', '.ts', '.tsx', '.cts', '.mts'];
const typescript = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.d.ts'];

function extensionsFor(file: string): readonly string[] {
  return /\.[cm]?tsx?$/.test(file) ? typescript : javascript;
}

/** Makes a resolver that has resolved what is in `known`. */
export function newResolver(known = new Map<string, Resolution>()): Resolver {
  const resolveAlias = aliasResolver();
  const workspaces = new Map<string, ReadonlyMap<string, string>>();

  const resolveBare = (specifier: string, from: string): Resolution => {
    if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, '') };
    // Keystone is never read, not even where it is a neighbour in the same repository.
    if (keystoneImport(specifier) !== null) return { kind: 'package', name: specifier };
    const aliased = resolveAlias(specifier, from) ?? moduleAlias(specifier, from);
    if (aliased !== null) return { kind: 'file', path: aliased };
    const folder = path.dirname(from);
    const packages = workspaces.get(folder) ?? new Map([...findWorkspaces(folder), ...findLinked(folder)]);
    workspaces.set(folder, packages);
    const local = resolveWorkspace(specifier, packages, extensionsFor(from));
    const file = local ?? findOwnFile(specifier, from, extensionsFor(from));
    if (file !== null) return { kind: 'file', path: file };
    if (isAlias(specifier)) return { kind: 'alias' };
    const isPackage = !specifier.includes('/') || isListed(specifier, folder);
    return { kind: 'package', name: specifier, ...(!isPackage && { mayBeAlias: true }) };
  };

  return {
    known,
    resolve(specifier, from) {
      const key = `${path.dirname(from)}\0${specifier}`;
      const former = known.get(key);
      if (former !== undefined) return former;
      const isPath = /^(\.{0,2}\/|\.{1,2}$)/.test(specifier) || path.isAbsolute(specifier);
      const resolution = isPath ? resolvePath(specifier, from) : resolveBare(specifier, from);
      known.set(key, resolution);
      return resolution;
    },
  };
}

/** What `_moduleAliases` in a package.json says of a name, for the package module-alias. */
function moduleAlias(specifier: string, from: string): string | null {
  for (let at = path.dirname(from); at !== path.dirname(at); at = path.dirname(at)) {
    const aliases = field(readJson(path.join(at, 'package.json')), '_moduleAliases');
    const names = Object.keys(Object(aliases)).filter((name) => `${specifier}/`.startsWith(`${name}/`));
    const [name] = names.sort((a, b) => b.length - a.length);
    const target = name === undefined ? undefined : field(aliases, name);
    if (name !== undefined && typeof target === 'string') {
      return findFile(path.join(at, target, specifier.slice(name.length)), extensionsFor(from));
    }
  }
  return null;
}

function resolvePath(specifier: string, from: string): Resolution {
  const target = path.resolve(path.dirname(from), specifier);
  const found = findFile(target, extensionsFor(from), specifier.endsWith('/'));
  return found === null ? { kind: 'missing' } : { kind: 'file', path: found };
}

/** The file that a path without its extension means, or the folder's own: as `require` looks for it. */
export function findFile(target: string, extensions: readonly string[], isFolder = false): string | null {
  if (!isFolder) {
    const candidates = [target, ...extensions.map((extension) => target + extension), ...sourcesOf(target)];
    const found = candidates.find(isFile);
    if (found !== undefined) return found;
  }
  return isDirectory(target) ? findInFolder(target, extensions) : null;
}

/** TypeScript is imported under the name of the JavaScript that is made from it. */
function sourcesOf(target: string): readonly string[] {
  const match = /^(.*)\.([cm]?)js(x?)$/.exec(target);
  if (match === null) return [];
  const [, stem, kind, x] = match;
  return [`${stem}.${kind}ts${x}`, `${stem}.tsx`];
}

function findInFolder(folder: string, extensions: readonly string[]): string | null {
  const main = field(readJson(path.join(folder, 'package.json')), 'main');
  if (typeof main === 'string' && path.resolve(folder, main) !== folder) {
    const found = findFile(path.resolve(folder, main), extensions);
    if (found !== null) return found;
  }
  return findIndex(folder, extensions);
}

export function findIndex(folder: string, extensions: readonly string[]): string | null {
  const found = extensions.map((extension) => path.join(folder, `index${extension}`)).find(isFile);
  return found ?? null;
}

/** A file of a workspace package: what its package.json says where that is there, else the usual places. */
function resolveWorkspace(
  specifier: string,
  packages: ReadonlyMap<string, string>,
  extensions: readonly string[],
): string | null {
  const [name, subpath] = splitSpecifier(specifier);
  const folder = packages.get(name);
  if (folder === undefined) return null;
  if (subpath !== '') {
    const places = [path.join(folder, subpath), path.join(folder, 'src', subpath)];
    return places.map((place) => findFile(place, extensions)).find((found) => found !== null) ?? null;
  }
  const manifest = readJson(path.join(folder, 'package.json'));
  const entries = [field(manifest, 'source'), mainExport(manifest), field(manifest, 'module')];
  const places = [...entries.filter((entry) => typeof entry === 'string'), '.', 'src', 'lib'];
  const found = places.map((place) => findFile(path.resolve(folder, place), extensions));
  return found.find((file) => file !== null) ?? null;
}

/** `exports['.']` of a package.json, whichever condition comes first. */
function mainExport(manifest: unknown): unknown {
  let entry = field(manifest, 'exports');
  entry = field(entry, '.') ?? entry;
  while (typeof entry === 'object' && entry !== null) [entry] = Object.values(entry);
  return entry;
}

/** `@scope/name/sub/path` as `['@scope/name', 'sub/path']`. */
export function splitSpecifier(specifier: string): [name: string, subpath: string] {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return [parts.slice(0, length).join('/'), parts.slice(length).join('/')];
}
