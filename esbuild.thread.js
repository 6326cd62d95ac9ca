/** Bundles the thread of the second reading and the code inside its engine, for the build and for runs from the sources. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const require = createRequire(import.meta.url);
const options = { bundle: true, write: false, minify: true, metafile: true };
const inNode = { ...options, platform: 'node', target: 'node20' };
const inEngine = { ...options, keepNames: true, format: 'cjs', platform: 'browser', target: 'es2022' };

const source = (path) => fileURLToPath(new URL(`generator/reader/run/${path}`, import.meta.url));
const textOf = ({ outputFiles }) => outputFiles[0].text;
const inputsOf = (...results) => results.flatMap(({ metafile }) => Object.keys(metafile.inputs));

export const wasm = require.resolve('quickjs-wasi/quickjs.wasm');

/** The file of ts-morph that is TypeScript's parser. */
export const parserFile = join(
  dirname(createRequire(require.resolve('ts-morph')).resolve('@ts-morph/common')),
  'typescript.js',
);

/** The thread's module for runs from the sources, which needs no built files. */
export function bundleThread() {
  const url = (path) => pathToFileURL(path).href;
  const guest = textOf(buildSync({ ...inEngine, entryPoints: [source('guest/main.ts')] }));
  const sucrase = require.resolve('sucrase');
  const files = { wasm: url(wasm), sucrase: url(sucrase), typescript: url(parserFile), image: '' };
  return textOf(thread(files, guest));
}

/**
 * The built files by name, and the source files that they contain. The image is the memory of an engine that has loaded the
 * stand-ins. Starting from it is several times faster than loading them.
 */
export async function threadFiles() {
  const guest = buildSync({ ...inEngine, entryPoints: [source('guest/main.ts')] });
  const image = buildSync({ ...inNode, format: 'esm', entryPoints: [source('image.ts')] });
  const { makeImage } = await import(
    `data:text/javascript;base64,${Buffer.from(textOf(image)).toString('base64')}`
  );
  const sucrase = buildSync({ ...inNode, format: 'cjs', entryPoints: [require.resolve('sucrase')] });
  const files = {
    wasm: './quickjs.wasm',
    sucrase: './sucrase.cjs',
    typescript: './typescript.cjs',
    image: './quickjs.image',
  };
  const built = thread(files, '');
  return {
    files: {
      'thread.js': textOf(built),
      'sucrase.cjs': textOf(sucrase),
      'quickjs.image': await makeImage(wasm, textOf(guest)),
    },
    inputs: inputsOf(guest, sucrase, built, lodash()),
  };
}

function thread(files, guest) {
  const values = { ...files, guest, lodash: textOf(lodash()) };
  const define = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.toUpperCase(), JSON.stringify(value)]),
  );
  const alias = { 'ts-morph': source('typescript.ts') };
  return buildSync({ ...inNode, format: 'esm', entryPoints: [source('thread.ts')], define, alias });
}

function lodash() {
  return buildSync({ ...inEngine, keepNames: false, entryPoints: [require.resolve('lodash')] });
}
