import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../refusal.ts';

/** What mongosh left behind. */
export interface Outcome {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs scripts with mongosh on one database. */
export interface Mongosh {
  /** Runs a script that is on the disk. */
  runFile(path: string): Promise<Outcome>;
  /** Runs a function, written as text, on a value; gives what it returns. Refuses where it fails. */
  call<T>(script: string, value: unknown): Promise<T>;
  /** A path for a file of that name, which is gone at the end. */
  file(name: string): string;
  /** Ends what runs, and removes all temporary files. */
  end(): void;
}

/** Begins with nothing but a temporary folder: refuses at the first run where mongosh is not on the path. */
export function startMongosh(url: string): Mongosh {
  const folder = mkdtempSync(join(tmpdir(), 'arcade-migrate-rehearsal-'));
  const ended = new AbortController();
  const end = () => {
    ended.abort();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    process.off('exit', end);
  };
  process.on('exit', end);
  const file = (name: string) => join(folder, name);
  const runFile = (path: string) => run(['--quiet', '--norc', url, path], ended.signal);
  return {
    file,
    end,
    runFile,
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
          `The database of --url does not do what a rehearsal needs: ${firstError(stdout + stderr)}`,
          'Name a MongoDB that mongosh reaches, and a database in which it may write.',
        );
      }
      return JSON.parse(readFileSync(file('answer.json'), 'utf8')) as T;
    },
  };
}

/** The message of the error that ended a script. */
export function firstError(said: string): string {
  const lines = said.split('\n');
  const first = lines.findIndex((line) => /^(?:\w*Error(?:\[\w+\])?|Uncaught)\b/.test(line));
  return lines
    .slice(Math.max(first, 0))
    .join('\n')
    .trim()
    .replace(/^(?:Uncaught:?\s*)?(?:Error: )?/, '');
}

function run(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile('mongosh', args, { maxBuffer: 1 << 28, signal }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') {
        reject(
          new Refusal(
            'mongosh is not on the PATH, and the scripts for MongoDB are for it.',
            'Install it: https://www.mongodb.com/docs/mongodb-shell/install, or npm install --global mongosh',
          ),
        );
      } else resolve({ succeeded: error === null, stdout, stderr });
    });
  });
}
