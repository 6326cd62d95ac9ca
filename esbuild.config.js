/**
 * Bundles the program into dist/: what it is run with, in few files, since loading many small ones is most of the time
 * that a short command takes. What package.json has under dependencies and peerDependencies is left out, to be
 * installed beside it; what it has under devDependencies and the program imports is bundled. `dist/bom.json` and `dist/LICENSES.txt` say what that is.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { dependencies, peerDependencies, version } = readJson('package.json');

/**
 * Node looks through a CommonJS module that is imported for the names it exports, which takes it as long for the 10 MB
 * of ts-morph as loading them. It does not where they are required.
 */
const requireTsMorph = {
  name: 'require-ts-morph',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^ts-morph$/ }, ({ kind, path }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'required' },
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
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

const { metafile } = await build({
  entryPoints: {
    cli: 'generator/cli.ts',
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
  external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => name !== 'ts-morph'),
  plugins: [requireTsMorph, plainWidth],
  metafile: true,
  logLevel: 'warning',
});

const folders = new Set(
  Object.keys(metafile.inputs).flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []),
);
const bundled = [...folders].sort().map((folder) => ({ folder, ...readJson(`${folder}/package.json`) }));

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
