import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeListsProject } from './lists-project.ts';
import { median, table } from './table.ts';

const RUNS = 11;
export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The cost of one process, in milliseconds and megabytes. */
export interface Cost {
  readonly cpu: number;
  readonly clock: number;
  readonly megabytes: number;
}

const NOTHING: Cost = { cpu: 1, clock: 1, megabytes: 1 };

interface Command {
  readonly name: string;
  readonly args: (run: number) => readonly string[];
}

/**
 * Whole commands in turns, each in a new process: medians, and their ratios to bare Node. Includes processor time, because real time
 * depends on other programs.
 */
export function benchStartup(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'arcade-migrate-bench-'));
  try {
    const report = writeReport(folder);
    const commands = commandsOn(folder);
    const costs = commands.map((): Cost[] => []);
    for (let run = 0; run < RUNS; run += 1) {
      for (const [index, { args }] of commands.entries()) costs[index]?.push(measure(report, args(run)));
    }
    const medians = costs.map((all) => ({
      cpu: median(all.map(({ cpu }) => cpu)),
      clock: median(all.map(({ clock }) => clock)),
      megabytes: median(all.map(({ megabytes }) => megabytes)),
    }));
    const [bare = NOTHING, tsMorph = NOTHING] = medians;
    const ratio = (kind: keyof Cost, cost: Cost, to = bare) => (cost[kind] / to[kind]).toFixed(2);
    return table([
      ['command', 'cpu ms', '/ bare', '/ ts-morph', 'clock ms', '/ bare', 'peak MB', '/ bare'],
      ...medians.map((cost, index) => [
        commands[index]?.name ?? '',
        cost.cpu.toFixed(0),
        ratio('cpu', cost),
        ratio('cpu', cost, tsMorph),
        cost.clock.toFixed(0),
        ratio('clock', cost),
        cost.megabytes.toFixed(0),
        ratio('megabytes', cost),
      ]),
    ]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function commandsOn(folder: string): Command[] {
  const onProject = (lists: number): Command[] => {
    const project = path.join(folder, String(lists));
    writeListsProject(project, lists);
    const entry = path.join(project, 'index.js');
    return [
      { name: `relationships, ${lists} lists`, args: () => [cli, 'relationships', entry] },
      {
        name: `generate, ${lists} lists`,
        args: (run) => [cli, 'generate', entry, '--out', path.join(project, `out${run}`)],
      },
    ];
  };
  return [
    { name: 'node -e 0', args: () => ['-e', '0'] },
    { name: "node -e require('ts-morph')", args: () => ['-e', "require('ts-morph')"] },
    { name: '--version', args: () => [cli, '--version'] },
    { name: '--help', args: () => [cli, '--help'] },
    ...[2, 30, 500].flatMap(onProject),
  ];
}

/** Each process loads this first. It writes the cost to the file that an environment variable names. */
const REPORT = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.ARCADE_BENCH_COST, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, megabytes: maxRSS / 1024 }));
});
`;

/** Writes the module that reports the cost of a process, and returns its path. */
export function writeReport(folder: string): string {
  const report = path.join(folder, 'report.cjs');
  fs.writeFileSync(report, REPORT);
  return report;
}

/** Runs Node once. `report` is the path that {@link writeReport} returned. */
export function measure(report: string, args: readonly string[]): Cost {
  const cost = `${report}.json`;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--require', report, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ARCADE_BENCH_COST: cost },
  });
  const clock = performance.now() - start;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with status ${status}: ${stderr}`);
  return { ...JSON.parse(fs.readFileSync(cost, 'utf8')), clock };
}
