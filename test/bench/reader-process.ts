/**
 * Measures the reader on one project, in its own process, and prints JSON. `first` reads the project once, as the program does.
 * `rounds` reads it and parses it in turns.
 */
import fs from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { readLists } from '../../generator/reader/index.ts';
import { ts } from '../../generator/reader/syntax.ts';

export interface FirstReading {
  readonly milliseconds: number;
  /** The peak memory of the process, including Node and the code of the parser. */
  readonly peakMegabytes: number;
}

export interface Rounds {
  readonly read: readonly number[];
  readonly parse: readonly number[];
}

/** After this many lists, V8 has optimised the reader and the parser. */
const listsToWarmUp = 3000;

const [folder = '', mode = 'first', count = '1', expectedLists = '0'] = process.argv.slice(2);

/** Processor time of this process in milliseconds. Unlike real time, it does not depend on other programs. */
function worked(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function read(): number {
  const start = worked();
  const { lists, diagnostics } = readLists(['index.js'], { cwd: folder });
  const time = worked() - start;
  const relationships = lists.flatMap((list) => list.relationships).length;
  if (
    lists.length !== Number(expectedLists) ||
    relationships !== 3 * lists.length ||
    diagnostics.length > 0
  ) {
    throw new Error(
      `The reader found ${lists.length} lists and ${relationships} relationships, which is not what was written.`,
    );
  }
  return time;
}

/** The minimum: reads and parses the files, and keeps all trees as the reader does. */
function parse(): number {
  const start = worked();
  const names = fs.readdirSync(path.join(folder, 'lists')).map((name) => path.join(folder, 'lists', name));
  const trees = [path.join(folder, 'index.js'), ...names].map((file) =>
    ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest),
  );
  const time = worked() - start;
  if (trees.length !== Number(expectedLists) + 1) throw new Error('Not all files were parsed.');
  return time;
}

/** Forces no garbage collection between the runs, because that would discard compiled code too. */
function inTurns(runs: number): Rounds {
  const rounds = { read: [] as number[], parse: [] as number[] };
  const warmUp = Math.ceil(listsToWarmUp / Number(expectedLists));
  for (let run = -warmUp; run < runs; run += 1) {
    const order = run % 2 === 0 ? (['read', 'parse'] as const) : (['parse', 'read'] as const);
    for (const kind of order) {
      const time = kind === 'read' ? read() : parse();
      if (run >= 0) rounds[kind].push(time);
    }
  }
  return rounds;
}

function once(): FirstReading {
  const start = performance.now();
  read();
  const milliseconds = performance.now() - start;
  return { milliseconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
}

console.log(JSON.stringify(mode === 'first' ? once() : inTurns(Number(count))));
