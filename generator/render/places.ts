import type { Source } from '../diagnostics.ts';

/** Positions that terminals and editors make clickable: `lists/Post.js:12, lists/User.js:5`. */
export const places = (sources: readonly Source[]): string =>
  sources.map(({ file, line }) => `${file}:${line}`).join(', ');
