import pc from 'picocolors';
import type { Settings } from './settings.ts';

/** Where a command writes: its result goes to stdout, everything else to stderr. */
export interface Console {
  result(text: string): void;
  /** A SARIF log, which goes to stdout alone: results then go to stderr. */
  document(text: string): void;
  /** Not printed with --quiet. */
  note(text: string): void;
  problem(text: string): void;
  /** The maximum length of a line: the width of the terminal, or infinity if stdout is not a terminal. */
  readonly width: number;
  readonly colors: ReturnType<typeof pc.createColors>;
}

/** The columns of the terminal, but at least 80. */
export const terminalWidth = (): number => Math.max(process.stdout.columns ?? 80, 80);

/** Uses colours if both streams are terminals. FORCE_COLOR, NO_COLOR and the option override that. */
export function makeConsole({
  quiet,
  color,
  reporter,
}: Pick<Settings, 'quiet' | 'color' | 'reporter'>): Console {
  const isTerminal = Boolean(process.stdout.isTTY && process.stderr.isTTY);
  const isForced = (process.env.FORCE_COLOR ?? '') !== '';
  return {
    result: (text) => void (reporter === 'sarif' ? process.stderr : process.stdout).write(`${text}\n`),
    document: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
    problem: (text) => void process.stderr.write(`${text}\n`),
    width: process.stdout.isTTY ? terminalWidth() : Number.POSITIVE_INFINITY,
    colors: pc.createColors(color ?? (isForced || (isTerminal && pc.isColorSupported))),
  };
}
