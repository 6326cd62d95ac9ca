import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codes, isUnresolved } from '../../generator/diagnostics.ts';
import { runCli } from './cli.ts';

const DIAGNOSTICS = fileURLToPath(new URL('../../docs/diagnostics.md', import.meta.url));
const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** The documents with a part that the program writes, as it writes it now, by path. */
export async function documents(): Promise<Map<string, string>> {
  const { stdout } = await runCli('.', 'generate', '--help');
  return new Map([
    [README, fillIn(README, 'help generate', 'help', `\`\`\`text\n${stdout.trimEnd()}\n\`\`\``)],
    [DIAGNOSTICS, fillIn(DIAGNOSTICS, 'codes', 'codes', codesTable())],
  ]);
}

function fillIn(path: string, begin: string, end: string, text: string): string {
  const part = new RegExp(`(<!-- ${begin} -->\\n).*(<!-- /${end} -->)`, 's');
  return readFileSync(path, 'utf8').replace(
    part,
    (_, before: string, after: string) => `${before}${text}\n${after}`,
  );
}

function codesTable(): string {
  const rows = Object.entries(codes).map(([code, meaning]) => {
    const unresolved = isUnresolved({ code: code as keyof typeof codes });
    return `| ${code} | ${unresolved ? 'unknown' : 'wrong'} | ${meaning} |`;
  });
  return ['| code | | |', '|---|---|---|', ...rows].join('\n');
}
