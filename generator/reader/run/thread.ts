/**
 * The thread that list files run in. Each run has an engine of its own: QuickJS as WebAssembly, which has nothing but what
 * `Host` gives it.
 */
import { readFile } from 'node:fs/promises';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { JSException, type JSValueHandle, QuickJS } from 'quickjs-wasi';
import type { Resolution } from '../modules/resolve.ts';
import { fileOf } from './beside.ts';
import { functionsOf } from './compile.ts';
import type { RawFindings } from './findings.ts';
import type { Host, Request } from './guest/request.ts';
import { guestName, makeImage, moduleText } from './image.ts';
import { projectFiles } from './project-files.ts';

/** Defined by the bundle: CommonJS modules for the engine, and the URLs of files. */
declare const GUEST: string;
declare const LODASH: string;
declare const WASM: string;
/** Empty if the image must be made from the guest. */
declare const IMAGE: string;

/** A run for the thread to do. It sends the findings to `port`, null if it fails, and then wakes whoever waits for `done`. */
export interface Job {
  readonly request: Request;
  readonly resolutions: ReadonlyMap<string, Resolution>;
  readonly port: MessagePort;
  readonly done: Int32Array;
}

/** What one run may use, in measures that do not depend on the speed of the machine. */
const limits = {
  /** Bytes. */
  memory: 96 * 1024 * 1024,
  /** Bytes: some thousand nested calls. */
  stack: 512 * 1024,
  /** How often the engine asks whether to continue, which it does every ten thousand steps. */
  polls: 1500,
  /** How often promises and timers run. */
  rounds: 10_000,
} as const;

/** In nanoseconds: the month of the Arcade release, and another one. */
const clocks = { usual: 1_585_699_200_000_000_000n, rich: 1_893_456_000_000_000_000n } as const;

/** The order of English, whatever the language of this machine. */
const collator = new Intl.Collator('en');

const engine = readFile(fileOf(WASM)).then((bytes) => WebAssembly.compile(bytes));
const image = (IMAGE === '' ? makeImage(fileOf(WASM), GUEST) : readFile(fileOf(IMAGE))).then((bytes) =>
  QuickJS.deserializeSnapshot(bytes),
);

parentPort?.on('message', async ({ request, resolutions, port, done }: Job) => {
  port.postMessage(await run(request, resolutions).catch(() => null));
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});

async function run(request: Request, resolutions: Job['resolutions']): Promise<RawFindings> {
  let polls = 0;
  const rejected = new Map<number, JSValueHandle>();
  const vm = await QuickJS.restore(await image, {
    wasm: await engine,
    memoryLimit: limits.memory,
    maxStackSize: limits.stack,
    timezoneOffset: 0,
    interruptHandler: () => {
      polls += 1;
      return polls > limits.polls;
    },
    onUnhandledRejection(promise, reason, isHandled) {
      if (isHandled) rejected.delete(promise.identity);
      else rejected.set(promise.identity, reason.dup());
    },
    wasi: (memory) => ({
      clock_time_get(_clock: number, _precision: bigint, result: number) {
        const time = request.world === 'rich' ? clocks.rich : clocks.usual;
        new DataView(memory.buffer).setBigUint64(result, time, true);
        return 0;
      },
      random_get(start: number, length: number) {
        new Uint8Array(memory.buffer, start, length).fill(7);
        return 0;
      },
      fd_write: () => 8,
    }),
  });
  const files = projectFiles(request, resolutions);
  const host: Host = {
    ...files,
    compile: (path) => compile(vm, path, files.text(path)),
    compare: collator.compare,
    url(given, base) {
      const { href, pathname } = new URL(given, base);
      return { href, pathname };
    },
    lodash: () => vm.evalCode(moduleText(LODASH), 'lodash') as never,
  };
  const given = vm.newObject();
  for (const [name, method] of Object.entries(host)) given.setProp(name, hostFunction(vm, name, method));
  const guest = vm.global.getProp(guestName);
  const running = vm.callFunction(guest.getProp('prepare'), vm.undefined, given, vm.hostToHandle(request));
  const call = (name: string, ...args: JSValueHandle[]): JSValueHandle =>
    vm.callFunction(running.getProp(name), running, ...args);

  /** Promises run between the steps; false if the engine stops the run. */
  const comesToItsEnd = (): boolean => {
    try {
      for (let round = 0; round < limits.rounds; round += 1) {
        const isMore = call('next').toBoolean();
        vm.executePendingJobs();
        for (const reason of rejected.values()) call('fail', reason);
        rejected.clear();
        if (!isMore) return true;
      }
      return false;
    } catch {
      return false;
    }
  };
  try {
    const isComplete = comesToItsEnd();
    // The engine was told to stop, but must still report what was found.
    polls = Number.NEGATIVE_INFINITY;
    const findings = vm.dump(call('findings')) as RawFindings;
    return isComplete ? findings : { ...findings, stop: { kind: 'limit', message: '', call: null } };
  } finally {
    vm.dispose();
  }
}

/** A function of this thread for the engine. Only plain data crosses, and functions that the engine has made. */
function hostFunction(vm: QuickJS, name: string, method: (...args: never[]) => unknown): JSValueHandle {
  return vm.newFunction(name, (...args) => {
    const result = method(...(args.map((arg) => vm.dump(arg)) as never[]));
    return name === 'compile' || name === 'lodash' ? (result as JSValueHandle) : vm.hostToHandle(result);
  });
}

/** The function that a file is run as. Its syntax errors become errors of the code that runs. */
function compile(vm: QuickJS, path: string, text: string | null): JSValueHandle {
  if (text === null) throw `${path} cannot be read`;
  let fault: unknown;
  for (const code of functionsOf(path, text)) {
    try {
      return vm.evalCode(code, path);
    } catch (error) {
      if (!(error instanceof JSException) || error.name !== 'SyntaxError') throw error;
      fault = error;
    }
  }
  throw fault;
}
