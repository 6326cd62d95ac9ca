/** Packages that only compute, or whose effect on a run is known. */
import path from 'path-browserify';
import pluralize from 'pluralize';
import { folderPackages } from '../../keystone/facts.ts';
import { inert } from './inert.ts';
import type { Host } from './request.ts';
import { callOfUser } from './world.ts';

type RequireFrom = (from: string) => (specifier: string) => unknown;

/** What a package exports; null if it is not known. */
export function purePackage(name: string, host: Host, requireFrom: RequireFrom): unknown {
  const [lodash, member] = /^lodash(?:-es)?(?:[./](\w+))?$/.exec(name) ?? [];
  // `lodash.isplainobject` and `lodash/isPlainObject` are one function.
  if (member !== undefined)
    return Object.entries(host.lodash()).find(([key]) => key.toLowerCase() === member.toLowerCase())?.[1];
  if (lodash !== undefined) return host.lodash();
  if (/^dotenv(\/|$)/.test(name)) return { config: () => ({ parsed: inert({ kind: 'package', name }) }) };
  if (name === 'pluralize') return pluralize;
  if (folderPackages.includes(name)) return requireFolder(host, requireFrom);
  if (name === 'esm') return ({ filename }: { filename: string }) => requireFrom(filename);
  return null;
}

/** `requireDirectory(module, './lists')` and `requireAll(__dirname + '/lists')`. With options they are stand-ins. */
function requireFolder(host: Host, requireFrom: RequireFrom): unknown {
  const read = (folder: string, by: string): unknown => {
    const files = (host.names(folder, by) ?? []).flatMap(({ name, isFolder }) => {
      const file = path.join(folder, name);
      const key = nameInFolder(name, isFolder);
      if (key === null || file === by) return [];
      return [[key, isFolder ? read(file, by) : requireFrom(by)(file)]];
    });
    return Object.fromEntries(files);
  };
  return (first: string | { filename?: string }, second: unknown = '.', ...options: unknown[]) => {
    const by = callOfUser(new Error().stack)?.file ?? '';
    if (typeof first === 'string' && second === '.') return read(path.resolve(first), by);
    if (typeof first !== 'object' || !first.filename || typeof second !== 'string' || options.length > 0)
      return inert({ kind: 'package', name: 'require-directory' });
    return read(path.resolve(path.dirname(first.filename), second), by);
  };
}

/** The name under which they give a file or an inner folder; null if they leave it out. */
function nameInFolder(file: string, isFolder: boolean): string | null {
  if (file.startsWith('.')) return null;
  return isFolder ? file : (/^(.*)\.js(?:on)?$/.exec(file)?.[1] ?? null);
}
