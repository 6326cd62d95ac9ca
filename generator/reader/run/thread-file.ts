import { bundleThread } from '../../../esbuild.thread.js';

/** The module that the thread begins with. In the place of this, the bundle names a file beside it (`esbuild.config.js`). */
export function threadFile(): URL {
  return new URL(`data:text/javascript;base64,${Buffer.from(bundleThread()).toString('base64')}`);
}
