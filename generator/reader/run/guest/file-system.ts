/** `fs`, to read the project's folder with. Nothing is written. */
import path from 'path-browserify';
import { inert } from './inert.ts';
import type { Ask } from './modules.ts';
import { callOfUser, meet, meetings } from './world.ts';

type Call = (...args: never[]) => unknown;

interface Options {
  readonly withFileTypes?: boolean;
  readonly recursive?: boolean;
  readonly throwIfNoEntry?: boolean;
}

const join = (folder: string, name: string): string => `${folder.replace(/[\\/]$/, '')}/${name}`;
/** Paths are relative to the working directory; a URL is taken as well. */
const toPath = (given: unknown): string =>
  path.resolve(decodeURIComponent(String(given).replace(/^file:\/\//, '')));

function fault(file: string): Error {
  meet('file', file);
  return Object.assign(new Error(`ENOENT: no such file or directory, '${file}'`), { code: 'ENOENT' });
}

/** The module, in its three forms: `readdirSync`, `readdir` with a callback, and `promises.readdir`. */
export function fileSystem(ask: Ask): { readonly promises: object } {
  const kindOf = (path: string) => ask({ ask: 'kind', path });

  const readdir = (given: unknown, options: Options = {}): unknown => {
    const folder = toPath(given);
    const by = callOfUser(new Error().stack)?.file ?? null;
    const names = ask({ ask: 'names', path: folder, by });
    if (names === null) throw fault(folder);
    return names.flatMap(({ name, isFolder }) => {
      const entry = { name, path: folder, parentPath: folder, ...kinds(isFolder ? 'folder' : 'file') };
      const inner = options.recursive && isFolder ? (readdir(join(folder, name), options) as unknown[]) : [];
      const below = inner.map((each) => (typeof each === 'string' ? `${name}/${each}` : each));
      return [options.withFileTypes ? entry : name, ...below];
    });
  };

  const readFile = (given: unknown, options?: string | { encoding?: string }): unknown => {
    const file = toPath(given);
    const text = ask({ ask: 'text', path: file });
    if (text === null) throw fault(file);
    const encoding = typeof options === 'string' ? options : options?.encoding;
    return encoding ? text : { toString: () => text, length: text.length };
  };

  const stat = (given: unknown, options: Options = {}): unknown => {
    const kind = kindOf(toPath(given));
    if (kind === null && options.throwIfNoEntry === false) return undefined;
    if (kind === null) throw fault(toPath(given));
    return { ...kinds(kind), size: 0, mtimeMs: 0 };
  };

  const exists = (given: unknown): boolean => {
    if (kindOf(toPath(given)) !== null) return true;
    meet('file', toPath(given));
    return meetings.world === 'rich';
  };

  const calls: Record<string, Call> = {
    readdir,
    readFile,
    stat,
    lstat: stat,
    realpath: (given: unknown) => toPath(given),
    access(given: unknown) {
      if (!exists(given)) throw fault(toPath(given));
    },
  };
  for (const name of ['writeFile', 'appendFile', 'mkdir', 'unlink', 'rm', 'rmdir', 'copyFile', 'rename']) {
    calls[name] = () => undefined;
  }
  const synchronous = Object.entries(calls).map(([name, call]) => [`${name}Sync`, call]);
  const late = Object.entries(calls).map(([name, call]) => [name, withCallback(call)]);
  const promises = Object.entries(calls).map(([name, call]) => [
    name,
    async (...args: never[]) => call(...args),
  ]);
  const others = inert({ kind: 'other', name: "the module 'fs'" }) as { readonly promises: object };
  return Object.assign(others, {
    ...Object.fromEntries(synchronous),
    ...Object.fromEntries(late),
    existsSync: exists,
    constants: { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 },
    promises: Object.fromEntries(promises),
  });
}

function kinds(kind: 'file' | 'folder'): Record<string, () => boolean> {
  return {
    isFile: () => kind === 'file',
    isDirectory: () => kind === 'folder',
    isSymbolicLink: () => false,
  };
}

const withCallback =
  (call: Call): Call =>
  (...args) => {
    const done = args.pop() as unknown as (error: unknown, value?: unknown) => void;
    Promise.resolve()
      .then(() => call(...args))
      .then(
        (value) => done(null, value),
        (error) => done(error),
      );
  };
