import pc from 'picocolors';
import type { Settings } from './settings.ts';

/** Where a command writes: its result to stdout, everything else to stderr. */
export interface Console {
  result(text: string): void;
  /** The one thing on stdout where the user asked for it, as a SARIF log: then results go to stderr. */
  document(text: string): void;
  /** Left out with --quiet. */
  note(text: string): void;
  problem(text: string): void;
  /** How long the lines of a result may be: as the terminal is wide; no limit without one. */
  readonly width: number;
  readonly colors: ReturnType<typeof pc.createColors>;
}

/** The columns of the terminal, 80 at least. */
export const terminalWidth = (): number => Math.max(process.stdout.columns ?? 80, 80);

/** Colours are for terminals, not for the logs of CI, unless FORCE_COLOR, NO_COLOR or the option say otherwise. */
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
