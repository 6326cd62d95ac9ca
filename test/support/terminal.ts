import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** A program on a terminal, as a user sees it. */
export interface OnTerminal {
  /** All output so far. */
  said(): string;
  /** Waits for this output. Throws if the program ends first. */
  until(pattern: RegExp): Promise<void>;
  /** Types a text. `\x03` is Ctrl-C, which the terminal turns into SIGINT for the program and its children. */
  type(text: string): void;
  /** The exit status, or 128 plus the number of the signal that ended the program. */
  readonly ended: Promise<number>;
}

/** Why there is no terminal for a test; null if there is one. `script` of util-linux creates it. */
export const whyNoTerminal = (): string | null =>
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux')
    ? null
    : 'script of util-linux is not installed';

/** Runs a Node.js program on its own terminal. */
export function runOnTerminal(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): OnTerminal {
  const command = [process.execPath, ...args].map(quoted).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', `exec ${command}`, '/dev/null'], {
    cwd,
    env: { ...process.env, SHELL: '/bin/sh', ...env },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'close').then(([status]) => Number(status));
  return {
    said: () => said,
    async until(pattern) {
      while (!pattern.test(said)) {
        if (child.exitCode !== null) throw new Error(`it ended without ${pattern}:\n${said}`);
        await wait(20);
      }
    },
    type: (text) => void child.stdin.write(text),
    ended,
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
