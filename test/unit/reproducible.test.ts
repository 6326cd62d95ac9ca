import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../support/cli.ts';
import { runOrThrow } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const sample = fileURLToPath(new URL('../fixtures/sample-blog/', import.meta.url));
const folderOfLists = fileURLToPath(new URL('../fixtures/reader/folder-of-lists/', import.meta.url));

/** All files below a folder with their bytes, in an order of their own. */
const bytesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .map(
        (path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path)).toString('latin1')] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** A copy whose files were made in another order, which is the order in which some file systems list them. */
function copyBackwards(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true }).reverse()) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyBackwards(source, target);
    else writeFileSync(target, readFileSync(source));
  }
}

async function generate(cwd: string, entry: string, env: Record<string, string> = {}) {
  const out = await temporaryFolder();
  await runOrThrow(process.execPath, [program, 'generate', entry, '--database', 'both', '--out', out], {
    cwd,
    env,
  });
  return bytesOf(out);
}

test('the same lists give the same bytes in any locale, time zone and place, whatever the order of files on disk', async () => {
  for (const [fixture, entry] of [
    [sample, 'index.ts'],
    [folderOfLists, 'index.js'],
  ] as const) {
    const elsewhere = join(await temporaryFolder(), 'ein Ort', 'mit Blank');
    copyBackwards(fixture, elsewhere);
    const [here, there] = await Promise.all([
      generate(fixture, entry, { LC_ALL: 'C', LANG: 'C', TZ: 'UTC' }),
      generate(elsewhere, entry, { LC_ALL: 'da_DK.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' }),
    ]);
    assert.ok(Object.keys(here).length > 5);
    assert.equal(there, here);
  }
});

test.run();
