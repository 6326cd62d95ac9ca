import { describeFault, type Position } from '../text/code-frame.ts';
import type { Template } from './template-files.ts';

/** A fault in a user's template. */
export const describeTemplateFault = (
  { overriddenBy, text }: Template,
  reason: string,
  at: Position | null,
): string =>
  at === null ? `${overriddenBy}: ${reason}` : describeFault(String(overriddenBy), text, at, reason);

/** The position of a Handlebars error. A parse error has it only in its message. */
export function positionOf(error: unknown): Position | null {
  const { lineNumber, column, message } = error as { lineNumber?: number; column?: number; message?: string };
  if (lineNumber !== undefined) return { line: lineNumber, column: (column ?? 0) + 1 };
  const line = /^(?:Parse|Lexical) error on line (\d+)/.exec(message ?? '')?.[1];
  return line === undefined ? null : { line: Number(line), column: 1 };
}

/** The message without its position and without the parser's code frame: {@link describeTemplateFault} adds both. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/^(Parse|Lexical) error/.test(message)) {
    return `it cannot be parsed: ${message.trim().split('\n').at(-1)}`;
  }
  const missing = /^"(.*)" not defined in /.exec(message)?.[1];
  return missing === undefined ? message.replace(/ - \d+:\d+$/, '') : `there is no value ${missing} here`;
}
