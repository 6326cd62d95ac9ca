import process from 'node:process';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs work. On Ctrl-C or SIGTERM it calls `undo` and ends the process. */
export async function undoOnInterrupt<T>(undo: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let isInterrupted = false;
  const interrupt = (signal: NodeJS.Signals) => {
    if (isInterrupted) return;
    isInterrupted = true;
    undo()
      .catch((error: unknown) => {
        process.stderr.write(`The rehearsal could not clean up everything: ${String(error)}\n`);
      })
      .finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  // Interrupted work fails or returns a wrong result, so wait here until the process ends.
  const unlessInterrupted = () => (isInterrupted ? new Promise<never>(() => {}) : undefined);
  try {
    const result = await work();
    await unlessInterrupted();
    return result;
  } catch (error) {
    await unlessInterrupted();
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
