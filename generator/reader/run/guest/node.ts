/** The modules of Node that list files use, if they only compute or read the project's folder. */
import { EventEmitter } from 'events';
import path from 'path-browserify';
import { fileSystem, toPath } from './file-system.ts';
import { inert } from './inert.ts';
import type { ProjectFiles } from './request.ts';

type Call = (...args: unknown[]) => unknown;

const util = {
  promisify:
    (call: Call) =>
    (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        // The callback of setTimeout comes first.
        if ((call as unknown) === setTimeout) setTimeout(resolve, Number(args[0]), args[1]);
        else call(...args, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value)));
      }),
  inherits(Class: { prototype: object }, Parent: { prototype: object }): void {
    Object.setPrototypeOf(Class.prototype, Parent.prototype);
  },
  deprecate: (call: unknown) => call,
  isArray: Array.isArray,
};

/** Modules, and members of modules, that are not here are stand-ins. */
export function builtinModule(name: string, files: ProjectFiles, requireFrom: Call): unknown {
  const rest = (members: object): object => Object.assign(inert({ kind: 'package', name }), members);
  switch (name) {
    case 'path':
    case 'path/posix':
      return path;
    case 'events':
      return EventEmitter;
    case 'util':
      return rest(util);
    case 'assert':
    case 'assert/strict':
      // In an app that starts, every assertion holds.
      return inert({ kind: 'harmless', name });
    case 'fs':
      return fileSystem(files);
    case 'fs/promises':
      return fileSystem(files).promises;
    case 'url':
      return rest({ URL, fileURLToPath: toPath, pathToFileURL: (file: string) => new URL(`file://${file}`) });
    case 'module':
      return rest({ createRequire: (from: unknown) => requireFrom(toPath(from)) });
    case 'process':
      return process;
  }
  return rest({});
}
