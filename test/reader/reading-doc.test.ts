import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runCli } from '../support/cli.ts';

/** docs/reading.md tells the truth: about the fixtures, and about what its commands print. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const text = fs.readFileSync(`${root}/docs/reading.md`, 'utf8');

test('the tables of styles name every fixture, and no other', () => {
  const rows = text.split('\n').filter((line) => /^\| .*`[a-z-]+` \|$/.test(line));
  const lastCells = rows.map((row) => row.split(' | ').at(-1) ?? '');
  const named = lastCells.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name));
  assert.equal([...new Set(named)].sort(), fs.readdirSync(`${root}/test/fixtures/reader`).sort());
});

const blocks = text.matchAll(/```sh\nnode dist\/cli\.js ([^\n]*)\n```\n\n(?:```text\n(.*?)\n```)?/gs);

for (const [, command = '', printed] of blocks) {
  test(`it shows what ${command} prints`, async () => {
    const { stdout, stderr } = await runCli(root, ...command.split(' '));
    assert.match(stdout + stderr, /RELATIONSHIP|error/);
    if (printed !== undefined) assert.is((stderr + stdout).trim(), printed);
  });
}

test.run();
