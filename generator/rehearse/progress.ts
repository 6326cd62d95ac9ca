import process from 'node:process';

/** Shows the current activity. */
export type Progress = (what: string) => void;

/** One line on stderr with the current activity and its duration, on a terminal only. `end` removes it. */
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
  // Also removes the line when Ctrl-C ends the process.
  process.on('exit', end);
  return {
    progress: (what) => {
      // A new percentage is not a new activity.
      if (what.replace(/\d+/g, '') !== doing.replace(/\d+/g, '')) since = Date.now();
      doing = what;
    },
    end,
  };
}
