/** Bundles the thread of the second reading, and what runs inside its engine: for the build, and for the sources as they are. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const require = createRequire(import.meta.url);

/** The engine, as WebAssembly. */
export const wasm = require.resolve('quickjs-wasi/quickjs.wasm');

/**
 * Gives the text of the thread's module and the files that went into it.
 *
 * @param {string} wasmUrl where the module finds the engine: a URL, absolute or from its own
 */
export function bundleThread(wasmUrl) {
  const options = { bundle: true, write: false, minify: !process.env.DEBUG_RUN, metafile: true };
  const inEngine = { ...options, keepNames: true, format: 'cjs', platform: 'browser', target: 'es2022' };
  const source = (path) => fileURLToPath(new URL(`generator/reader/run/${path}`, import.meta.url));
  const guest = buildSync({ ...inEngine, entryPoints: [source('guest/main.ts')] });
  const lodash = buildSync({ ...inEngine, entryPoints: [require.resolve('lodash')] });
  const text = ({ outputFiles }) => JSON.stringify(outputFiles[0].text);
  const thread = buildSync({
    ...options,
    entryPoints: [source('thread.ts')],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    define: { GUEST: text(guest), LODASH: text(lodash), WASM: JSON.stringify(wasmUrl) },
  });
  const inputs = [guest, lodash, thread].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  return { text: thread.outputFiles[0].text, inputs };
}
