import type { Position } from './code-frame.ts';

/** Why a text is not valid JSON, and where; null if it is valid. */
export function jsonFault(text: string): (Position & { readonly message: string }) | null {
  const message = faultIn(text);
  if (message === null) return null;
  const before = text.slice(0, offsetOf(text, message)).split('\n');
  // V8 adds an extract of the text, or the position.
  const [reason = ''] = message.split(/, (?:\.\.\.)?"| in JSON at /);
  return { message: reason, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function faultIn(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** V8 reports the position of some faults, and of others only the unexpected character. */
function offsetOf(text: string, message: string): number {
  const [, position] = /position (\d+)/.exec(message) ?? [];
  if (position !== undefined) return Number(position);
  const [, token] = /^Unexpected token '(.)'/u.exec(message) ?? [];
  const isFault = (at: number) => faultIn(text.slice(0, at + 1))?.startsWith('Unexpected token') === true;
  for (let at = text.indexOf(token ?? '\0'); at >= 0; at = text.indexOf(token ?? '\0', at + 1)) {
    if (isFault(at)) return at;
  }
  return text.trimEnd().length;
}
