import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run, runOrThrow } from '../support/command.ts';
import { couldNotRun } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

/** Nobody: an account without rights, which most systems have under this number. */
const NOBODY = 65534;

interface Context {
  tarball: string;
  files: string[];
  /** A folder in which the package is installed, with only what it depends on. */
  project: string;
}

const test = suite<Context>('the package, as it is published');

test.before(async (context) => {
  const folder = await temporaryFolder();
  // The tests run on what is built already: a new build would remove it while others run.
  const { stdout } = await runOrThrow(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    { cwd: root },
  );
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  context.tarball = join(folder, basename(packed.filename));
  context.files = packed.files.map(({ path }) => path);
  context.project = join(folder, 'mit Leerzeichen, 日本語');
  await install(context.tarball, context.project);
});

/** As npm does: the package needs no other. */
async function install(tarball: string, project: string): Promise<void> {
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'arcade-migrate');
  await mkdir(installed, { recursive: true });
  await runOrThrow('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  assert.is(dependencies, undefined);
  await writeFile(join(project, 'package.json'), '{ "type": "module" }\n');
}

const program = (project: string) => join(project, 'node_modules', 'arcade-migrate', 'dist', 'cli.js');

test('has the program, its types, the schemas, the templates, the documents for users, and nothing else', ({
  files,
}) => {
  const known = [
    /^dist\/[\w./-]+\.(js|d\.ts)$/,
    /^dist\/(typescript|sucrase)\.cjs$/,
    /^dist\/quickjs\.(wasm|image)$/,
    /^templates\/[\w./-]+\.hbs$/,
    /^templates\/mongo\/arcade(-checks)?\.js$/,
    /^generator\/schemas\/[\w-]+\.json$/,
    /^docs\/[\w-]+\.md$/,
  ];
  const others = files.filter((path) => !known.some((pattern) => pattern.test(path)));
  assert.equal(others.sort(), [
    'CHANGELOG.md',
    'FORMATS.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'dist/LICENSES.txt',
    'dist/bom.json',
    'package.json',
  ]);
  assert.ok(files.includes('dist/cli.js') && files.includes('dist/index.d.ts'));
});

test('npm installs it without a warning, and runs none of its scripts', async ({ tarball }) => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, 'package.json'), '{}\n');
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--no-update-notifier', tarball];
  const { stderr } = await runOrThrow('npm', args, { cwd });
  assert.is(stderr, '');
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.not(name in scripts, name);
});

test('publint finds nothing', async ({ project }) => {
  const pkgDir = join(project, 'node_modules', 'arcade-migrate');
  const { messages, pkg } = await publint({ pkgDir, strict: true, pack: false });
  assert.equal(
    messages.map((message) => formatMessage(message, pkg ?? {})),
    [],
  );
});

test('its types are found by whoever imports it', async ({ tarball }) => {
  const { status, stdout } = await run(bin('attw'), [tarball, '--profile', 'esm-only', '--format', 'ascii']);
  assert.is(status, 0, stdout);
});

test('its types are whole without the packages that are bundled', async ({ project }) => {
  await writeFile(
    join(project, 'consumer.ts'),
    `import { findRelationships, planMigration, readLists, renderScripts, writeVersion } from 'arcade-migrate';
export const lists: number = readLists(['index.js'], { cwd: '.' }).lists.length;
export const used = [findRelationships, planMigration, renderScripts, writeVersion];
`,
  );
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
  const { status, stdout } = await run(bin('tsc'), [...options, 'consumer.ts'], { cwd: project });
  assert.is(status, 0, stdout);
});

