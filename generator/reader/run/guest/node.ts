/** The modules of Node that list files use, as far as they compute or read the project's folder. */
import { EventEmitter } from 'events';
import path from 'path-browserify';
import { fileSystem } from './file-system.ts';
import { inert } from './inert.ts';
import type { Ask } from './modules.ts';

interface Context {
  readonly ask: Ask;
  readonly requireFrom: (from: string) => unknown;
}

const toPath = (url: unknown): string => decodeURIComponent(String(url).replace(/^file:\/\//, ''));

/** `promisify` as `util` has it: the callback comes last, and is told of an error first. */
const promisify =
  (call: (...args: unknown[]) => unknown) =>
  (...args: unknown[]) =>
    new Promise((resolve, reject) => {
      call(...args, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value)));
    });

const util = {
  promisify,
  callbackify:
    (call: (...args: unknown[]) => Promise<unknown>) =>
    (...args: unknown[]) => {
      const done = args.pop() as (error: unknown, value?: unknown) => void;
      call(...args).then((value) => done(null, value), done);
    },
  inherits(Class: { prototype: object }, Parent: { prototype: object }): void {
    Object.setPrototypeOf(Class.prototype, Parent.prototype);
  },
  deprecate: (call: unknown) => call,
  format: (...parts: unknown[]) => parts.map(String).join(' '),
  inspect: (value: unknown) => String(value),
  isArray: Array.isArray,
  types: {
    isPromise: (value: unknown) => value instanceof Promise,
    isDate: (value: unknown) => value instanceof Date,
  },
};

function assert(holds: unknown, message?: unknown): void {
  if (!holds)
    throw message instanceof Error ? message : new Error(String(message ?? 'The assertion does not hold'));
}

Object.assign(assert, {
  ok: assert,
  equal: (one: unknown, other: unknown, message?: unknown) => assert(one === other, message),
  strictEqual: (one: unknown, other: unknown, message?: unknown) => assert(Object.is(one, other), message),
  notStrictEqual: (one: unknown, other: unknown, message?: unknown) =>
    assert(!Object.is(one, other), message),
  notEqual: (one: unknown, other: unknown, message?: unknown) => assert(one !== other, message),
});

/** What `require` gives for a module of Node. What is not here is a stand-in. */
export function builtinModule(name: string, { ask, requireFrom }: Context): unknown {
  switch (name) {
    case 'path':
    case 'path/posix':
      return path;
    case 'events':
      return EventEmitter;
    case 'util':
      return util;
    case 'assert':
    case 'assert/strict':
      return assert;
    case 'fs':
      return fileSystem(ask);
    case 'fs/promises':
      return fileSystem(ask).promises;
    case 'url':
      return {
        URL,
        URLSearchParams,
        fileURLToPath: toPath,
        pathToFileURL: (file: string) => new URL(`file://${file}`),
      };
    case 'module':
      return { createRequire: (from: unknown) => requireFrom(toPath(from)) };
    case 'process':
      return process;
    case 'timers':
      return { setTimeout, setImmediate, setInterval };
    case 'timers/promises':
      return {
        setTimeout: async (_after: number, value: unknown) => value,
        setImmediate: async (value: unknown) => value,
      };
  }
  return inert({ kind: 'package', name });
}
