import { codeFrame } from '../text/code-frame.ts';
import type { Template } from './template-files.ts';

/** Counted from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A fault in a user's template: file, position, reason, and the lines around it. */
export function describeFault({ overriddenBy, text }: Template, reason: string, at: Position | null): string {
  if (at === null) return `${overriddenBy}: ${reason}`;
  return `${overriddenBy}:${at.line}:${at.column}: ${reason}\n\n${codeFrame(text, at.line, at.column)}\n`;
}

/** The position of a Handlebars error. A parse error has it only in its message. */
export function positionOf(error: unknown): Position | null {
  const { lineNumber, column, message } = error as { lineNumber?: number; column?: number; message?: string };
  if (lineNumber !== undefined) return { line: lineNumber, column: (column ?? 0) + 1 };
  const line = /^(?:Parse|Lexical) error on line (\d+)/.exec(message ?? '')?.[1];
  return line === undefined ? null : { line: Number(line), column: 1 };
}

/** The message without its position and without the parser's code frame: {@link describeFault} adds both. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/^(Parse|Lexical) error/.test(message)) {
    return `it cannot be parsed: ${message.trim().split('\n').at(-1)}`;
  }
  const missing = /^"(.*)" not defined in /.exec(message)?.[1];
  return missing === undefined ? message.replace(/ - \d+:\d+$/, '') : `there is no value ${missing} here`;
}