test('works in a folder with blanks, on files with the line ends of Windows, for a user who can write nowhere else', async ({
  project,
}) => {
  const lists = join(project, 'lists');
  await cp(join(root, 'test', 'fixtures', 'sample-blog'), lists, { recursive: true });
  for (const file of await readdir(lists, { recursive: true })) {
    if (!file.endsWith('.ts')) continue;
    const text = await readFile(join(lists, file), 'utf8');
    await writeFile(join(lists, file), text.replaceAll('\n', '\r\n'));
  }
  const home = await temporaryFolder();
  await chmod(home, 0o555);
  await chmod(project, 0o777);
  for (let folder = project; folder !== dirname(folder); folder = dirname(folder)) {
    if (basename(folder).startsWith('arcade-migrate-') || basename(folder).startsWith('folder-')) {
      await chmod(folder, 0o755);
    }
  }
  const isRoot = process.getuid?.() === 0;
  const { status, stdout, stderr } = await run(
    process.execPath,
    [program(project), 'generate', 'lists/index.ts', '--database', 'both'],
    {
      cwd: project,
      env: { HOME: home, NO_COLOR: '1', LC_ALL: 'C', TZ: 'Asia/Tokyo' },
      ...(isRoot && { uid: NOBODY, gid: NOBODY }),
    },
  );
  assert.is(status, 0, stderr);
  assert.match(stdout, /Found 7 relationships between 5 lists/);
  assert.not.ok((stdout + stderr).includes('\u001b['), 'no colours');
  const script = join('0001_arcade', 'postgres', 'verify.sql');
  assert.is(
    await readFile(join(project, 'out', script), 'utf8'),
    await readFile(join(root, 'out', script), 'utf8'),
    'the same bytes as the sample has from files with the line ends of Unix',
  );
});

test('rehearses with the embedded PostgreSQL of the project, where npx keeps the program in a folder of its own', async ({
  project,
}) => {
  const cwd = await temporaryFolder();
  await cp(join(root, 'out'), join(cwd, 'out'), { recursive: true });
  const rehearse = () => run(process.execPath, [program(project), 'rehearse', '--items', '5'], { cwd });
  const without = await rehearse();
  assert.is(without.status, 2);
  assert.match(without.stderr, 'npm install --save-dev @electric-sql/pglite');
  await mkdir(join(cwd, 'node_modules/@electric-sql'), { recursive: true });
  const pglite = join('node_modules', '@electric-sql', 'pglite');
  await symlink(join(root, pglite), join(cwd, pglite));
  const { status, stdout, stderr } = await rehearse();
  assert.is(status, 0, stdout + stderr);
});

/** Beside the one that runs the tests. npm has the programs of Node as packages, one a platform, without a script that installs them. */
const NODES = ['22', '24'];
const whyNoNodes = process.env.CI ? null : 'each is 190 MB from npm: with CI=true they are fetched';
if (whyNoNodes !== null) console.log(`${couldNotRun} the package on Node ${NODES.join(', ')}: ${whyNoNodes}`);
const testNode = whyNoNodes === null ? test : test.skip;

for (const version of NODES) {
  testNode(`on Node ${version} it writes the same bytes as are committed`, async ({ project }) => {
    const folder = await temporaryFolder();
    const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
    await runOrThrow(
      'npm',
      [
        'install',
        '--prefix',
        folder,
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        `${platform}@${version}`,
      ],
      { timeoutSeconds: 300 },
    );
    const node = join(folder, 'node_modules', platform, 'bin', 'node');
    assert.match((await runOrThrow(node, ['--version'])).stdout, new RegExp(`^v${version}\\.`));
    const cwd = join(project, `on ${version}`);
    const sample = join('test', 'fixtures', 'sample-blog');
    await cp(join(root, sample), join(cwd, sample), { recursive: true });
    const args = ['generate', join(sample, 'index.ts'), '--database', 'both'];
    const { status, stdout, stderr } = await run(node, [program(project), ...args], { cwd });
    assert.is(status, 0, stdout + stderr);
    assert.is(stderr.includes('Warning'), false, stderr);
    assert.equal(await contentOf(join(cwd, 'out')), await contentOf(join(root, 'out')));
  });
}

/** All files below a folder with their texts. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const texts = paths.map(async (path) => [relative(folder, path), await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

test.run();
