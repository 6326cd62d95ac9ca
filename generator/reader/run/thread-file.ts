import { pathToFileURL } from 'node:url';
import { bundleThread, wasm } from '../../../esbuild.thread.js';

/** The module that the thread begins with. In the place of this, the bundle has the name of a file beside it (`esbuild.config.js`). */
export function threadFile(): URL {
  const { text } = bundleThread(pathToFileURL(wasm).href);
  return new URL(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
}
