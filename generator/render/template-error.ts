import { codeFrame } from '../text/code-frame.ts';
import type { Template } from './template-files.ts';

/** A place in a template; both counted from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a template of the user: its file, the place, the reason, and the lines around it. */
export function describeFault({ overriddenBy, text }: Template, reason: string, at: Position | null): string {
  if (at === null) return `${overriddenBy}: ${reason}`;
  return `${overriddenBy}:${at.line}:${at.column}: ${reason}\n\n${codeFrame(text, at.line, at.column)}\n`;
}

/** Where Handlebars says that the fault is: in properties, or for what cannot be parsed in its message. */
export function positionOf(error: unknown): Position | null {
  const { lineNumber, column, message } = error as { lineNumber?: number; column?: number; message?: string };
  if (lineNumber !== undefined) return { line: lineNumber, column: (column ?? 0) + 1 };
  const line = /^(?:Parse|Lexical) error on line (\d+)/.exec(message ?? '')?.[1];
  return line === undefined ? null : { line: Number(line), column: 1 };
}

/** The reason without the place, which is said in another way, and without the parser's own drawing. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/^(Parse|Lexical) error/.test(message)) {
    return `it cannot be parsed: ${message.trim().split('\n').at(-1)}`;
  }
  const missing = /^"(.*)" not defined in /.exec(message)?.[1];
  return missing === undefined ? message.replace(/ - \d+:\d+$/, '') : `there is no value ${missing} here`;
}
