import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { documents } from '../support/documents.ts';
import { generateSample } from '../support/sample.ts';
import { takeSnapshots } from '../support/snapshots.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();

test('snapshots/ is what the program prints and writes: npm run snapshots', async () => {
  const folder = join(root, 'snapshots');
  const taken = await takeSnapshots();
  assert.equal(filesBelow(folder), [...taken.keys()].sort());
  for (const [path, text] of taken) assert.is(readFileSync(join(folder, path), 'utf8'), text, path);
});

test('the documents have the help text and the table of codes: npm run snapshots', async () => {
  for (const [path, text] of await documents()) assert.is(readFileSync(path, 'utf8'), text, path);
});

test('out/ is what the program writes for the sample blog: npm start', async () => {
  const out = await generateSample();
  const committed = join(root, 'out');
  assert.ok(existsSync(committed));
  assert.equal(filesBelow(out), filesBelow(committed));
  for (const path of filesBelow(out)) {
    assert.is(readFileSync(join(committed, path), 'utf8'), readFileSync(join(out, path), 'utf8'), path);
  }
});

test.run();
