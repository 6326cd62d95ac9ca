import { bundleThread } from '../../../esbuild.thread.js';

/** The module that the thread starts with. In the bundle, it is a file instead (`esbuild.config.js`). */
export function threadFile(): URL {
  return new URL(`data:text/javascript;base64,${Buffer.from(bundleThread()).toString('base64')}`);
}
