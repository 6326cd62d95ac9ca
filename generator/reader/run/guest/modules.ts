/** `require`, as Node has it for CommonJS: each file runs once, and those under way give what they have exported so far. */
import type { Resolution } from '../../modules/resolve.ts';
import { inert } from './inert.ts';
import { builtinModule } from './node.ts';
import { keystonePackage } from './packages.ts';
import { purePackage } from './pure-packages.ts';
import type { Answers, Host, Question } from './request.ts';
import { doubt, meet } from './world.ts';

export interface Module {
  exports: unknown;
  readonly id: string;
  readonly filename: string;
  loaded: boolean;
  readonly children: readonly Module[];
  readonly paths: readonly string[];
}

/** Asks the main thread. */
export type Ask = <Kind extends Question['ask']>(
  question: Question & { readonly ask: Kind },
) => Answers[Kind];

type Require = ((specifier: string) => unknown) & Record<string, unknown>;

const { parse, stringify } = JSON;

/** What the files are loaded with. */
export interface Loader {
  /** What a file exports, once it has run. */
  load(path: string): unknown;
  /** Whether the file has run, or is running. */
  has(path: string): boolean;
  ask: Ask;
}

const folderOf = (file: string): string => file.replace(/[\\/][^\\/]*$/, '') || '/';

/** Makes the loader of a run. `main` is the first entry. */
export function newLoader(host: Host, main: string): Loader {
  const cache: Record<string, Module> = {};
  const packages = new Map<string, unknown>();

  const ask: Ask = (question) => parse(host.ask(stringify(question)));

  const load = (path: string): unknown => {
    const known = cache[path];
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {}, id: path, filename: path, loaded: false, children: [], paths: [] };
    cache[path] = module;
    if (path.endsWith('.json')) module.exports = jsonOf(path);
    else if (/\.([cm]?[jt]s|[jt]sx)$/.test(path) || !/\.\w+$/.test(path)) run(module);
    else module.exports = inert({ kind: 'file', name: path });
    module.loaded = true;
    return module.exports;
  };

  const run = (module: Module): void => {
    const { filename } = module;
    const folder = folderOf(filename);
    const meta = { url: `file://${filename}`, filename, dirname: folder };
    const args = [module.exports, requireFrom(filename), module, filename, folder, meta];
    try {
      const call = host.compile(filename) as (...args: unknown[]) => unknown;
      const result = call.apply(module.exports, args);
      // Whoever imports the module would wait for it, which is not done here.
      if (result instanceof Promise && filename !== main)
        doubt(`'${filename}' awaits something before it has run`);
    } catch (error) {
      delete cache[filename];
      throw error;
    }
  };

  const jsonOf = (path: string): unknown => {
    const text = ask({ ask: 'text', path });
    return text === null ? missing(path) : parse(text);
  };

  const missing = (name: string): never => {
    meet('file', name);
    return inert({ kind: 'file', name });
  };

  /** All files of a folder mean the same by an import. */
  const resolutions = new Map<string, Resolution>();
  const resolve = (specifier: string, from: string): Resolution => {
    const key = `${folderOf(from)} ${specifier}`;
    const resolution = resolutions.get(key) ?? ask({ ask: 'resolve', specifier, from });
    resolutions.set(key, resolution);
    return resolution;
  };

  const importModule = (specifier: string, from: string): unknown => {
    const resolution = resolve(specifier, from);
    switch (resolution.kind) {
      case 'file':
        return load(resolution.path);
      case 'builtin':
        return builtinModule(resolution.name, { ask, requireFrom });
      case 'package':
        if (!packages.has(resolution.name)) packages.set(resolution.name, packageOf(resolution.name));
        return packages.get(resolution.name);
      default:
        return missing(specifier);
    }
  };

  const requireFrom = (from: string): Require => {
    const require = ((specifier: string) => {
      if (typeof specifier !== 'string') throw new TypeError('The name of a module is not a string');
      return importModule(specifier, from);
    }) as Require;
    require.resolve = (specifier: string) => {
      const resolution = resolve(specifier, from);
      if (resolution.kind === 'file') return resolution.path;
      if (resolution.kind === 'builtin') return resolution.name;
      throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
    };
    require.cache = cache;
    require.main = cache[main];
    require.extensions = {};
    return require;
  };

  let lodash: Readonly<Record<string, unknown>> | null = null;
  const context = {
    lodash: () => {
      lodash ??= host.lodash();
      return lodash;
    },
    requireFrom,
    ask,
  };
  const packageOf = (name: string): unknown =>
    keystonePackage(name) ?? purePackage(name, context) ?? inert({ kind: 'package', name });

  return { load, has: (path) => path in cache, ask };
}
