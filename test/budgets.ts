/** Prints the length of the emitted scripts in lines, as `wc -l` counts them, and the target for each. */
import { table } from './bench/table.ts';
import { BUDGETED, type Budget, countLines, emittedFor, LIBRARY_TARGET, linesOf } from './support/budgets.ts';

const columns: readonly Budget[] = ['migrate.sql', 'rollback.sql', 'migrate.js', 'all'];
const beside = (lines: number, target: number) => `${lines} / ${target}${lines > target ? ' !' : ''}`;

const rows = BUDGETED.map((project) => {
  const lines = linesOf(emittedFor(project));
  return [project.name, ...columns.map((column) => beside(lines[column], project.targets[column]))];
});
const [first] = BUDGETED;
const library = first ? countLines(emittedFor(first).get('mongo/arcade.js') ?? '') : 0;

console.log(table([['lines / target', ...columns], ...rows]));
console.log(`\nall: the eight scripts and REVIEW.md, without the library.`);
console.log(`mongo/arcade.js, the same for every project: ${beside(library, LIBRARY_TARGET)}`);
