import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** A way for two threads to wait for each other. */
export interface Channel {
  readonly port: MessagePort;
  /** How many messages each side was sent. */
  readonly sent: Int32Array;
}

export interface Message {
  readonly kind: 'question' | 'answer' | 'findings' | 'failure';
  readonly json: string;
}

const counters = { main: 0, thread: 1 } as const;

/** Sends a message to the other side, and wakes it. */
export function send({ port, sent }: Channel, to: keyof typeof counters, message: Message): void {
  port.postMessage(message);
  Atomics.add(sent, counters[to], 1);
  Atomics.notify(sent, counters[to]);
}

/** The next message for this side. The thread stands still until it is there; null where that takes too long. */
export function receive(
  { port, sent }: Channel,
  side: keyof typeof counters,
  milliseconds: number,
): Message | null {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const seen = Atomics.load(sent, counters[side]);
    const received = receiveMessageOnPort(port);
    if (received !== undefined) return received.message;
    const left = deadline - Date.now();
    if (left <= 0 || Atomics.wait(sent, counters[side], seen, left) === 'timed-out') return null;
  }
}
