import { appendFile, chmod, chown, cp, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import pg from 'pg';
import { type CommandOptions, run, runOrThrow } from '../command.ts';
import {
  type Binaries,
  findEmbeddedPostgres,
  findInstalledPostgres,
  findPostgresClient,
} from './postgres-binaries.ts';
import { freePort, type Provided } from './server.ts';

/** These clusters are deleted minutes later, so nothing waits for the disk. */
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 50
`;

/**
 * Provides PostgreSQL: the server of ARCADE_TEST_POSTGRES_URL, or else a temporary cluster below `folder`. The cluster uses the
 * programs on this machine, or those from npm if there are none or ARCADE_TEST_POSTGRES is `embedded`.
 */
export async function providePostgres(folder: string): Promise<Provided> {
  const url = process.env.ARCADE_TEST_POSTGRES_URL;
  try {
    if (url) return await useGiven(url);
    const installed = process.env.ARCADE_TEST_POSTGRES === 'embedded' ? null : await findInstalledPostgres();
    const binaries = installed ?? (await findEmbeddedPostgres());
    if (binaries !== null) return await startCluster(binaries, folder);
    return { url: null, reason: 'no PostgreSQL server on this machine, and none from npm for its platform' };
  } catch (error) {
    return { url: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function useGiven(url: string): Promise<Provided> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  await client.end();
  const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  const tools = await findPostgresClient(major);
  return {
    url,
    about: `PostgreSQL ${major} of ARCADE_TEST_POSTGRES_URL, ${scriptsRunWith(tools)}`,
    env: toolsVariable(tools),
    stop: async () => {},
  };
}

async function startCluster(binaries: Binaries, folder: string): Promise<Provided> {
  const owner = await unprivilegedUser();
  const home = join(folder, 'postgres');
  const data = join(home, 'data');
  await mkdir(home, { recursive: true });
  if (owner.uid !== undefined && owner.gid !== undefined) {
    await chmod(folder, 0o711); // lets the server's user reach its own folder
    await chown(home, owner.uid, owner.gid);
  }
  const bin = binaries.hasClient ? binaries.folder : await copyOfEmbedded(binaries.folder, home);
  const port = await freePort();
  const options = { ...owner, cwd: home };

  const initdb = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  await runOrThrow(join(bin, 'initdb'), initdb, options);
  await appendFile(join(data, 'postgresql.conf'), `${settings}port = ${port}\n`);
  const log = join(home, 'server.log');
  await runOrThrow(join(bin, 'pg_ctl'), ['start', '-s', '-w', '-D', data, '-l', log], options);

  const { stdout } = await run(join(bin, 'postgres'), ['--version'], options);
  const tools = binaries.hasClient ? binaries.folder : null;
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    about: `${stdout.trim()}, ${scriptsRunWith(tools)}`,
    env: toolsVariable(tools),
    stop: async () => {
      await run(join(bin, 'pg_ctl'), ['stop', '-s', '-m', 'immediate', '-D', data], options);
    },
  };
}

function scriptsRunWith(tools: string | null): string {
  return tools === null ? 'without psql and pg_dump' : `psql and pg_dump of ${tools}`;
}

function toolsVariable(tools: string | null): Record<string, string> {
  return { ARCADE_TEST_POSTGRES_TOOLS: tools ?? '' };
}

/** PostgreSQL refuses to run as root. Then it runs as the user that its package creates, or as nobody. */
async function unprivilegedUser(): Promise<Pick<CommandOptions, 'uid' | 'gid'>> {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody to run it as');
}

/**
 * npm's programs run from a copy, because the user that runs the server may have no access to the project's folder. Also creates the
 * links between the libraries, which are missing if npm does not run install scripts.
 */
async function copyOfEmbedded(folder: string, home: string): Promise<string> {
  const native = dirname(folder);
  const copy = join(home, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: { source: string; target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    const link = join(home, target);
    await rm(link, { force: true });
    await symlink(relative(dirname(target), source), link);
  }
  return join(copy, 'bin');
}
