import { stripVTControlCharacters } from 'node:util';
import { couldNotRun } from '../needs.ts';

/** The result of one test file. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What is wrong with the file itself, besides failed tests; null if nothing is. */
  readonly fault: string | null;
  /** Why tests could not run, in the words of the tests. */
  readonly reasons: readonly string[];
}

/**
 * Parses uvu's summary at the end of a test file's output. A file without a summary crashed. A file with an empty summary forgot
 * `test.run()`, which uvu itself does not report.
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
    return failure(reasons, `it ended with status ${status} before its tests had finished${hint}`);
  }
  if (total === 0 && skipped === 0) return failure(reasons, 'it ran no tests');
  const failed = total - passed;
  if (failed === 0 && status !== 0) {
    return { passed, failed: 1, skipped, fault: `it ended with status ${status}`, reasons };
  }
  return { passed, failed, skipped, fault: null, reasons };
}

function failure(reasons: readonly string[], fault: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, fault, reasons };
}

/** The last figure of this name, because the output of the tests comes before uvu's summary. */
function count(text: string, name: string): number | null {
  const figures = [...text.matchAll(new RegExp(`^ {2}${name}: +(\\d+)$`, 'gm'))];
  const last = figures.at(-1)?.[1];
  return last === undefined ? null : Number(last);
}
