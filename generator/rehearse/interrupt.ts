import process from 'node:process';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Works, and where Ctrl-C or SIGTERM comes meanwhile, undoes what was done and ends the process. */
export async function undoable<T>(undo: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let isInterrupted = false;
  const interrupt = (signal: NodeJS.Signals) => {
    if (isInterrupted) return;
    isInterrupted = true;
    undo()
      .catch((error: unknown) => {
        process.stderr.write(`What the rehearsal made could not all be removed: ${String(error)}\n`);
      })
      .finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  // Work that was cut off fails, or comes to a wrong end: the process ends when all is undone.
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
