import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCli } from './cli.ts';

export const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** The README with the text of --help between its markers, as the program prints it now. */
export async function readmeWithHelp(): Promise<string> {
  const { stdout } = await runCli('.', 'generate', '--help');
  return readFileSync(README, 'utf8').replace(
    /(<!-- help generate -->\n).*(<!-- \/help -->)/s,
    (_, before: string, after: string) => `${before}\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n${after}`,
  );
}
