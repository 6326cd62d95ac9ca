import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAYOUT_NAMES, LAYOUTS, layOut } from '../../generator/layouts/index.ts';
import { runHere } from './in-process.ts';
import { outlineOf } from './page-outline.ts';
import { generateSample } from './sample.ts';
import { temporaryFolder } from './temporary.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const fixtures = join(root, 'test/fixtures');

/** The cases whose PostgreSQL scripts are in snapshots/: the five kinds, and their special cases. */
const CASES = [
  'one-to-many-one-sided',
  'many-to-many-one-sided',
  'one-to-many-two-sided',
  'many-to-many-two-sided',
  'one-to-one-two-sided',
  'self-one-to-many',
  'self-many-to-many',
  'options-one-to-one-not-null-right',
];

/** The output of the program, by the name of the file in snapshots/. */
export async function takeSnapshots(): Promise<Map<string, string>> {
  const snapshots = new Map<string, string>();
  for (const name of CASES) {
    const folder = join(fixtures, 'keystone', name);
    const out = await temporaryFolder();
    const printed = await runHere(folder, 'relationships', 'lists.js', '--database', 'both');
    snapshots.set(`${name}/relationships.txt`, printed.stdout);
    await runHere(folder, 'generate', 'lists.js', '--out', out);
    // The case without changes has no scripts.
    if (!existsSync(join(out, 'manifest.json'))) continue;
    for (const script of ['migrate.sql', 'rollback.sql']) {
      snapshots.set(`${name}/${script}`, readFileSync(join(out, '0001_arcade/postgres', script), 'utf8'));
    }
  }
  snapshots.set('layouts.txt', layouts());
  const faults = join(fixtures, 'faults');
  for (const file of readdirSync(faults).sort()) {
    const { status, stderr } = await runHere(faults, 'generate', file, '--out', await temporaryFolder());
    snapshots.set(`faults/${file.replace('.js', '.txt')}`, `${stderr}exit status ${status}\n`);
  }
  const sample = join(await generateSample('--review', 'html'), '0001_arcade/REVIEW.html');
  snapshots.set('sample-blog/REVIEW.html.txt', outlineOf(readFileSync(sample, 'utf8')));
  return snapshots;
}

/** The text around the scripts in the files of each layout, and the names of these files in a folder that has migrations. */
function layouts(): string {
  const scripts = ['preflight', 'migrate', 'verify', 'rollback'].flatMap((name) => [
    { path: `postgres/${name}.sql`, text: `SELECT '${name}';\n` },
    { path: `mongo/${name}.js`, text: `print('${name}');\n` },
  ]);
  const present = {
    'sqitch.plan':
      '%syntax-version=1.0.0\n%project=blog\n\nusers 2019-01-01T00:00:00Z Ann <ann@example.org> # Users\n',
    'V7__users.sql': '',
    'committed/000007-users.sql': '--! Previous: -\n--! Hash: sha1:0123456789\n\nSELECT 1;\n',
  };
  const folder = {
    paths: () => Object.keys(present),
    own: [],
    read: (path: string) => Object.entries(present).find(([name]) => name === path)?.[1] ?? null,
  };
  return LAYOUT_NAMES.filter((name) => name !== 'plain')
    .flatMap((name) => {
      const { runner, list } = layOut(name, 'arcade', scripts, folder);
      return [...runner, ...(list ? [list] : [])].map(
        ({ path, text }) => `==> ${LAYOUTS[name].folder}/${path} (${name}) <==\n${text}`,
      );
    })
    .join('\n');
}
