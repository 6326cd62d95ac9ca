import { run } from '../../generator/command-line/run.ts';
import type { Outcome } from './command.ts';

// Behave as on a developer's machine, even in CI.
delete process.env.GITHUB_ACTIONS;

/** Runs a command line in this process, one at a time. It starts at once, which matters in tests of many command lines. */
export async function runHere(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const writes = streams.map((name) => process[name].write);
  const log = console.log;
  for (const name of streams) {
    process[name].write = ((text: string) => {
      written[name] += text;
      return true;
    }) as typeof process.stdout.write;
  }
  // yargs prints its help with console.log, which the test runner may have replaced.
  console.log = (text: string) => {
    written.stdout += `${text}\n`;
  };
  try {
    const status = await run(args, cwd);
    return { status, ...written };
  } finally {
    for (const [index, name] of streams.entries()) process[name].write = writes[index] ?? process[name].write;
    console.log = log;
  }
}
