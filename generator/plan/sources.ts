import type { Source } from '../diagnostics.ts';
import type { Relationship } from '../relationships/index.ts';

/** Where a relationship is declared: once, or on each of its sides. */
export const sourcesOf = ({ left, right }: Relationship): Source[] =>
  right ? [left.source, right.source] : [left.source];
