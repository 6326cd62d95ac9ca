import { MessageChannel, Worker } from 'node:worker_threads';
import { receive, send } from './channel.ts';
import { parseFindings } from './findings-schema.ts';
import type { Findings, Request } from './guest/request.ts';
import type { Job } from './thread.ts';
import { threadFile } from './thread-file.ts';

/** By the clock, for all of a run: only what the engine cannot count takes so long. */
const longestRun = 60_000;

/** The thread that is kept for the next run. It does not keep the process alive. */
let thread: Worker | null = null;

/** Starts the thread that list files run in, unless it is there: its start takes as long as a static reading. */
export function startEngine(): Worker {
  if (thread === null) {
    // It has no environment, and a stack that is larger than what the engine may use of it.
    thread = new Worker(threadFile(), { env: {}, resourceLimits: { stackSizeMb: 16 } });
    thread.unref();
    thread.on('error', () => {
      thread = null;
    });
  }
  return thread;
}

/**
 * Runs list files in an engine of their own, and waits until they have run.
 *
 * @param answers what the engine will probably ask for; anything else `answer` is asked for
 * @returns what the run has found; null where the engine does not come to an end, or fails
 */
export function runInEngine(
  request: Request,
  answers: ReadonlyMap<string, string>,
  answer: (question: string) => string,
): Findings | null {
  const worker = startEngine();
  const { port1, port2 } = new MessageChannel();
  const sent = new Int32Array(new SharedArrayBuffer(8));
  const channel = { port: port1, sent };
  const job: Job = { request: JSON.stringify(request), answers, channel: { port: port2, sent } };
  worker.postMessage(job, [port2]);
  const deadline = Date.now() + longestRun;
  try {
    for (;;) {
      const message = receive(channel, 'main', deadline - Date.now());
      if (message === null) {
        void worker.terminate();
        thread = null;
        return null;
      }
      if (message.kind === 'findings') return parseFindings(message.json);
      if (message.kind === 'failure') return null;
      send(channel, 'thread', { kind: 'answer', json: answer(message.json) });
    }
  } finally {
    port1.close();
  }
}
