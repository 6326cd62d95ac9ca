import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readingProgress } from '../../generator/commands/reading-progress.ts';
import { readLists } from '../../generator/index.ts';

/** What is written where files are read at these times, in milliseconds from the start. */
function written(times: readonly number[], { isTTY = true, isQuiet = false } = {}): string[] {
  const texts: string[] = [];
  let time = 0;
  const stream = { isTTY, write: (text: string | Uint8Array) => texts.push(String(text)) > 0 };
  const { progress, runStarts, end } = readingProgress(isQuiet, stream, () => time);
  for (const [index, at] of times.entries()) {
    time = at;
    progress(index + 1);
  }
  runStarts();
  end();
  return texts.map((text) => text.replace('\r\x1b[2K', ''));
}

test('after a second a terminal shows how many files were read and that they run, and the line goes away', () => {
  assert.equal(written([0, 999]), []);
  assert.equal(written([0, 1000, 1050, 1100]), [
    'Reading the list files: 2 so far …',
    'Reading the list files: 4 so far …',
    'Running the list files in an isolated engine …',
    '',
  ]);
  assert.equal(written([0, 2000], { isTTY: false }), []);
  assert.equal(written([0, 2000], { isQuiet: true }), []);
});

test('readLists reports how many files it has read, and when it runs them', () => {
  const told: (number | string)[] = [];
  const cwd = fileURLToPath(new URL('../fixtures/sample-blog/', import.meta.url));
  const callbacks = { progress: (files: number) => told.push(files), runStarts: () => told.push('run') };
  readLists(['index.ts'], { cwd, ...callbacks });
  assert.is(told.pop(), 'run');
  assert.ok(told.length > 3);
  assert.equal(
    told,
    told.map((_, index) => index + 1),
  );
});

test.run();
