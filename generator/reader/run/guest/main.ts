/** A run, from the side of the engine: the host calls `start`, lets promises and timers run, and asks for what was found. */
import { defineGlobals, Exit, exit, runTimer } from './globals.ts';
import { isObject } from './inert.ts';
import { noteIntrinsics, restoreIntrinsics } from './intrinsics.ts';
import { count, forgetRepeated, found, Keystone, replaced } from './keystone.ts';
import { type Loader, newLoader } from './modules.ts';
import type { Findings, Host, Request, Stop } from './request.ts';
import { callOfUser, meetings } from './world.ts';

const { parse, stringify } = JSON;

noteIntrinsics();

/** The steps of a run: between them, promises and timers run until none is left. */
export interface Run {
  /** Takes the next step; false when there is none. */
  step(): boolean;
  /** Runs the timer that is due first; false when there is none. */
  timer(): boolean;
  /** Notes an exception that nobody has caught. */
  fail(error: unknown): void;
  /** Notes that the engine was told to stop. */
  stop(): void;
  /** {@link Findings} as JSON. */
  findings(): string;
}

/** Prepares a run of a {@link Request} in JSON. */
export function prepare(host: Host, json: string): Run {
  // The host has it by now; code of the user need not.
  Reflect.deleteProperty(globalThis, '$guest');
  const request: Request = parse(json);
  meetings.world = request.world;
  defineGlobals(request, (one, other) => host.compare(one, other));
  const loader = newLoader(host, request.entries[0] ?? '');
  const steps = stepsOf(loader, request);
  let failure: Stop | null = null;

  const fail = (error: unknown): void => {
    if (error instanceof Exit) return;
    const stack = isObject(error) ? (error.stack as string | undefined) : undefined;
    failure ??= { kind: 'exception', message: String(error), call: callOfUser(stack) };
  };

  const guard = (run: () => boolean): boolean => {
    try {
      return run();
    } catch (error) {
      fail(error);
      return true;
    }
  };

  return {
    step: () => guard(() => exit === null && steps.next().done !== true),
    timer: () => guard(runTimer),
    fail,
    stop() {
      failure = { kind: 'limit', message: '', call: null };
    },
    findings() {
      restoreIntrinsics();
      const stop = failure ?? exit;
      const { doubts, outside } = meetings;
      return stringify({
        ...found(),
        stop,
        doubts: [...doubts],
        outside: [...outside.values()],
      } satisfies Findings);
    },
  };
}

/** Loads the entries, calls the functions that they export, and creates the lists that are given by hand. */
function* stepsOf(loader: Loader, { entries, lists }: Request): Generator<void, void, void> {
  for (const [key] of lists) replaced.add(key);
  for (const entry of new Set(entries)) {
    const isKnown = loader.has(entry);
    const before = count();
    const exports = loader.load(entry);
    yield;
    // A file may export functions that create lists once they are given a Keystone instance.
    if (count() === before) for (const call of functionsIn(exports)) callWithKeystone(call);
    if (isKnown) forgetRepeated(before);
    yield;
  }
  for (const [key, file] of lists) {
    replaced.delete(key);
    createByHand(key, loader.load(file));
    yield;
  }
}

/** Creates a list that a file exports: its config, that with a name, or a function that gives or creates it. */
function createByHand(key: string, exports: unknown): void {
  const isThere = (): boolean => found().lists.some((list) => list.key === key);
  const whole = isObject(exports) && 'default' in exports ? exports.default : exports;
  const holder = [exports, whole].find((each) => isObject(each) && key in each) as
    | Record<string, unknown>
    | undefined;
  const given = holder === undefined ? (onlyConfig(whole) ?? whole) : holder[key];
  const keystone = new Keystone({});
  const made = isThere() || typeof given !== 'function' ? given : given(keystone);
  const isWrapped = isObject(made) && !('fields' in made) && 'config' in made;
  if (!isThere()) keystone.createList(key, (isWrapped ? made.config : made) as never);
}

/** The config that a file exports under another name, such as `UserSchema`, if it exports no other. */
function onlyConfig(exports: unknown): unknown {
  const isConfig = (value: unknown) => isObject(value) && ('fields' in value || 'config' in value);
  if (!isObject(exports) || isConfig(exports)) return null;
  const configs = Object.values(exports).filter(isConfig);
  return configs.length === 1 ? configs[0] : null;
}

/** Entries export much that has nothing to do with lists, and that needs more than Keystone: it may fail. */
function callWithKeystone(call: (keystone: Keystone) => unknown): void {
  if (String(call).includes('createList')) call(new Keystone({}));
  else void new Promise((resolve) => resolve(call(new Keystone({})))).catch(() => {});
}

function functionsIn(exports: unknown): readonly ((keystone: Keystone) => unknown)[] {
  const values = typeof exports === 'object' && exports !== null ? Object.values(exports) : [exports];
  return values.filter((value) => typeof value === 'function' && !/^class\b/.test(String(value)));
}
