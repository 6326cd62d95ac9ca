/**
 * Bundles the program into dist/: what it is run with, in few files, since loading many small ones is most of the time
 * that a short command takes. What package.json has under peerDependencies is left out; what it has under devDependencies
 * and the program imports is bundled. `dist/bom.json` and `dist/LICENSES.txt` say what that is.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import Handlebars from 'handlebars';
import { parserFile, threadFiles, wasm } from './esbuild.thread.js';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { peerDependencies, version } = readJson('package.json');

const require = createRequire(import.meta.url);

/**
 * Of ts-morph the program needs the parser alone: the file of TypeScript's that is a part of it. Made small, it loads in half the
 * time; as CommonJS that is required, not imported, since Node would look through it for the names that it exports.
 */
const parser = await build({
  entryPoints: [parserFile],
  outfile: 'dist/typescript.cjs',
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  metafile: true,
});

const parserOfTsMorph = {
  name: 'parser-of-ts-morph',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^ts-morph$/ }, ({ path }) => ({ path, namespace: 'parser' }));
    onResolve({ filter: /^\.\/typescript\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'parser' }, () => ({
      contents: `module.exports = { ts: require('./typescript.cjs') }`,
    }));
  },
};

/** The program's own templates, compiled as `compileTemplate` does. */
const compiledTemplates = {
  name: 'compiled-templates',
  setup({ onLoad }) {
    onLoad({ filter: /built-in-specification\.ts$/ }, () => {
      const paths = readdirSync('templates', { recursive: true }).filter((path) => path.endsWith('.hbs'));
      const specifications = paths.map((path) => {
        const text = readFileSync(join('templates', path), 'utf8').replaceAll('\r\n', '\n');
        const compiled = Handlebars.precompile(text, { noEscape: true, strict: true });
        return `${JSON.stringify(path.replaceAll('\\', '/'))}: ${compiled}`;
      });
      return {
        contents: `const specifications = {${specifications.join(',\n')}};
export const builtInSpecification = (path) => specifications[path];`,
      };
    });
  },
};

/** The thread of the second reading is a module of its own, with what it needs beside it. */
const thread = await threadFiles();
for (const [name, content] of Object.entries(thread.files)) writeFileSync(`dist/${name}`, content);
copyFileSync(wasm, 'dist/quickjs.wasm');

const threadFile = {
  name: 'thread-file',
  setup({ onLoad }) {
    onLoad({ filter: /run[\\/]thread-file\.ts$/ }, () => ({
      contents: `export const threadFile = () => new URL('./thread.js', import.meta.url);`,
    }));
  },
};

/**
 * yargs asks string-width how wide a text is. That one knows of emoji, by a regular expression which takes a third of the time of
 * --help to compile; the help has none.
 */
const plainWidth = {
  name: 'plain-width',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^string-width$/ }, ({ path }) => ({ path, namespace: 'plain-width' }));
    onLoad({ filter: /.*/, namespace: 'plain-width' }, () => ({
      contents: `import { stripVTControlCharacters } from 'node:util';
export default (text) => stripVTControlCharacters(text).length;`,
    }));
  },
};

const program = await build({
  entryPoints: {
    cli: 'generator/command-line/cli.ts',
    index: 'generator/index.ts',
    // A thread begins with a file of its own.
    'embedded-thread': 'generator/rehearse/postgres/embedded-thread.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // CommonJS packages that are bundled require modules of Node.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  external: Object.keys(peerDependencies),
  plugins: [parserOfTsMorph, compiledTemplates, plainWidth, threadFile],
  metafile: true,
  logLevel: 'warning',
});

const folders = new Set(
  [...[parser, program].flatMap(({ metafile }) => Object.keys(metafile.inputs)), ...thread.inputs].flatMap(
    (path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? [],
  ),
);
const packages = [...folders].sort().map((folder) => ({ folder, ...readJson(`${folder}/package.json`) }));
// The part of ts-morph is TypeScript of another release than the one here, under the same licence.
const typescript = {
  folder: 'node_modules/typescript',
  ...readJson('node_modules/typescript/package.json'),
  version: require('./dist/typescript.cjs').version,
};
const bundled = [...packages, typescript];

writeFileSync('dist/LICENSES.txt', bundled.map(licenseText).join(`\n${'-'.repeat(80)}\n\n`));
writeFileSync('dist/bom.json', `${JSON.stringify(billOfMaterials(bundled), null, 2)}\n`);

/** Most licences ask to be passed on with the code. */
function licenseText({ folder, name, version, license }) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : license;
  return `${name} ${version}\n\n${text}\n`;
}

/** CycloneDX, for whoever keeps account of the packages that a program is made of. */
function billOfMaterials(packages) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name: 'arcade-migrate', version } },
    components: packages.map(({ name, version, license }) => ({
      type: 'library',
      name,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      licenses: [{ license: { id: license } }],
    })),
  };
}
