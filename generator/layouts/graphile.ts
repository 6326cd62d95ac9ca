import { createHash } from 'node:crypto';

/**
 * The headers that chain the committed migrations of graphile-migrate 1. Each hash covers the text and the previous hash.
 *
 * @param before the previous migration; null for the first one
 */
export function chained(script: string, before: string | null): { previous: string; hash: string } {
  const previous = before === null ? null : (/^--! Hash: (\S+)$/m.exec(before)?.[1] ?? null);
  const text = `${`${previous ?? ''}\n${script.trim()}`.trim()}\n`;
  return { previous: previous ?? '-', hash: `sha1:${createHash('sha1').update(text).digest('hex')}` };
}
