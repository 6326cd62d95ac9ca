import type { Source } from '../diagnostics.ts';

/** Positions as a reviewer can click them: `lists/Post.js:12, lists/User.js:5`. */
export const places = (sources: readonly Source[]): string =>
  sources.map(({ file, line }) => `${file}:${line}`).join(', ');
