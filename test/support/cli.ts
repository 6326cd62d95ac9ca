import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, run } from './command.ts';
import type { KeystoneCase } from './keystone-cases.ts';
import { temporaryFolder } from './temporary.ts';

/** The built program. */
export const program = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.js');

/** The paths of the four scripts of a version. */
export type Scripts = Readonly<Record<'preflight' | 'migrate' | 'verify' | 'rollback', string>>;

/** Runs the built program as a user does, even in CI. */
export function runCli(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  return run(process.execPath, [program, ...args], { cwd, env: { GITHUB_ACTIONS: '' } });
}

/** Generates the scripts of a case into a new folder, from its lists file alone. */
export async function generateScripts(
  example: KeystoneCase,
  database: 'postgres' | 'mongo',
  ...options: readonly string[]
): Promise<Scripts> {
  const out = await temporaryFolder();
  const entry = listsFile(database);
  const args = ['generate', entry, '--out', out, '--name', 'arcade', ...options];
  const { status, stdout, stderr } = await runCli(example.folder, ...args);
  if (status !== 0) throw new Error(`generate ${entry} ended with status ${status}\n${stdout}${stderr}`);
  const script = (name: string) =>
    join(out, '0001_arcade', database, `${name}.${database === 'postgres' ? 'sql' : 'js'}`);
  return {
    preflight: script('preflight'),
    migrate: script('migrate'),
    verify: script('verify'),
    rollback: script('rollback'),
  };
}

/** The lists file of a case for this database. */
export function listsFile(database: 'postgres' | 'mongo'): string {
  return database === 'postgres' ? 'lists.js' : 'lists.mongoose.js';
}
