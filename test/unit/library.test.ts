import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runCli } from '../support/cli.ts';
import { run, runOrThrow } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const compiler = join(root, 'node_modules/typescript/bin/tsc');

const [, example = ''] =
  readFileSync(join(root, 'docs/library.md'), 'utf8').match(/<!-- example -->\n```js\n(.*?)```\n/s) ?? [];

/** The sample blog, with the built package installed. */
async function project(): Promise<string> {
  const folder = await temporaryFolder();
  cpSync(join(root, 'test/fixtures/sample-blog'), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/arcade-migrate'), 'junction');
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'), 'junction');
  return folder;
}

test('the example in docs/library.md writes what the command writes', async () => {
  const folder = await project();
  writeFileSync(join(folder, 'migrate.mjs'), example);
  const { stdout } = await runOrThrow(process.execPath, ['migrate.mjs'], { cwd: folder });
  assert.is(stdout, '7 files were written to out/0001_arcade.\n');
  const check = await runCli(folder, 'check', 'index.ts', '--database', 'postgres');
  assert.equal([check.status, check.stderr.startsWith('Confirmed: ')], [0, true]);
  assert.equal(readdirSync(join(folder, 'out')).sort(), ['0001_arcade', 'manifest.json']);
});

test('the types of the package are those that the example needs, and refuse what is wrong', async () => {
  const folder = await project();
  const typed = example.replace(/^};$/m, '} as const;');
  writeFileSync(join(folder, 'right.mts'), typed);
  writeFileSync(join(folder, 'wrong.mts'), typed.replace("'abort'", "'abandon'"));
  const options = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
  const compile = (file: string) =>
    run(process.execPath, [compiler, ...options, '--ignoreConfig', file], { cwd: folder });
  const [right, wrong] = await Promise.all([compile('right.mts'), compile('wrong.mts')]);
  assert.equal([right.status, right.stdout], [0, '']);
  assert.match(wrong.stdout, '\'"abandon"\' is not assignable');
});

test.run();
