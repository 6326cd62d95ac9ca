import { fillLines } from '../text/wrap.ts';

const GAP = '  ';

/**
 * Aligns rows of cells in columns. If they are wider than `width`, the widest columns are wrapped. The first row is the heading,
 * which is not wrapped.
 */
export function table(rows: readonly (readonly string[])[], width = Number.POSITIVE_INFINITY): string[] {
  const [heading = []] = rows;
  const columns = heading.map((title, column) => {
    const cells = rows.map((row) => row[column] ?? '');
    return { width: longest(cells), least: longest([title, ...cells.join(' ').split(' ')]) };
  });
  const total = () => columns.reduce((sum, column) => sum + GAP.length + column.width, -GAP.length);
  while (total() > width) {
    const breakable = columns.filter((column) => column.width > column.least);
    const [widest] = breakable.sort((a, b) => b.width - a.width);
    if (widest === undefined) break;
    widest.width -= 1;
  }
  return rows.flatMap((row) => {
    const cells = columns.map((column, index) => fillLines((row[index] ?? '').split(' '), column.width));
    return Array.from({ length: Math.max(...cells.map((lines) => lines.length)) }, (_, line) =>
      columns
        .map((column, index) => (cells[index]?.[line] ?? '').padEnd(column.width))
        .join(GAP)
        .trimEnd(),
    );
  });
}

const longest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
