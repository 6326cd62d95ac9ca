import path from 'node:path';
import { ts } from '../syntax.ts';
import { field, foldersUp, isFile, readJson, readText } from './files.ts';

/** The packages that are part of the project: their folders by name. */
export function ownPackages(folder: string): ReadonlyMap<string, string> {
  return new Map([...findWorkspaces(folder), ...findLinked(folder)]);
}

/** Whether a package.json of a folder or above names a package as a dependency. */
export function isDependency(name: string, folder: string): boolean {
  return foldersUp(folder).some((at) => dependenciesOf(at)[name] !== undefined);
}

/** The nearest folder that has a package.json. */
export function packageFolder(folder: string): string | undefined {
  return foldersUp(folder).find((at) => isFile(path.join(at, 'package.json')));
}

/** The dependencies of every kind that the package.json of a folder names, with their versions. */
export function dependenciesOf(folder: string): Readonly<Record<string, unknown>> {
  const manifest = readJson(path.join(folder, 'package.json'));
  const kinds = ['optionalDependencies', 'peerDependencies', 'devDependencies', 'dependencies'];
  return Object.assign({}, ...kinds.map((kind) => field(manifest, kind)));
}

/** The folders that dependencies name with `link:`, `portal:` or `file:`. The nearest package.json counts, as for Node. */
function findLinked(folder: string): readonly [name: string, folder: string][] {
  return foldersUp(folder)
    .reverse()
    .flatMap((at) =>
      Object.entries(dependenciesOf(at)).flatMap(([name, version]): [string, string][] => {
        const [, target] = /^(?:link|portal|file):(.+)$/.exec(String(version)) ?? [];
        return target === undefined ? [] : [[name, path.resolve(at, target)]];
      }),
    );
}

/** The packages of the nearest monorepo. */
function findWorkspaces(folder: string): readonly [name: string, folder: string][] {
  for (const root of foldersUp(folder)) {
    const manifests = patternsIn(root)
      .filter((pattern) => !pattern.startsWith('!'))
      .map((pattern) => path.posix.join(pattern, 'package.json'));
    if (manifests.length === 0) continue;
    const files = ts.sys.readDirectory(root, ['.json'], ['**/node_modules'], manifests);
    return files.map((file) => [String(field(readJson(file), 'name')), path.dirname(file)]);
  }
  return [];
}

/** The patterns of package folders, as npm, yarn, lerna and pnpm write them. */
function patternsIn(root: string): readonly string[] {
  const workspaces = field(readJson(path.join(root, 'package.json')), 'workspaces');
  const lerna = field(readJson(path.join(root, 'lerna.json')), 'packages');
  const lists = [workspaces, field(workspaces, 'packages'), lerna].filter(Array.isArray);
  const yaml = path.join(root, 'pnpm-workspace.yaml');
  const pnpm = (isFile(yaml) ? readText(yaml) : null) ?? '';
  // Items of other lists in that file name no folders of packages.
  const items = pnpm.matchAll(/^\s*-\s*['"]?([^'"#\n]+?)['"]?\s*(?:#.*)?$/gm);
  return [
    ...lists.flat().filter((each) => typeof each === 'string'),
    ...[...items].map(([, item = '']) => item),
  ];
}
