import process from 'node:process';

/** How long a user waits before the line appears, and how often it changes. */
const PATIENCE_MILLISECONDS = 1000;
const INTERVAL_MILLISECONDS = 100;

const CLEAR = '\r\x1b[2K';

/**
 * Shows progress in one line, on a terminal only, if reading takes long. `end` removes the line. Reading blocks the process,
 * so a timer could not update it.
 */
export function readingProgress(
  isQuiet: boolean,
  stream: Pick<typeof process.stderr, 'isTTY' | 'write'> = process.stderr,
  now = Date.now,
): { progress: (files: number) => void; runStarts: () => void; end: () => void } {
  if (isQuiet || !stream.isTTY) return { progress: () => {}, runStarts: () => {}, end: () => {} };
  const begin = now();
  let next = begin + PATIENCE_MILLISECONDS;
  let isShown = false;
  const show = (text: string): void => {
    next = now() + INTERVAL_MILLISECONDS;
    isShown = true;
    stream.write(`${CLEAR}${text} …`);
  };
  return {
    progress: (files) => {
      if (now() >= next) show(`Reading the list files: ${files} so far`);
    },
    runStarts: () => {
      if (now() >= begin + PATIENCE_MILLISECONDS) show('Running the list files in an isolated engine');
    },
    end: () => void (isShown && stream.write(CLEAR)),
  };
}
