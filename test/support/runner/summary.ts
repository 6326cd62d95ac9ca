import { stripVTControlCharacters } from 'node:util';
import { couldNotRun } from '../needs.ts';

/** How the tests of one file went. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What is wrong with the file itself, beside tests that failed; null where nothing is. */
  readonly fault: string | null;
  /** Why tests could not run, in the words of the tests. */
  readonly reasons: readonly string[];
}

/**
 * Reads uvu's summary at the end of a test file's output. A file that did not get to its summary crashed, and one
 * that summed up nothing forgot `test.run()`: uvu itself would let the latter pass.
 */
export function readTally(output: string, status: number | null): Tally {
  const text = stripVTControlCharacters(output);
  const total = count(text, 'Total');
  const passed = count(text, 'Passed');
  const skipped = count(text, 'Skipped');
  const reasons = [...new Set(text.split('\n').filter((line) => line.startsWith(couldNotRun)))].map((line) =>
    line.slice(couldNotRun.length).trim(),
  );

  if (total === null || passed === null || skipped === null) {
    const hint = status === 0 ? ': is `test.run()` missing?' : '';
    return failure(reasons, `it ended with status ${status} before its tests were through${hint}`);
  }
  if (total === 0 && skipped === 0) return failure(reasons, 'it ran no test');
  const failed = total - passed;
  if (failed === 0 && status !== 0) {
    return { passed, failed: 1, skipped, fault: `it ended with status ${status}`, reasons };
  }
  return { passed, failed, skipped, fault: null, reasons };
}

function failure(reasons: readonly string[], fault: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, fault, reasons };
}

/** The last figure of that name: what a test prints itself comes before uvu's summary. */
function count(text: string, name: string): number | null {
  const figures = [...text.matchAll(new RegExp(`^ {2}${name}: +(\\d+)$`, 'gm'))];
  const last = figures.at(-1)?.[1];
  return last === undefined ? null : Number(last);
}
