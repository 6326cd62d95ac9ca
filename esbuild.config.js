/**
 * Bundles the program into a few files in dist/, because a short command would spend most of its time loading many small ones.
 * Includes the devDependencies that the program imports, but not the peerDependencies. `dist/bom.json` and `dist/LICENSES.txt`
 * list the bundled packages.
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
 * The program needs only the parser of ts-morph, which is one file of TypeScript. Minified, it loads in half the time. It is
 * required as CommonJS, because for an import Node would search it for the names of its exports.
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

/** The built-in templates, compiled as `compileTemplate` does it. */
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

/** The thread of the second reading is a separate module. Its files are next to it. */
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
 * Replaces string-width, which yargs uses. Its regular expression for emoji takes a third of the time of --help to compile, and the
 * help has no emoji.
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
    // A thread needs its own file.
    'embedded-thread': 'generator/rehearse/postgres/embedded-thread.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Bundled CommonJS packages require Node's modules.
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
// ts-morph contains another release of TypeScript than the one installed here, under the same licence.
const typescript = {
  folder: 'node_modules/typescript',
  ...readJson('node_modules/typescript/package.json'),
  version: require('./dist/typescript.cjs').version,
};
const bundled = [...packages, typescript];

writeFileSync('dist/LICENSES.txt', bundled.map(licenseText).join(`\n${'-'.repeat(80)}\n\n`));
writeFileSync('dist/bom.json', `${JSON.stringify(billOfMaterials(bundled), null, 2)}\n`);

/** Most licences require their text to accompany the code. */
function licenseText({ folder, name, version, license }) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : license;
  return `${name} ${version}\n\n${text}\n`;
}

/** A bill of materials in the CycloneDX format. */
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
