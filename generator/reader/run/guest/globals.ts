/** The global variables of Node that are not part of the language. */
import path from 'path-browserify';
import type { Stop } from '../findings.ts';
import { inert, outsideOf } from './inert.ts';
import type { Host, Request } from './request.ts';
import { callOfUser, meet, meetings } from './world.ts';

type Call = (...args: unknown[]) => unknown;

interface Timer {
  readonly id: number;
  readonly at: number;
  readonly call: () => unknown;
}

/** What `process.exit` throws. */
export class Exit extends Error {}

/** In the order in which they are due. */
let timers: readonly Timer[] = [];
let latest = 0;
let time = 0;
/** Set when the program has ended itself. */
export let exit: Stop | null = null;

/** Runs the next timer; false if there is none. */
export function runTimer(): boolean {
  const [first, ...others] = timers;
  if (first === undefined || exit !== null) return false;
  timers = others;
  time = first.at;
  first.call();
  return true;
}

function startTimer(call: Call, after = 0, ...args: unknown[]): unknown {
  latest += 1;
  const timer = { id: latest, at: time + Math.max(1, Number(after) || 0), call: () => call(...args) };
  timers = [...timers, timer].sort((one, other) => one.at - other.at);
  const handle = { ref: () => handle, unref: () => handle, [Symbol.toPrimitive]: () => timer.id };
  return handle;
}

function stopTimer(timer: unknown): void {
  timers = timers.filter(({ id }) => id !== Number(timer));
}

/** The variables of the environment. The use of an unknown one is noted. */
function environment(known: Readonly<Record<string, string>>): object {
  const set = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== ''));
  const isKnown = (key: string | symbol): boolean => {
    if (typeof key !== 'string' || key in set || Object.hasOwn(known, key)) return true;
    meet('variable', key);
    return meetings.world === 'plain';
  };
  return new Proxy(set, {
    get: (_target, key) => (isKnown(key) ? Reflect.get(set, key) : '1'),
    has: (_target, key) => !isKnown(key) || key in set,
    set: (_target, key, value) => Reflect.set(set, key, String(value)),
  });
}

function processOf({ cwd, env, entries }: Request): object {
  let folder = cwd;
  const process: object = Object.assign(inert({ kind: 'other', name: 'the process' }), {
    env: environment(env),
    argv: ['node', entries[0] ?? ''],
    execArgv: [],
    cwd: () => folder,
    chdir: (to: unknown) => {
      folder = path.resolve(folder, String(to));
    },
    exit(status: unknown = ''): never {
      exit ??= { kind: 'exit', message: `process.exit(${status})`, call: callOfUser(new Error().stack) };
      throw new Exit('process.exit');
    },
    nextTick: (call: Call, ...args: unknown[]) => void Promise.resolve().then(() => call(...args)),
    on: () => process,
    once: () => process,
    emitWarning: () => undefined,
    exitCode: undefined,
    binding: undefined,
  });
  return process;
}

/** What decorators do: TypeScript's helper asks `Reflect.decorate`. Decorators from packages do nothing. */
function decorate(decorators: Call[], target: object, key?: string, descriptor?: object): unknown {
  const own = decorators.filter((each) => outsideOf(each) === null);
  const start = key === undefined ? target : descriptor;
  return own.reduceRight<unknown>(
    (made, each) => (key === undefined ? each(made) : each(target, key, made)) ?? made,
    start,
  );
}

/** Defines the global variables. */
export function defineGlobals(request: Request, host: Host): void {
  const other = (name: string): object => inert({ kind: 'other', name });
  const missing = 'URLSearchParams TextEncoder TextDecoder fetch crypto Intl AbortController'.split(' ');
  const globals: Record<string, unknown> = {
    ...Object.fromEntries(missing.map((name) => [name, other(name)])),
    global: globalThis,
    process: processOf(request),
    console: new Proxy({}, { get: () => () => undefined }),
    setTimeout: startTimer,
    setInterval: startTimer,
    setImmediate: (call: Call, ...args: unknown[]) => startTimer(call, 0, ...args),
    clearTimeout: stopTimer,
    clearInterval: stopTimer,
    clearImmediate: stopTimer,
    structuredClone: (value: unknown) => host.lodash().cloneDeep?.(value),
    URL: function Url(given: unknown, base: unknown = given) {
      const start = /^\w+:/.test(String(given)) ? given : base;
      if (!String(start).startsWith('file:')) return other('a URL');
      const parts = host.url(String(given), String(base));
      return { ...parts, toString: () => parts.href };
    },
    Buffer: Object.assign(other('Buffer'), { isBuffer: () => false }),
  };
  const { random } = Math;
  if (meetings.world === 'rich') Math.random = () => 1 - random();
  String.prototype.localeCompare = function (other: string) {
    return host.compare(String(this), String(other));
  };
  Object.defineProperty(Reflect, 'decorate', { value: decorate });
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
}
