import vm from 'node:vm';
import { ts } from '../../../generator/reader/syntax.ts';
import type { Program } from './generate.ts';

/** What a program did: the lists that it created, as lines, or the exception that ended it. */
export type Outcome = { readonly lists: readonly string[] } | { readonly exception: string };

type Config = Record<string, unknown>;

/** Runs a program in Node, in a context of its own, with stand-ins that record what is created. */
export async function runInNode(program: Program): Promise<Outcome> {
  const created = new Map<string, string[]>();
  const failures: string[] = [];
  const timers: { readonly at: number; readonly order: number; readonly call: () => void }[] = [];
  let time = 0;
  const start = (call: (...args: unknown[]) => void, after = 0, ...args: unknown[]) => {
    timers.push({
      at: time + Math.max(1, Number(after) || 0),
      order: timers.length,
      call: () => call(...args),
    });
  };
  const global: Config = {
    setTimeout: start,
    setImmediate: (call: () => void) => start(call),
    queueMicrotask: (call: () => void) => void Promise.resolve().then(call),
    process: { env: {}, nextTick: (call: () => void) => void Promise.resolve().then(call) },
  };
  const context = vm.createContext(global);
  const run = (code: string, file: string): unknown =>
    vm.runInContext(code, context, { filename: file, timeout: 2000 });
  global.global = run('globalThis', 'global');
  // Node's own would give objects of another context.
  global.structuredClone = run(
    `const copy = (value) => typeof value !== 'object' || value === null ? value
      : Array.isArray(value) ? value.map(copy)
      : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)])); copy`,
    'structured-clone',
  );
  const type = (name: string): Config => ({ type: name, implementation: class {} });
  const Keystone = run(
    `(record => class Keystone {
    lists = {};
    createList(key, config) {
      const { fields } = (config.plugins || []).reduce((made, plugin) => plugin(made), config);
      record(key, Object.entries(fields).map(([path, field]) => [path, { ...field }]));
      return (this.lists[key] = { key });
    }
  })`,
    'keystone',
  ) as (record: (key: string, fields: [string, Config][]) => void) => unknown;
  const exportsOf: Readonly<Record<string, unknown>> = {
    '@keystonejs/keystone': {
      Keystone: Keystone((key, fields) => {
        created.set(
          key,
          fields.flatMap(([path, { type, ref, many }]) =>
            (type as Config).type === 'Relationship'
              ? [`${key}.${path} -> ${ref}${many ? ', many' : ''}`]
              : [],
          ),
        );
      }),
    },
    '@keystonejs/fields': { Text: type('Text'), Relationship: type('Relationship') },
  };
  const modules = new Map<string, { exports: unknown }>();
  let main: unknown;
  const load = (name: string): unknown => {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const file = Object.keys(program).find((each) => each.replace(/\.\w+$/, '') === name) ?? '';
    const text = program[file] ?? '';
    const code = file.endsWith('.ts') ? ts.transpile(text, { target: ts.ScriptTarget.ES2022 }) : text;
    const module = { exports: run('({})', 'exports') };
    main ??= module;
    modules.set(name, module);
    const require = (specifier: string): unknown => exportsOf[specifier] ?? load(specifier.replace('./', ''));
    require.main = main;
    const call = run(`(function (exports, require, module, __filename, __dirname) {${code}\n})`, file) as (
      ...args: unknown[]
    ) => void;
    call.call(module.exports, module.exports, require, module, file, '.');
    return module.exports;
  };
  const fail = (error: unknown): void => void failures.push(String(error));
  process.on('unhandledRejection', fail);
  try {
    load('index');
    for (;;) {
      await new Promise((done) => setImmediate(done));
      const [next] = timers.sort((one, other) => one.at - other.at || one.order - other.order);
      if (next === undefined || failures.length > 0) break;
      timers.shift();
      time = next.at;
      next.call();
    }
  } catch (error) {
    fail(error);
  } finally {
    // Rejections that are still on their way belong to this program.
    await new Promise((done) => setImmediate(done));
    process.off('unhandledRejection', fail);
  }
  const [exception] = failures;
  return exception === undefined
    ? { lists: [...created].flatMap(([key, lines]) => [key, ...lines]).sort() }
    : { exception };
}
