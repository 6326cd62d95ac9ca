import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Console } from '../command-line/console.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { codeFrame } from '../text/code-frame.ts';

/** Prints diagnostics for a person: the place, what is wrong, the code around it, and what to do. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  cwd: string,
  { problem, colors }: Console,
): void {
  for (const { code, severity, message, help, source } of diagnostics) {
    const paint = severity === 'error' ? colors.red : colors.yellow;
    const place = `${source.file}:${source.line}:${source.column}`;
    problem(`${colors.bold(place)} ${paint(severity)} ${code}: ${message}`);
    const frame = frameOf(cwd, source.file, source.line, source.column);
    if (frame) problem(`\n${frame}\n`);
    problem(`  ${help}\n`);
  }
}

/** Nothing where the file is the problem. */
function frameOf(cwd: string, file: string, line: number, column: number): string {
  try {
    return codeFrame(readFileSync(resolve(cwd, file), 'utf8'), line, column);
  } catch {
    return '';
  }
}
