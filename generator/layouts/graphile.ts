import { createHash } from 'node:crypto';

/**
 * The headers by which graphile-migrate 1 chains its committed migrations: each has a hash of its own text and of the
 * hash before it. `before` is the migration before this one; null where this is the first.
 */
export function chained(script: string, before: string | null): { previous: string; hash: string } {
  const previous = before === null ? null : (/^--! Hash: (\S+)$/m.exec(before)?.[1] ?? null);
  const text = `${`${previous ?? ''}\n${script.trim()}`.trim()}\n`;
  return { previous: previous ?? '-', hash: `sha1:${createHash('sha1').update(text).digest('hex')}` };
}
