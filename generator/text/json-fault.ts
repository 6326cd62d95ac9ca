/** What is wrong with a text of JSON, and where; null where nothing is. Lines and columns count from 1. */
export function jsonFault(text: string): { message: string; line: number; column: number } | null {
  const message = faultIn(text);
  if (message === null) return null;
  const before = text.slice(0, offsetOf(text, message)).split('\n');
  return { message, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function faultIn(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** V8 says the position of some faults, and of others which character it did not expect. */
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
