import path from 'node:path';
import { dependencyKinds, field, isDirectory, isFile, namesIn, readJson, readText } from './files.ts';

/**
 * The packages of the monorepo that a folder is in: their folders by name. Empty outside a monorepo.
 */
export function findWorkspaces(folder: string): ReadonlyMap<string, string> {
  for (let at = folder; ; at = path.dirname(at)) {
    const patterns = patternsIn(at);
    if (patterns.length > 0) return packagesIn(at, patterns);
    if (at === path.dirname(at)) return new Map();
  }
}

/**
 * The folders that the package.json of a folder, and of those above it, name as dependencies: `link:`, `portal:` and `file:`
 * with a path. The nearest counts, as it does for Node.
 */
export function findLinked(folder: string): ReadonlyMap<string, string> {
  const linked = new Map<string, string>();
  for (let at = folder; ; at = path.dirname(at)) {
    const manifest = readJson(path.join(at, 'package.json'));
    for (const kind of dependencyKinds) {
      for (const [name, version] of Object.entries(field(manifest, kind) ?? {})) {
        const [, target] = /^(?:link|portal|file):(.+)$/.exec(String(version)) ?? [];
        if (target !== undefined && !linked.has(name)) linked.set(name, path.resolve(at, target));
      }
    }
    if (at === path.dirname(at)) return linked;
  }
}

/** What the root of a monorepo says about its packages, in the ways of npm, yarn, pnpm and lerna. */
function patternsIn(root: string): readonly string[] {
  const workspaces = field(readJson(path.join(root, 'package.json')), 'workspaces');
  const lerna = field(readJson(path.join(root, 'lerna.json')), 'packages');
  const yaml = path.join(root, 'pnpm-workspace.yaml');
  const pnpm = pnpmPatterns((isFile(yaml) ? readText(yaml) : null) ?? '');
  return [...texts(workspaces), ...texts(field(workspaces, 'packages')), ...texts(lerna), ...pnpm];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The items below `packages:`; the file holds hardly anything else. */
function pnpmPatterns(yaml: string): readonly string[] {
  const lines = yaml.split('\n');
  const start = lines.findIndex((line) => /^packages\s*:/.test(line));
  if (start < 0) return [];
  const patterns: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const item = /^\s*-\s*['"]?([^'"#]+?)['"]?\s*(#.*)?$/.exec(line);
    if (item?.[1] !== undefined) patterns.push(item[1]);
    else if (/^\S/.test(line)) break;
  }
  return patterns;
}

function packagesIn(root: string, patterns: readonly string[]): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  for (const pattern of patterns.filter((each) => !each.startsWith('!'))) {
    for (const folder of expand(
      root,
      pattern.split('/').filter((part) => part !== '' && part !== '.'),
    )) {
      const name = field(readJson(path.join(folder, 'package.json')), 'name');
      if (typeof name === 'string') packages.set(name, folder);
    }
  }
  return packages;
}

/** The folders that a pattern means: `*` stands for one name or a part of it, `**` for any depth. */
function expand(folder: string, parts: readonly string[]): readonly string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  if (part === '**') {
    return [...expand(folder, rest), ...foldersIn(folder).flatMap((inner) => expand(inner, parts))];
  }
  if (!part.includes('*')) return expand(path.join(folder, part), rest);
  const pattern = new RegExp(`^${part.split('*').map(escapeText).join('.*')}$`);
  const matching = foldersIn(folder).filter((inner) => pattern.test(path.basename(inner)));
  return matching.flatMap((inner) => expand(inner, rest));
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function foldersIn(folder: string): readonly string[] {
  const names = namesIn(folder) ?? [];
  return names
    .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
    .map((name) => path.join(folder, name))
    .filter(isDirectory);
}
