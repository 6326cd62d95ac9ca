/**
 * Measures the reader on one project, in a process that does nothing else, and prints JSON. `first`
 * reads it once, as the program does; `rounds` reads and parses it in turns.
 */
import fs from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { readLists } from '../../generator/reader/index.ts';
import { ts } from '../../generator/reader/syntax.ts';

export interface FirstReading {
  readonly milliseconds: number;
  /** The most memory the process ever held, Node and the parser's own code included. */
  readonly peakMegabytes: number;
}

export interface Rounds {
  readonly read: readonly number[];
  readonly parse: readonly number[];
}

/** So much has to be read and parsed before the engine has compiled what it will, whatever the size. */
const listsToWarmUp = 3000;

const [folder = '', mode = 'first', count = '1', expectedLists = '0'] = process.argv.slice(2);

/** The milliseconds that the processor worked for this process: other programs do not count, as they do by the clock. */
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
    throw new Error(`read ${lists.length} lists, ${relationships} relationships, not what was written`);
  }
  return time;
}

/** What can't be done without: reading the files and parsing them, with all trees kept as the reader keeps them. */
function parse(): number {
  const start = worked();
  const names = fs.readdirSync(path.join(folder, 'lists')).map((name) => path.join(folder, 'lists', name));
  const trees = [path.join(folder, 'index.js'), ...names].map((file) =>
    ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest),
  );
  const time = worked() - start;
  if (trees.length !== Number(expectedLists) + 1) throw new Error('not all files were parsed');
  return time;
}

/** No garbage collection is forced between the runs: it would throw compiled code away, too. */
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
