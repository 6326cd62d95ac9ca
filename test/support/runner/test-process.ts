import { type ChildProcess, spawn } from 'node:child_process';
import { readTally, type Tally } from './summary.ts';

/** A test file that takes longer than this is ended. The slowest takes a good third of it. */
const limitSeconds = 900;

export interface TestResult extends Tally {
  readonly file: string;
  readonly output: string;
  readonly seconds: number;
}

const running = new Set<ChildProcess>();

/** Runs one test file in its own process. */
export async function runTestFile(
  file: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<TestResult> {
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1000);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const status = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      output += `${error.message}\n`;
      resolve(null);
    });
    child.on('close', resolve);
  });
  clearTimeout(timer);
  running.delete(child);
  return { file, output, seconds: (performance.now() - start) / 1000, ...readTally(output, status) };
}

/** Ends all running test files. */
export function stopTestProcesses(): void {
  for (const child of running) child.kill('SIGKILL');
}
