/** A run, from inside the engine. The host calls `prepare`, then `next` until nothing is left, then asks for the findings. */
import type { RawFindings, Stop } from '../findings.ts';
import { defineGlobals, Exit, exit, runTimer } from './globals.ts';
import { isClass, isObject } from './inert.ts';
import { created, Keystone, replaced } from './keystone.ts';
import { newLoader } from './modules.ts';
import type { Host, Request } from './request.ts';
import { callOfUser, meetings } from './world.ts';

interface Run {
  /** Runs the next timer, or else the next entry; false if there is none. */
  next(): boolean;
  /** Notes an exception that nobody catches. */
  fail(error: unknown): void;
  findings(): RawFindings;
}

/** Prepares a run. */
export function prepare(host: Host, request: Request): Run {
  // The code of the user must not find it.
  Reflect.deleteProperty(globalThis, '$guest');
  meetings.world = request.world;
  defineGlobals(request, host);
  const steps = stepsOf(newLoader(host, request.entries[0] ?? ''), request);
  let failure: Stop | null = null;
  const fail = (error: unknown): void => {
    if (error instanceof Exit) return;
    const stack = isObject(error) ? (error.stack as string | undefined) : undefined;
    failure ??= { kind: 'exception', message: String(error), call: callOfUser(stack) };
  };
  return {
    next() {
      try {
        return runTimer() || (exit === null && !steps.next().done);
      } catch (error) {
        fail(error);
        return true;
      }
    },
    fail,
    findings: () => ({
      lists: created.lists,
      adapters: created.adapters,
      stop: failure ?? exit,
      doubt: meetings.doubt,
      outside: [...meetings.outside.values()],
    }),
  };
}

/** Loads the entries, calls the functions that they export, and creates the lists that are given by hand. */
function* stepsOf(load: (file: string) => unknown, { entries, lists }: Request): Generator {
  for (const [key] of lists) replaced.add(key);
  for (const entry of new Set(entries)) {
    const before = created.lists.length;
    const exports = load(entry);
    yield;
    // A file may export functions that create lists when they are given a Keystone instance.
    if (created.lists.length === before) for (const call of functionsIn(exports)) callWithKeystone(call);
    yield;
  }
  for (const [key, file] of lists) {
    replaced.delete(key);
    createByHand(key, load(file));
    yield;
  }
}

/** Creates a list that a file exports: its config, the config with that name, or a function that gives or creates it. */
function createByHand(key: string, exports: unknown): void {
  const whole = isObject(exports) && 'default' in exports ? exports.default : exports;
  const holder = [exports, whole].find((each) => isObject(each) && key in each) as
    | Record<string, unknown>
    | undefined;
  const given = holder === undefined ? (onlyConfig(whole) ?? whole) : holder[key];
  const keystone = new Keystone({});
  const made = created.keys.has(key) || typeof given !== 'function' ? given : given(keystone);
  const isWrapped = isObject(made) && !('fields' in made) && 'config' in made;
  if (!created.keys.has(key)) keystone.createList(key, (isWrapped ? made.config : made) as never);
}

/** The config that a file exports under another name, such as `UserSchema`, if it exports no other. */
function onlyConfig(exports: unknown): unknown {
  const isConfig = (value: unknown) => isObject(value) && ('fields' in value || 'config' in value);
  if (!isObject(exports) || isConfig(exports)) return null;
  const configs = Object.values(exports).filter(isConfig);
  return configs.length === 1 ? configs[0] : null;
}

/** Entries export much that has nothing to do with lists and needs more than a Keystone instance: it may fail. */
function callWithKeystone(call: (keystone: Keystone) => unknown): void {
  if (String(call).includes('createList')) call(new Keystone({}));
  else void new Promise((resolve) => resolve(call(new Keystone({})))).catch(() => {});
}

function functionsIn(exports: unknown): readonly ((keystone: Keystone) => unknown)[] {
  const values = typeof exports === 'object' && exports !== null ? Object.values(exports) : [exports];
  return values.filter((value) => typeof value === 'function' && !isClass(value));
}
