import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeListsProject } from './lists-project.ts';
import type { FirstReading, Rounds } from './reader-process.ts';
import { median, table } from './table.ts';

const sizes = [
  { lists: 50, rounds: 21 },
  { lists: 500, rounds: 11 },
  { lists: 5000, rounds: 5 },
];
const program = fileURLToPath(new URL('reader-process.ts', import.meta.url));

/**
 * The reader on generated projects with one file for each list, compared with `ts.createSourceFile` for the same files. Times are
 * medians of processor time. `first` and the peak memory are for the first reading in a new process, which is what a user waits
 * for, so `first` is real time.
 */
export function benchReader(): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'arcade-migrate-bench-'));
  try {
    return table([
      ['lists', 'read ms', 'ms a list', 'parse ms', 'read / parse', 'first ms (clock)', 'peak MB'],
      ...sizes.map(({ lists, rounds }) => measure(path.join(root, String(lists)), lists, rounds)),
    ]);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

function measure(folder: string, lists: number, rounds: number): string[] {
  writeListsProject(folder, lists);
  const first: FirstReading = run(folder, 'first', 1, lists);
  const { read, parse }: Rounds = run(folder, 'rounds', rounds, lists);
  const time = median(read);
  return [
    String(lists),
    time.toFixed(0),
    (time / lists).toFixed(2),
    median(parse).toFixed(0),
    (time / median(parse)).toFixed(2),
    first.milliseconds.toFixed(0),
    first.peakMegabytes.toFixed(0),
  ];
}

function run<Result>(folder: string, mode: string, rounds: number, lists: number): Result {
  const args = ['--import', 'tsx', program, folder, mode, String(rounds), String(lists)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}
