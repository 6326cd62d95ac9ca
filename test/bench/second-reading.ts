import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeListsProject } from './lists-project.ts';
import { type Cost, cli, measure, writeReport } from './startup.ts';
import { median, table } from './table.ts';

const sizes = [2, 30, 500];
const rounds = 15;

/**
 * The cost of the second reading: the command `relationships` with it and with --no-run, in turns, each in a new process. Medians of
 * real time and of processor time, because a second core may do most of the work.
 */
export function benchSecondReading(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'arcade-migrate-bench-'));
  try {
    const report = writeReport(folder);
    const rows = sizes.map((lists) => {
      const project = path.join(folder, String(lists));
      writeListsProject(project, lists);
      const args = [cli, 'relationships', path.join(project, 'index.js')];
      const both: Cost[] = [];
      const one: Cost[] = [];
      for (let round = 0; round < rounds; round += 1) {
        both.push(measure(report, args));
        one.push(measure(report, [...args, '--no-run']));
      }
      const of = (costs: readonly Cost[], kind: 'clock' | 'cpu') => median(costs.map((cost) => cost[kind]));
      const [clock, alone] = [of(both, 'clock'), of(one, 'clock')];
      return [
        String(lists),
        clock.toFixed(0),
        alone.toFixed(0),
        (clock - alone).toFixed(0),
        (clock / alone).toFixed(2),
        (of(both, 'cpu') - of(one, 'cpu')).toFixed(0),
      ];
    });
    return table([['lists', 'clock ms', '--no-run', 'added', 'times', 'added cpu ms'], ...rows]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
