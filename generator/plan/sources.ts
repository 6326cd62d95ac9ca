import type { Source } from '../diagnostics.ts';
import type { Relationship } from '../relationships/index.ts';

/** Where a relationship is declared: one place for each side. */
export const sourcesOf = ({ left, right }: Relationship): Source[] =>
  right ? [left.source, right.source] : [left.source];
