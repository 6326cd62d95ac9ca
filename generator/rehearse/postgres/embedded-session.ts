import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UsageError } from '../../refusal.ts';
import type { Failure, Request, Response } from './embedded-thread.ts';
import { type Answer, type Session, SqlError } from './session.ts';

type Call = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

/**
 * Starts an embedded PostgreSQL in its own thread. A statement can block that thread for minutes, while this one shows progress
 * and handles Ctrl-C. The first statement waits until the server has started.
 */
export function startEmbedded({
  isLarge,
  extensions,
}: {
  /** Whether to store the data in a folder instead of in memory. */
  isLarge: boolean;
  extensions: readonly string[];
}): Session {
  const folder = isLarge ? temporaryFolder() : null;
  const worker = new Worker(new URL('./embedded-thread.js', import.meta.url), {
    workerData: { folder: folder?.path ?? null, extensions },
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  worker.on('message', (response: Response) => {
    const caller = waiting.get(response.id);
    waiting.delete(response.id);
    if ('failure' in response) caller?.reject(errorOf(response.failure));
    else caller?.resolve(response.value);
  });
  worker.on('error', (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
  });
  const call = (request: Call): Promise<unknown> => {
    calls += 1;
    const id = calls;
    worker.postMessage({ ...request, id });
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
  return {
    query: async <Row extends object>(statement: string) =>
      (await call({ method: 'query', statement })) as Answer<Row>,
    copy: async (target, rows) => void (await call({ method: 'copy', target, rows })),
    async close() {
      await worker.terminate();
      folder?.remove();
    },
  };
}

/** Creates a folder that is removed when this process ends, unless SIGKILL ends it. */
function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'arcade-migrate-rehearsal-'));
  const remove = () => {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    process.off('exit', remove);
  };
  process.on('exit', remove);
  return { path, remove };
}

function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'sql':
      return new SqlError(failure.message, failure.code, failure.detail);
    case 'usage':
      return new UsageError(failure.message, failure.help);
    case 'other':
      return new Error(failure.message);
  }
}
