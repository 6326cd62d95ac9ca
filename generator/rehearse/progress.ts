import process from 'node:process';

/** Says what is being done. */
export type Progress = (what: string) => void;

/** One line on stderr that changes, with the seconds that it takes; on a terminal only. `end` takes it away. */
export function showProgress(isQuiet: boolean): { progress: Progress; end: () => void } {
  if (isQuiet || !process.stderr.isTTY) return { progress: () => {}, end: () => {} };
  let doing = '';
  let since = Date.now();
  const clear = '\r\x1b[2K';
  const draw = () => {
    const seconds = Math.floor((Date.now() - since) / 1000);
    process.stderr.write(`${clear}${doing} …${seconds > 0 ? ` ${seconds} s` : ''}`);
  };
  const timer = setInterval(draw, 200).unref();
  const end = () => {
    clearInterval(timer);
    process.stderr.write(clear);
    process.off('exit', end);
  };
  // Where Ctrl-C ends the process.
  process.on('exit', end);
  return {
    progress: (what) => {
      // A percentage is the same work.
      if (what.replace(/\d+/g, '') !== doing.replace(/\d+/g, '')) since = Date.now();
      doing = what;
    },
    end,
  };
}
