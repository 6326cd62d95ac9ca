/** `fs`, which reads the project's folder and writes nothing. */
import path from 'path-browserify';
import { inert } from './inert.ts';
import type { ProjectFiles } from './request.ts';
import { callOfUser, meet, meetings } from './world.ts';

type Call = (...args: never[]) => unknown;

interface Options {
  readonly withFileTypes?: boolean;
  readonly recursive?: boolean;
  readonly throwIfNoEntry?: boolean;
  readonly encoding?: string;
}

/** The path that a path or URL means. */
export const toPath = (given: unknown): string =>
  path.resolve(decodeURIComponent(String(given).replace(/^file:\/\//, '')));

function fault(file: string): Error {
  meet('file', file);
  return Object.assign(new Error(`ENOENT: no such file or directory, '${file}'`), { code: 'ENOENT' });
}

const tests = (kind: 'file' | 'folder') => ({
  isFile: () => kind === 'file',
  isDirectory: () => kind === 'folder',
  isSymbolicLink: () => false,
});

/** The module. Each function has three forms: `readdirSync`, `readdir` with a callback, and `promises.readdir`. */
export function fileSystem(files: ProjectFiles): { readonly promises: object } {
  const readdir = (given: unknown, options: Options = {}): unknown[] => {
    const folder = toPath(given);
    const names = files.names(folder, callOfUser(new Error().stack)?.file ?? null);
    if (names === null) throw fault(folder);
    return names.flatMap(({ name, isFolder }) => {
      const entry = { name, path: folder, parentPath: folder, ...tests(isFolder ? 'folder' : 'file') };
      const inner = options.recursive && isFolder ? readdir(path.join(folder, name), options) : [];
      const below = inner.map((each) => (typeof each === 'string' ? `${name}/${each}` : each));
      return [options.withFileTypes ? entry : name, ...below];
    });
  };
  const stat = (given: unknown, options: Options = {}): unknown => {
    const kind = files.kind(toPath(given));
    if (kind !== null) return { ...tests(kind), size: 0, mtimeMs: 0 };
    if (options.throwIfNoEntry === false) return undefined;
    throw fault(toPath(given));
  };
  const existsSync = (given: unknown): boolean => {
    if (files.kind(toPath(given)) !== null) return true;
    meet('file', toPath(given));
    return meetings.world === 'rich';
  };
  const calls: Record<string, Call> = {
    readdir,
    stat,
    lstat: stat,
    realpath: toPath,
    readFile(given: unknown, options?: string | Options) {
      const text = files.text(toPath(given));
      if (text === null) throw fault(toPath(given));
      const encoding = typeof options === 'string' ? options : options?.encoding;
      return encoding ? text : { toString: () => text, length: text.length };
    },
    access(given: unknown) {
      if (!existsSync(given)) throw fault(toPath(given));
    },
  };
  for (const name of ['writeFile', 'appendFile', 'mkdir', 'unlink', 'rm', 'rmdir', 'copyFile', 'rename']) {
    calls[name] = () => undefined;
  }
  const fs = Object.assign(inert({ kind: 'other', name: "the module 'fs'" }) as Record<string, unknown>, {
    existsSync,
    constants: { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 },
    promises: {} as Record<string, Call>,
  });
  for (const [name, call] of Object.entries(calls)) {
    const late = async (...args: never[]) => call(...args);
    fs[`${name}Sync`] = call;
    fs.promises[name] = late;
    fs[name] = (...args: never[]) => {
      const done = args.pop() as unknown as (error: unknown, value?: unknown) => void;
      late(...args).then((value) => done(null, value), done);
    };
  }
  return fs;
}
