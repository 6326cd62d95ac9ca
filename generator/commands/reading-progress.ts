import process from 'node:process';

/** In milliseconds: how long a user waits without a word, and how often the line changes. */
const PATIENCE = 1000;
const INTERVAL = 100;

const CLEAR = '\r\x1b[2K';

/**
 * One line that says how many files were read, on a terminal only, once reading takes longer than a user likes to wait.
 * `end` takes it away. Reading blocks the process, so no timer could draw it.
 */
export function readingProgress(
  isQuiet: boolean,
  stream: Pick<typeof process.stderr, 'isTTY' | 'write'> = process.stderr,
  now = Date.now,
): { progress: (files: number) => void; end: () => void } {
  if (isQuiet || !stream.isTTY) return { progress: () => {}, end: () => {} };
  let next = now() + PATIENCE;
  let isShown = false;
  return {
    progress: (files) => {
      if (now() < next) return;
      next = now() + INTERVAL;
      isShown = true;
      stream.write(`${CLEAR}Reading the list files: ${files} so far …`);
    },
    end: () => void (isShown && stream.write(CLEAR)),
  };
}
