import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAYOUTS, type RunnerName, renderOptionsOf } from '../../generator/layouts/index.ts';
import type { ScriptName } from '../../generator/render/script.ts';
import { listsFile, runCli } from './cli.ts';
import { type Outcome, run } from './command.ts';
import type { KeystoneCase } from './keystone-cases.ts';
import { temporaryFolder } from './temporary.ts';

const modules = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'node_modules');

/** The folder of a project that uses a migration runner. */
export interface RunnerProject {
  readonly folder: string;
  /** Adds the migration of a case with default options. Returns the paths of its files. */
  readonly generate: (...options: readonly string[]) => Promise<readonly string[]>;
  /** Runs a command of the layout exactly as documented. */
  readonly run: (script: ScriptName) => Promise<Outcome>;
}

/** A project with an earlier migration that has not run yet. On PostgreSQL it creates the table `earlier`. */
export async function runnerProject(
  runner: RunnerName,
  example: KeystoneCase,
  env: Readonly<Record<string, string>>,
): Promise<RunnerProject> {
  const { database } = LAYOUTS[runner];
  const commands = renderOptionsOf(runner).runner?.commands('');
  const project = await temporaryFolder();
  await symlink(modules, join(project, 'node_modules'), 'dir');
  for (const [path, text] of Object.entries(FILES[runner] ?? {})) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), text);
  }
  return {
    folder: project,
    generate: async (...options) => {
      const entry = join(example.folder, listsFile(database));
      const { status, stdout, stderr } = await runCli(
        project,
        'generate',
        entry,
        '--layout',
        runner,
        '--json',
        ...options,
      );
      if (status !== 0) throw new Error(`generate --layout ${runner} ended with status ${status}\n${stderr}`);
      return (JSON.parse(stdout) as { files: string[] }).files;
    },
    run: (script) =>
      // npx takes a second to find an installed program.
      run('sh', ['-c', `npx() { "$@"; }; ${commands?.[script] ?? 'false'}`], {
        cwd: project,
        env: { ...env, PATH: `${join(project, 'node_modules', '.bin')}:${process.env.PATH}` },
        timeoutSeconds: 60,
      }),
  };
}

/** The address of a database in sqitch's notation. */
export const sqitchTarget = (url: string): string => url.replace(/^postgres(ql)?:/, 'db:pg:');

/** The files of the project before the migration is added. */
const FILES: Partial<Record<RunnerName, Readonly<Record<string, string>>>> = {
  dbmate: {
    'db/migrations/20190101000000_earlier.sql':
      '-- migrate:up\nCREATE TABLE earlier ();\n-- migrate:down\nDROP TABLE earlier;\n',
  },
  'node-pg-migrate': {
    'migrations/1500000000000_earlier.sql':
      '-- Up Migration\nCREATE TABLE earlier ();\n-- Down Migration\nDROP TABLE earlier;\n',
  },
  knex: {
    'knexfile.js': "module.exports = { client: 'pg', connection: process.env.DATABASE_URL };\n",
    'migrations/20190101000000_earlier.js':
      "exports.up = (knex) => knex.raw('CREATE TABLE earlier ()');\nexports.down = (knex) => knex.raw('DROP TABLE earlier');\n",
  },
  sqitch: {
    'sqitch.conf': '[core]\n\tengine = pg\n',
    'sqitch.plan':
      '%syntax-version=1.0.0\n%project=blog\n\nearlier 2019-01-01T00:00:00Z A. Planner <planner@example.org> # A table\n',
    'deploy/earlier.sql': 'CREATE TABLE earlier ();\n',
    'revert/earlier.sql': 'DROP TABLE earlier;\n',
    'verify/earlier.sql': 'SELECT FROM earlier;\n',
  },
  'graphile-migrate': {
    '.gmrc': '{}\n',
    'migrations/committed/000001-earlier.sql':
      '--! Previous: -\n--! Hash: sha1:c4b576317afdf4ae7272c28d676f18fc8e2692ee\n\nCREATE TABLE earlier ();\n',
  },
  flyway: { 'migrations/V7__earlier.sql': 'CREATE TABLE earlier ();\n' },
  'golang-migrate': {
    'db/migrations/000007_earlier.up.sql': 'CREATE TABLE earlier ();\n',
    'db/migrations/000007_earlier.down.sql': 'DROP TABLE earlier;\n',
  },
  prisma: {
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20190101000000_earlier/migration.sql': 'CREATE TABLE earlier ();\n',
  },
  'migrate-mongo': {
    'migrate-mongo-config.js': `module.exports = {
  mongodb: { url: process.env.DATABASE_URL },
  migrationsDir: 'migrations',
  changelogCollectionName: 'changelog',
  lockCollectionName: 'changelog_lock',
  lockTtl: 0,
  migrationFileExtension: '.js',
  useFileHash: false,
  moduleSystem: 'commonjs',
};
`,
    'migrations/20190101000000-earlier.js': `module.exports = {
  up: (db) => db.createCollection('earlier'),
  down: (db) => db.collection('earlier').drop(),
};
`,
  },
};
