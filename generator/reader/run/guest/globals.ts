/** The global variables that Node has beside those of the language. */
import path from 'path-browserify';
import { inert, outsideOf } from './inert.ts';
import type { Host, Request, Stop } from './request.ts';
import { callOfUser, meet, meetings } from './world.ts';

type Decorator = (...args: unknown[]) => unknown;

interface Timer {
  readonly at: number;
  readonly call: () => unknown;
}

/** What `process.exit` throws. */
export class Exit extends Error {}

const timers = new Map<number, Timer>();
let latest = 0;
let time = 0;
/** Set once the program has ended itself. */
export let exit: Stop | null = null;

/** Runs the timer that is due first. Gives whether there was one. */
export function runTimer(): boolean {
  const [first, ...others] = timers;
  if (first === undefined || exit !== null) return false;
  const [id, timer] = others.reduce((next, each) => (each[1].at < next[1].at ? each : next), first);
  timers.delete(id);
  time = timer.at;
  timer.call();
  return true;
}

function startTimer(call: (...args: unknown[]) => unknown, after = 0, ...args: unknown[]): unknown {
  latest += 1;
  const id = latest;
  timers.set(id, { at: time + Math.max(1, Number(after) || 0), call: () => call(...args) });
  const timer = { ref: () => timer, unref: () => timer, hasRef: () => true, [Symbol.toPrimitive]: () => id };
  return timer;
}

function stopTimer(timer: unknown): void {
  timers.delete(Number(timer));
}

/** The variables of the environment. One that is not known is not set, and is noted. */
function environment(known: Readonly<Record<string, string>>): object {
  const set = Object.entries(known).filter(([, value]) => value !== '');
  const target: Record<string, string> = Object.fromEntries(set);
  const isKnown = (key: string | symbol): boolean =>
    typeof key !== 'string' ||
    Object.hasOwn(target, key) ||
    Object.hasOwn(known, key) ||
    key in Object.prototype;
  return new Proxy(target, {
    get(_target, key) {
      if (isKnown(key)) return Reflect.get(target, key);
      meet('variable', String(key));
      return meetings.world === 'plain' ? undefined : '1';
    },
    has(_target, key) {
      if (isKnown(key)) return Reflect.has(target, key);
      meet('variable', String(key));
      return meetings.world !== 'plain';
    },
    set: (_target, key, value) => Reflect.set(target, key, String(value)),
  });
}

function processOf({ cwd, env, entries }: Request): object {
  const process = inert({ kind: 'other', name: 'the process' }) as Record<string, unknown>;
  const noop = (): object => process;
  let folder = cwd;
  return Object.assign(process, {
    env: environment(env),
    argv: ['node', entries[0] ?? ''],
    execArgv: [],
    cwd: () => folder,
    chdir: (to: unknown) => {
      folder = path.resolve(folder, String(to));
    },
    exit(status: unknown): never {
      exit ??= {
        kind: 'exit',
        message: `process.exit(${String(status ?? '')})`,
        call: callOfUser(new Error().stack),
      };
      throw new Exit('process.exit');
    },
    nextTick: (call: (...args: unknown[]) => unknown, ...args: unknown[]) =>
      void Promise.resolve().then(() => call(...args)),
    on: noop,
    once: noop,
    emitWarning: noop,
    exitCode: undefined,
    binding: undefined,
  });
}

/** `URL`, for those of files; any other is a stand-in. */
function FileUrl(given: unknown, base?: unknown): unknown {
  const isAbsolute = /^\w+:/.test(String(given));
  const start = String(isAbsolute ? given : base);
  if (!start.startsWith('file://')) return inert({ kind: 'other', name: 'a URL' });
  const folder = path.dirname(`${start.slice('file://'.length)}x`);
  const pathname = isAbsolute ? start.slice('file://'.length) : path.resolve(folder, String(given));
  const href = `file://${pathname}${/(^|\/)\.{0,2}$/.test(String(given)) ? '/' : ''}`;
  return { href, pathname: href.slice('file://'.length), protocol: 'file:', toString: () => href };
}

/** Copies plain data, as Node does. */
function structuredClone(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('It cannot be cloned');
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return new Date(value);
  if (value instanceof Map)
    return new Map([...value].map((entry) => entry.map(structuredClone) as [unknown, unknown]));
  if (value instanceof Set) return new Set([...value].map(structuredClone));
  if (Array.isArray(value)) return value.map(structuredClone);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, structuredClone(each)]));
}

/**
 * What decorators do: TypeScript's own helper leaves it to this function where it is there. Those that packages give do
 * nothing.
 */
function decorate(
  decorators: Decorator[],
  target: object,
  key?: string,
  given?: PropertyDescriptor | null,
): unknown {
  const own = decorators.filter((each) => outsideOf(each) === null).reverse();
  if (key === undefined) return own.reduce((made, each) => each(made) ?? made, target as unknown);
  const descriptor = given === null ? Object.getOwnPropertyDescriptor(target, key) : given;
  const made = own.reduce<unknown>((former, each) => each(target, key, former) ?? former, descriptor);
  if (made !== undefined) Object.defineProperty(target, key, made as PropertyDescriptor);
  return made;
}

/** Defines the global variables. */
export function defineGlobals(request: Request, compare: Host['compare']): void {
  const other = (name: string): unknown => inert({ kind: 'other', name });
  const silent = new Proxy({}, { get: () => () => undefined });
  const globals: Record<string, unknown> = {
    global: globalThis,
    process: processOf(request),
    console: silent,
    setTimeout: startTimer,
    setInterval: startTimer,
    setImmediate: (call: (...args: unknown[]) => unknown, ...args: unknown[]) => startTimer(call, 0, ...args),
    clearTimeout: stopTimer,
    clearInterval: stopTimer,
    clearImmediate: stopTimer,
    structuredClone,
    URL: FileUrl,
    Buffer: Object.assign(other('Buffer') as object, { isBuffer: () => false }),
  };
  for (const name of [
    'URLSearchParams',
    'TextEncoder',
    'TextDecoder',
    'fetch',
    'crypto',
    'Intl',
    'AbortController',
  ]) {
    if (!(name in globalThis)) globals[name] = other(name);
  }
  const { random } = Math;
  if (meetings.world === 'rich') Math.random = () => 1 - random();
  String.prototype.localeCompare = function (other: string) {
    return compare(String(this), String(other));
  };
  Object.defineProperty(Reflect, 'decorate', { value: decorate });
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
}
