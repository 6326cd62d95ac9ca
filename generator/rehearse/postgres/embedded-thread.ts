import { parentPort, workerData } from 'node:worker_threads';
import { UsageError } from '../../refusal.ts';
import { openEmbedded } from './embedded.ts';
import { SqlError } from './session.ts';

/** A call of a method of the session. */
export type Request =
  | { readonly id: number; readonly method: 'query'; readonly statement: string }
  | { readonly id: number; readonly method: 'copy'; readonly target: string; readonly rows: Uint8Array };

export type Failure =
  | { readonly kind: 'sql'; readonly message: string; readonly code: string; readonly detail: string | null }
  | { readonly kind: 'usage'; readonly message: string; readonly help: string }
  | { readonly kind: 'other'; readonly message: string };

/** The response to the request with this id. */
export type Response = { readonly id: number } & (
  | { readonly value: unknown }
  | { readonly failure: Failure }
);

const session = openEmbedded(workerData);
// The first request reports the error.
session.catch(() => {});
parentPort?.on('message', (request: Request) => void answer(request));

async function answer(request: Request): Promise<void> {
  const { id } = request;
  const response: Response = await perform(request).then(
    (value) => ({ id, value }),
    (error: unknown) => ({ id, failure: failureOf(error) }),
  );
  parentPort?.postMessage(response);
}

async function perform(request: Request): Promise<unknown> {
  const { query, copy } = await session;
  return request.method === 'query' ? query(request.statement) : copy(request.target, request.rows);
}

/** Errors lose their class on the way to another thread. */
function failureOf(error: unknown): Failure {
  if (error instanceof SqlError) {
    return { kind: 'sql', message: error.message, code: error.code, detail: error.detail };
  }
  if (error instanceof UsageError) return { kind: 'usage', message: error.message, help: error.help };
  return { kind: 'other', message: error instanceof Error ? error.message : String(error) };
}
