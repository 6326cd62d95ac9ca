import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal, UsageError } from '../../refusal.ts';

/** The result of a mongosh process. */
export interface Outcome {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs scripts with mongosh on one database. */
export interface Mongosh {
  /** Runs a script file. */
  runFile(path: string): Promise<Outcome>;
  /** Runs the function `answer` of a script with a value, and returns its result. Throws a Refusal if the script fails. */
  call<T>(script: string, value: unknown): Promise<T>;
  /** The path for a temporary file, which `end` removes. */
  file(name: string): string;
  /** Kills running processes and removes all temporary files. Later calls fail. */
  end(): Promise<void>;
}

/** Creates only a temporary folder. The first run throws a Refusal if mongosh is not on the PATH. */
export function startMongosh(url: string): Mongosh {
  const folder = mkdtempSync(join(tmpdir(), 'arcade-migrate-rehearsal-'));
  const running = new Set<ChildProcess>();
  let isEnded = false;
  const kill = () => {
    for (const child of running) child.kill('SIGKILL');
  };
  const removeFiles = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const endAtOnce = () => {
    kill();
    removeFiles();
  };
  process.on('exit', endAtOnce);
  const file = (name: string) => join(folder, name);
  const runFile = (path: string) => {
    if (isEnded) throw new Error('this mongosh was ended');
    return run(['--quiet', '--norc', url, path], running);
  };
  return {
    file,
    runFile: async (path) => runFile(path),
    async end() {
      isEnded = true;
      kill();
      await Promise.all([...running].map((child) => once(child, 'close')));
      removeFiles();
      process.off('exit', endAtOnce);
    },
    async call<T>(script: string, value: unknown) {
      writeFileSync(file('value.json'), JSON.stringify(value));
      const text = `const fs = require('fs');
const value = EJSON.parse(fs.readFileSync(${JSON.stringify(file('value.json'))}, 'utf8'));
${script}
fs.writeFileSync(${JSON.stringify(file('answer.json'))}, JSON.stringify(answer(value) ?? null));
`;
      writeFileSync(file('script.js'), text);
      const { succeeded, stdout, stderr } = await runFile(file('script.js'));
      if (!succeeded) {
        throw new Refusal(
          `The rehearsal failed on the database of --url: ${firstError(stdout + stderr)}`,
          'Name a database with --url that mongosh can reach and write to.',
        );
      }
      return JSON.parse(readFileSync(file('answer.json'), 'utf8')) as T;
    },
  };
}

/** The error message in the output of a script. */
export function firstError(output: string): string {
  const lines = output.split('\n');
  const first = lines.findIndex((line) => /^(?:\w*Error(?:\[\w+\])?|Uncaught)\b/.test(line));
  return lines
    .slice(Math.max(first, 0))
    .join('\n')
    .trim()
    .replace(/^(?:Uncaught:?\s*)?(?:Error: )?/, '');
}

function run(args: readonly string[], running: Set<ChildProcess>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile('mongosh', args, { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') {
        reject(
          new UsageError(
            'mongosh is not on the PATH. It runs the MongoDB scripts.',
            'Install it: https://www.mongodb.com/docs/mongodb-shell/install, or npm install --global mongosh',
          ),
        );
      } else resolve({ succeeded: error === null, stdout, stderr });
    });
    running.add(child);
    child.once('close', () => running.delete(child));
  });
}
