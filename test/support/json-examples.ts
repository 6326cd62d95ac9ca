import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runHere } from './in-process.ts';
import { temporaryFolder } from './temporary.ts';

const LISTS = fileURLToPath(new URL('../fixtures/cheatsheet/many-to-many-two-sided.js', import.meta.url));

/** What each command prints with --json, for docs/json.md. */
export async function jsonExamples(): Promise<
  Record<'relationships' | 'generate' | 'check' | 'templates', string>
> {
  const cwd = await temporaryFolder();
  cpSync(LISTS, join(cwd, 'index.js'));
  const print = async (...args: string[]) => (await runHere(cwd, ...args, '--json')).stdout.trimEnd();
  const options = ['index.js', '--database', 'postgres', '--quiet'];
  const relationships = await print('relationships', ...options);
  const generate = await print('generate', ...options);
  rmSync(join(cwd, 'out/0001_arcade/postgres/verify.sql'));
  appendFileSync(
    join(cwd, 'index.js'),
    "keystone.createList('Tag', { fields: { posts: { type: Relationship, ref: 'Post', many: true } } });\n",
  );
  const check = await print('check', ...options);
  const { templates, ...rest } = JSON.parse(await print('templates'));
  return {
    relationships,
    generate,
    check,
    templates: JSON.stringify({ templates: templates.slice(0, 1), ...rest }, null, 2),
  };
}
