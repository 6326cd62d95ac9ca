/** `require`, as Node has it for CommonJS: each file runs once, and a file that still runs gives what it has exported so far. */
import type { Resolution } from '../../modules/resolve.ts';
import { inert } from './inert.ts';
import { builtinModule } from './node.ts';
import { keystonePackage } from './packages.ts';
import { purePackage } from './pure-packages.ts';
import type { Host } from './request.ts';
import { doubt, meet } from './world.ts';

interface Module {
  exports: unknown;
  readonly id: string;
  readonly filename: string;
}

type Require = ((specifier: string) => unknown) & Record<string, unknown>;

const { parse } = JSON;

const folderOf = (file: string): string => file.replace(/[\\/][^\\/]*$/, '') || '/';

/**
 * Makes a function that gives what a file exports, once it has run.
 *
 * @param main the first entry
 */
export function newLoader(host: Host, main: string): (path: string) => unknown {
  const cache: Record<string, Module> = {};
  const packages: Record<string, unknown> = {};

  const load = (path: string): unknown => {
    const known = cache[path];
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {}, id: path, filename: path };
    cache[path] = module;
    if (path.endsWith('.json')) {
      const text = host.text(path);
      module.exports = text === null ? missing(path) : parse(text);
    } else if (/\.([cm]?[jt]s|[jt]sx)$/.test(path) || !/\.\w+$/.test(path)) run(module);
    else module.exports = inert({ kind: 'file', name: path });
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
      // A module that imports this one would wait for it. Here it does not.
      if (result instanceof Promise && filename !== main)
        doubt(`'${filename}' awaits something before it has run`);
    } catch (error) {
      delete cache[filename];
      throw error;
    }
  };

  const missing = (name: string): never => {
    meet('file', name);
    return inert({ kind: 'file', name });
  };

  const resolve = (specifier: unknown, from: string): Resolution => {
    if (typeof specifier !== 'string') throw new TypeError('The name of a module is not a string');
    return host.resolve(specifier, from);
  };

  const packageOf = (name: string): unknown =>
    keystonePackage(name, host) ?? purePackage(name, host, requireFrom) ?? inert({ kind: 'package', name });

  const requireFrom = (from: string): Require => {
    const require = ((specifier: string) => {
      const resolution = resolve(specifier, from);
      switch (resolution.kind) {
        case 'file':
          return load(resolution.path);
        case 'builtin':
          return builtinModule(resolution.name, host, requireFrom as never);
        case 'package':
          packages[resolution.name] ??= packageOf(resolution.name);
          return packages[resolution.name];
        default:
          return missing(specifier);
      }
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

  return load;
}
