/**
 * The thread that list files run in. Each run has an engine of its own: QuickJS as WebAssembly, which has nothing but what
 * `Host` gives it. What the engine asks for, the main thread answers.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { JSException, type JSValueHandle, QuickJS } from 'quickjs-wasi';
import { type Channel, type Message, receive, send } from './channel.ts';
import { functionsOf } from './compile.ts';
import type { Question, World } from './guest/request.ts';
import { guestName, makeImage, moduleText } from './image.ts';

/** What the bundle puts here: CommonJS modules for the engine, and the URLs of files, from this one. */
declare const GUEST: string;
declare const LODASH: string;
declare const WASM: string;
declare const SUCRASE: string;
/** Empty where the image has to be made of the guest. */
declare const IMAGE: string;

/** What the thread is asked for: a run of a request in JSON, with the answers to questions that it will probably ask. */
export interface Job {
  readonly request: string;
  readonly answers: ReadonlyMap<string, string>;
  readonly channel: Channel;
}

/** What one run may use, in measures that do not depend on how fast the machine is. */
const limits = {
  /** Bytes. */
  memory: 96 * 1024 * 1024,
  /** Bytes: some thousand calls, one in the other. */
  stack: 512 * 1024,
  /** How often the engine asks whether to go on, which it does each ten thousand steps. */
  polls: 1500,
  /** How often promises and timers are run. */
  rounds: 10_000,
} as const;

/** In nanoseconds: the month of the Arcade release, and another one. */
const usual = 1_585_699_200_000_000_000n;
const clocks = { plain: usual, set: usual, rich: 1_893_456_000_000_000_000n } as const satisfies Record<
  World,
  bigint
>;

/** The order of English, whatever the language of this machine. */
const collator = new Intl.Collator('en');

const fileOf = (url: string): URL => new URL(url, import.meta.url);
const engine = readFile(fileOf(WASM)).then((bytes) => WebAssembly.compile(bytes));
const image = (IMAGE === '' ? makeImage(fileOf(WASM), GUEST) : readFile(fileOf(IMAGE))).then((bytes) =>
  QuickJS.deserializeSnapshot(bytes),
);

parentPort?.on('message', ({ request, answers, channel }: Job) => {
  const done = (message: Message): void => send(channel, 'main', message);
  run(request, answers, channel).then(
    (json) => done({ kind: 'findings', json }),
    (error: unknown) => done({ kind: 'failure', json: JSON.stringify(String(error)) }),
  );
});

/** Runs a request in an engine of its own. Gives the findings as JSON. */
async function run(request: string, answers: ReadonlyMap<string, string>, channel: Channel): Promise<string> {
  let polls = 0;
  const rejected = new Map<number, JSValueHandle>();
  const clock = clocks[JSON.parse(request).world as World];
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
        new DataView(memory.buffer).setBigUint64(result, clock, true);
        return 0;
      },
      random_get(start: number, length: number) {
        new Uint8Array(memory.buffer, start, length).fill(7);
        return 0;
      },
      fd_write: () => 8,
    }),
  });
  const answer = (question: string): string => answers.get(question) ?? ask(channel, question);
  const methods: Record<string, (...args: [JSValueHandle, JSValueHandle]) => JSValueHandle> = {
    ask: (question) => vm.newString(answer(question.toString())),
    compile: (path) => compile(vm, path.toString(), answer),
    compare: (one, other) => vm.newNumber(collator.compare(one.toString(), other.toString())),
    lodash: () => vm.evalCode(moduleText(LODASH), 'lodash'),
  };
  const host = vm.newObject();
  for (const [name, method] of Object.entries(methods))
    host.setProp(name, vm.newFunction(name, method as (...args: JSValueHandle[]) => JSValueHandle));

  const running = vm.callFunction(
    vm.global.getProp(guestName).getProp('prepare'),
    vm.undefined,
    host,
    vm.newString(request),
  );
  const call = (name: string, ...args: JSValueHandle[]): JSValueHandle =>
    vm.callFunction(running.getProp(name), running, ...args);
  const settle = (): void => {
    vm.executePendingJobs();
    for (const reason of rejected.values()) call('fail', reason);
    rejected.clear();
  };
  try {
    const isComplete = comesToItsEnd(call, settle);
    // The engine was told to stop, but what it has found is still to be had.
    polls = Number.NEGATIVE_INFINITY;
    if (!isComplete) call('stop');
    return call('findings').toString();
  } finally {
    vm.dispose();
  }
}

/** Takes the steps of a run, and lets promises and timers run between them; false where the engine stops it. */
function comesToItsEnd(call: (name: string) => JSValueHandle, settle: () => void): boolean {
  let rounds = 0;
  const goesOn = (name: 'step' | 'timer'): boolean => {
    const isMore = call(name).toBoolean();
    settle();
    rounds += 1;
    return isMore && rounds < limits.rounds;
  };
  try {
    while (goesOn('step')) while (goesOn('timer'));
    return rounds < limits.rounds;
  } catch {
    return false;
  }
}

/** Most projects need no compiler. */
function sucrase(): typeof import('sucrase') {
  return createRequire('file:///')(fileURLToPath(fileOf(SUCRASE)));
}

/** The function that a file is run as. Errors in it become errors of the program that runs. */
function compile(vm: QuickJS, path: string, answer: (question: string) => string): JSValueHandle {
  const about = (ask: 'text' | 'compiled'): string | null =>
    JSON.parse(answer(JSON.stringify({ ask, path } satisfies Question)));
  const text = about('text');
  if (text === null) throw `${path} cannot be read`;
  let fault: unknown = `${path} is not JavaScript`;
  for (const code of functionsOf(path, text, { sucrase, compiled: () => about('compiled') })) {
    try {
      return vm.evalCode(code, path);
    } catch (error) {
      if (!(error instanceof JSException) || error.name !== 'SyntaxError') throw error;
      fault = error;
    }
  }
  throw fault;
}

function ask(channel: Channel, question: string): string {
  send(channel, 'main', { kind: 'question', json: question });
  const answer = receive(channel, 'thread', 60_000);
  if (answer?.kind !== 'answer') throw 'The main thread does not answer';
  return answer.json;
}
