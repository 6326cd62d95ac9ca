import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Console } from '../command-line/console.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { codeFrame } from '../text/code-frame.ts';

/** Nobody reads more lines, and they would push the first ones out of sight. */
const mostLines = 200;

/**
 * Prints diagnostics for a person: the place, what is wrong, the code around it, and what to do. If that takes too many lines,
 * errors come first and the rest is only counted, unless `all` is true.
 */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  cwd: string,
  { problem, colors }: Console,
  all = false,
): void {
  const texts = diagnostics.map((each) => textOf(each, cwd, colors));
  const lines = texts.reduce((sum, text) => sum + linesIn(text), 0);
  if (all || lines <= mostLines) {
    for (const text of texts) problem(text);
    return;
  }
  const isError = (index: number) => diagnostics[index]?.severity === 'error';
  const sorted = [...texts.filter((_, at) => isError(at)), ...texts.filter((_, at) => !isError(at))];
  // One line is for the number of the others.
  let left = mostLines - 1;
  let shown = 0;
  for (const text of sorted) {
    left -= linesIn(text);
    if (left < 0) break;
    problem(text);
    shown += 1;
  }
  problem(`and ${texts.length - shown} more: --all-diagnostics prints them all.`);
}

const linesIn = (text: string): number => text.split('\n').length;

function textOf(
  { code, severity, message, help, source }: Diagnostic,
  cwd: string,
  colors: Console['colors'],
): string {
  const paint = severity === 'error' ? colors.red : colors.yellow;
  const place = `${source.file}:${source.line}:${source.column}`;
  const frame = frameOf(cwd, source.file, source.line, source.column);
  return [
    `${colors.bold(place)} ${paint(severity)} ${code}: ${message}`,
    ...(frame === '' ? [] : [`\n${frame}\n`]),
    `  ${help}\n`,
  ].join('\n');
}

/** Empty if the file cannot be read. */
function frameOf(cwd: string, file: string, line: number, column: number): string {
  try {
    return codeFrame(readFileSync(resolve(cwd, file), 'utf8'), line, column);
  } catch {
    return '';
  }
}
