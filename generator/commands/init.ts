import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import type { Console } from '../command-line/console.ts';
import { CONFIG_FILE, PACKAGE_KEY, type Settings } from '../command-line/settings.ts';
import { adapterDatabases, keystoneImport } from '../reader/keystone/facts.ts';
import { Refusal, UsageError } from '../refusal.ts';
import { hasCode, messageOf } from '../text/system-error.ts';

interface PackageJson {
  readonly main?: unknown;
  readonly scripts?: unknown;
  readonly dependencies?: unknown;
  readonly devDependencies?: unknown;
}

interface Decision {
  readonly value: string;
  readonly why: string;
}

const USUAL_NAMES = ['index', 'keystone', 'server', 'app', 'main'];
const USUAL_FOLDERS = ['', 'src/', 'server/'];
const EXTENSIONS = ['.js', '.ts', '.mjs', '.cjs'];

/** An import of Keystone's package, under any scope. */
const KEYSTONE = /@[\w-]+\/keystone['"]/;

/** Writes a config file for the project, and explains its values. Returns the exit status. */
export function init({ cwd, force }: Settings, { result, note }: Console): number {
  const manifest = readPackageJson(cwd);
  if (!force && manifest !== null && PACKAGE_KEY in manifest) {
    throw exists(`package.json has options under "${PACKAGE_KEY}" already.`);
  }
  const entry = findEntry(cwd, manifest ?? {});
  const database = findDatabase(manifest ?? {});
  const schema = 'node_modules/arcade-migrate/generator/schemas/config.json';
  const config = {
    ...(existsSync(join(cwd, schema)) && { $schema: schema }),
    entries: [entry.value],
    ...(database.value !== null && { database: database.value }),
  };
  const text = JSON.stringify(config, null, 2);
  try {
    writeFileSync(join(cwd, CONFIG_FILE), `${text}\n`, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw exists(`${CONFIG_FILE} exists already.`);
    throw new Refusal(
      `${CONFIG_FILE} cannot be written: ${messageOf(error)}`,
      'Make the folder writable, then run arcade-migrate init again.',
    );
  }
  result(`Wrote ${CONFIG_FILE}:\n${text}`);
  note(`\nentries: ${entry.why}`);
  note(`database: ${database.why}`);
  note('\nNext: arcade-migrate relationships');
  return 0;
}

const exists = (what: string): Refusal =>
  new Refusal(what, 'Nothing was written. To write it all the same, run arcade-migrate init --force.');

/** The first candidate that imports Keystone, or else the first candidate that exists. */
function findEntry(cwd: string, manifest: PackageJson): Decision {
  const files = [...namedIn(manifest), ...usual()]
    .filter(({ value }) => EXTENSIONS.includes(extname(value)))
    .map((candidate) => ({ ...candidate, text: readText(join(cwd, candidate.value)) }))
    .filter(({ text }) => text !== null);
  const entry = files.find(({ text }) => KEYSTONE.test(text ?? '')) ?? files[0];
  if (entry !== undefined) return { value: entry.value, why: `${entry.value}, ${entry.why}` };
  throw new UsageError(
    'No file that creates the lists was found: package.json names none, and none has a usual name, such as index.js.',
    `Name it in ${CONFIG_FILE}: { "entries": ["path/to/file.js"] }`,
  );
}

/** The files that package.json names in its scripts, and its main file. */
function namedIn({ scripts, main }: PackageJson): Decision[] {
  const started = Object.entries(scripts ?? {}).flatMap(([name, command]) =>
    String(command)
      .split(/[\s=]+/)
      .map((word) => ({
        value: posix.normalize(word),
        why: `which the script "${name}" in package.json names`,
      })),
  );
  return typeof main === 'string'
    ? [...started, { value: posix.normalize(main), why: 'the main file in package.json' }]
    : started;
}

const usual = (): Decision[] =>
  USUAL_FOLDERS.flatMap((folder) =>
    USUAL_NAMES.flatMap((name) =>
      EXTENSIONS.map((extension) => ({
        value: `${folder}${name}${extension}`,
        why: 'which has a usual name',
      })),
    ),
  );

function findDatabase({ dependencies, devDependencies }: PackageJson): { value: string | null; why: string } {
  const names = Object.keys({ ...(dependencies ?? {}), ...(devDependencies ?? {}) });
  const databaseOf = (name: string) => adapterDatabases[keystoneImport(name)?.package ?? ''];
  const adapters = names.filter((name) => ['postgres', 'mongo'].includes(databaseOf(name) ?? ''));
  const databases = new Set(adapters.map(databaseOf));
  const [database = null] = databases;
  if (database === null) {
    return { value: null, why: 'not set, because package.json names no adapter; the lists will tell' };
  }
  const value = databases.size > 1 ? 'both' : database;
  return { value, why: `${value}, because package.json names ${adapters.join(' and ')}` };
}

/** Null if there is none, or it is not valid JSON, which the settings have a warning for. */
function readPackageJson(cwd: string): PackageJson | null {
  try {
    return { ...JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) };
  } catch {
    return null;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
