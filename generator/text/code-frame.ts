/** Counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A fault in a file: file, position, what is wrong, and the lines around it. */
export const describeFault = (
  file: string,
  text: string,
  { line, column }: Position,
  fault: string,
): string => `${file}:${line}:${column}: ${fault}\n\n${codeFrame(text, line, column)}\n`;

/** How many lines are shown before and after the line itself. */
const context = 2;
/** Longer lines (bundled code, data) are cut, so that a frame stays readable. */
const widest = 160;

/**
 * The lines around a place in a text, numbered, with a caret below the column. `line` and `column` count from 1. Empty for
 * a binary file.
 */
export function codeFrame(text: string, line: number, column: number): string {
  if (text.includes('\0')) return '';
  const lines = text.split(/\r\n|\n|\r/);
  const first = Math.max(1, line - context);
  const last = Math.min(lines.length, line + context);
  const gutter = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const content = (lines[number - 1] ?? '').replaceAll(/\p{Cc}/gu, (mark) =>
      mark === '\t' ? ' ' : '\uFFFD',
    );
    const mark = number === line ? '>' : ' ';
    frame.push(`${mark} ${String(number).padStart(gutter)} | ${content.slice(0, widest)}`.trimEnd());
    if (number === line && column <= widest) {
      frame.push(`  ${' '.repeat(gutter)} | ${' '.repeat(column - 1)}^`);
    }
  }
  return frame.join('\n');
}
