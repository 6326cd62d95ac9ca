/** Runs the benches and prints their tables. Arguments choose benches by a part of their name: `npm run bench -- reader`. */
import { benchMongo } from './mongo.ts';
import { benchPostgres } from './postgres.ts';
import { benchReader } from './reader.ts';
import { benchSecondReading } from './second-reading.ts';
import { benchStartup } from './startup.ts';

interface Bench {
  readonly name: string;
  readonly run: () => string | Promise<string>;
}

const benches: readonly Bench[] = [
  { name: 'startup', run: benchStartup },
  { name: 'reader', run: benchReader },
  { name: 'reader-run', run: benchSecondReading },
  { name: 'postgres', run: benchPostgres },
  { name: 'mongo', run: benchMongo },
];

const filters = process.argv.slice(2);
const chosen = benches.filter(
  ({ name }) => filters.length === 0 || filters.some((part) => name.includes(part)),
);
if (chosen.length === 0) {
  console.error(`No bench matches. There are: ${benches.map(({ name }) => name).join(', ')}.`);
  process.exitCode = 1;
}
for (const { name, run } of chosen) console.log(`${name}\n\n${await run()}\n`);
