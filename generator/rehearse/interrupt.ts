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
  try {
    return await work();
  } catch (error) {
    // The work fails because it was cut off: the process ends when all is undone.
    if (isInterrupted) return await new Promise<never>(() => {});
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
