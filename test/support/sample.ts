import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from './cli.ts';
import { temporaryFolder } from './temporary.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = 'test/fixtures/sample-blog';

/** Generates the scripts of the sample blog as `npm start` does, in a folder with the same structure as here. Returns out/. */
export async function generateSample(...options: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  cpSync(join(root, SAMPLE), join(folder, SAMPLE), { recursive: true });
  const args = ['generate', `${SAMPLE}/index.ts`, '--database', 'both', ...options];
  const { status, stderr } = await runCli(folder, ...args);
  if (status !== 0) throw new Error(`generate ended with status ${status}\n${stderr}`);
  return join(folder, 'out');
}
