import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Resolution } from '../modules/resolve.ts';
import { type Findings, parseFindings } from './findings.ts';
import type { Request } from './guest/request.ts';
import type { Job } from './thread.ts';
import { threadFile } from './thread-file.ts';

/** In milliseconds by the clock: only what the engine cannot count takes so long. */
const longestRun = 60_000;

/** The thread for the next run. It does not keep the process alive. */
let thread: Worker | null = null;

/** Starts the thread that list files run in, unless it has started: that takes as long as a first reading. */
export function startEngine(): Worker {
  if (thread === null) {
    // It has no environment, and a larger stack than the engine may use.
    thread = new Worker(threadFile(), { env: {}, resourceLimits: { stackSizeMb: 16 } });
    thread.unref();
    thread.on('error', () => {
      thread = null;
    });
  }
  return thread;
}

/**
 * Runs list files in an engine of their own, and waits for it.
 *
 * @param resolutions what the first reading has resolved
 * @returns null if the engine does not finish, or fails
 */
export function runInEngine(request: Request, resolutions: ReadonlyMap<string, Resolution>): Findings | null {
  const worker = startEngine();
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  worker.postMessage({ request, resolutions, port: port2, done } satisfies Job, [port2]);
  if (Atomics.wait(done, 0, 0, longestRun) === 'timed-out') {
    void worker.terminate();
    thread = null;
  }
  const received = receiveMessageOnPort(port1);
  port1.close();
  return parseFindings(received?.message);
}
