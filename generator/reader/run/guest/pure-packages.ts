/** Packages that compute and do nothing else, or whose effect on a run is known. */
import path from 'path-browserify';
import pluralize from 'pluralize';
import { folderPackages } from '../../keystone/facts.ts';
import { inert } from './inert.ts';
import type { Ask } from './modules.ts';
import { callOfUser } from './world.ts';

interface Context {
  /** The functions of lodash, which take long to load and are seldom needed. */
  readonly lodash: () => Readonly<Record<string, unknown>>;
  readonly requireFrom: (from: string) => (specifier: string) => unknown;
  readonly ask: Ask;
}

/** What a package exports; null for one that is not known. */
export function purePackage(name: string, context: Context): unknown {
  const { lodash, requireFrom } = context;
  const [isLodash, member] = /^lodash(?:-es)?(?:[./](\w+))?$/.exec(name) ?? [];
  if (member === 'fp') return null;
  // `lodash.isplainobject` and `lodash/isPlainObject` are one function.
  if (member !== undefined) return named(lodash(), member);
  if (isLodash !== undefined) return lodash();
  if (/^dotenv(\/|$)/.test(name)) return { config: () => ({ parsed: inert({ kind: 'package', name }) }) };
  if (name === 'pluralize') return pluralize;
  if (folderPackages.includes(name)) return requireFolder(context);
  if (name === 'esm') return ({ filename }: { filename: string }) => requireFrom(filename);
  return null;
}

/** `requireDirectory(module, './lists')` and `requireAll(__dirname + '/lists')`. With options they are stand-ins. */
function requireFolder({ ask, requireFrom }: Context): unknown {
  const read = (folder: string, by: string): unknown => {
    const names = ask({ ask: 'names', path: folder, by }) ?? [];
    const files = names.flatMap(({ name, isFolder }) => {
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
    const isPlain = options.length === 0 && typeof second === 'string';
    if (typeof first !== 'object' || first.filename === undefined || !isPlain)
      return inert({ kind: 'package', name: 'require-directory' });
    return read(path.resolve(path.dirname(first.filename), second), by);
  };
}

/** The name under which they give a file or an inner folder; null if they leave it out. */
function nameInFolder(file: string, isFolder: boolean): string | null {
  if (file.startsWith('.')) return null;
  return isFolder ? file : (/^(.*)\.js(?:on)?$/.exec(file)?.[1] ?? null);
}

function named(members: Readonly<Record<string, unknown>>, name: string): unknown {
  const key = Object.keys(members).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? null : members[key];
}
