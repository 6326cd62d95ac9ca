import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readTally } from './summary.ts';

const summary = (total: number, passed: number, skipped: number) =>
  `• • \n\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1.00ms\n\n`;

test('tests that pass, fail and are skipped are counted', () => {
  const tally = readTally(summary(5, 3, 2), 1);
  assert.equal(tally, { passed: 3, failed: 2, skipped: 2, fault: null, reasons: [] });
});

test('a summary in colours is read too, and only the last one counts', () => {
  const colourful = summary(1, 1, 0).replace('  Passed:    1', '\u001b[32m\n  Passed:    1\u001b[39m');
  assert.is(readTally(summary(9, 0, 9) + colourful, 0).passed, 1);
});

test('reasons are collected once', () => {
  const line = 'could not run: things on MongoDB: no server\n';
  const { reasons, skipped, failed } = readTally(line + line + summary(0, 0, 4), 0);
  assert.equal([reasons, skipped, failed], [['things on MongoDB: no server'], 4, 0]);
});

for (const [what, output, status] of [
  ['crashes', '• Error: no', 1],
  ['is killed', '• ', null],
  ['forgets to run its tests', '', 0],
  ['has no tests', summary(0, 0, 0), 0],
  ['ends badly after its tests', summary(2, 2, 0), 7],
] as const) {
  test(`a file that ${what} is a failure`, () => {
    const { failed, fault } = readTally(output, status);
    assert.is(failed, 1);
    assert.type(fault, 'string');
  });
}

test.run();
