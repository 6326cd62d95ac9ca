import type { ScriptName } from '../render/script.ts';
import { chained } from './graphile.ts';
import type { RunnerName } from './names.ts';
import { sqitchPlan } from './sqitch.ts';

/** A file in the runner's folder. */
export interface LayoutFile {
  readonly path: (values: { readonly name: string; readonly number: string }) => string;
  readonly scripts: readonly [ScriptName, ...ScriptName[]];
  /** The template in templates/layouts that combines them. Without one, the file is the script itself. */
  readonly template?: string;
}

/** The files and commands of a migration runner. */
export interface Layout {
  readonly database: 'postgres' | 'mongo';
  /** The default folder of the runner or of its documentation. */
  readonly folder: string;
  readonly files: readonly LayoutFile[];
  readonly numbers?: {
    /** The number in an empty folder, in the style of the runner. A date is that of the Arcade release. */
    readonly first: string;
    /** Finds the number in a name that does not begin with it. */
    readonly pattern?: RegExp;
  };
  /** The values that the template needs from the previous migration. */
  readonly values?: (script: string, before: string | null) => Readonly<Record<string, string>>;
  /** The file that lists the runner's migrations, and how to add one. The file belongs to the user. */
  readonly list?: {
    readonly path: string;
    readonly has: (list: string, name: string) => boolean;
    readonly add: (list: string, name: string) => string;
    /** The command that creates the file. */
    readonly madeBy: string;
  };
  /** Matches text that the runner would change. */
  readonly changes?: RegExp;
  /**
   * The command for each script in the runner's files, to be typed where `generate` runs. `{folder}` stands for the runner's
   * folder.
   */
  readonly commands: Readonly<Partial<Record<ScriptName, string>>>;
}

const SECONDS = { first: '20200401000000' };

/** Follows the documentation of each runner. The tests run those that can be installed. */
export const LAYOUTS: Readonly<Record<RunnerName, Layout>> = {
  flyway: {
    database: 'postgres',
    folder: 'migrations',
    numbers: { first: '1', pattern: /^[VUB](\d+)/ },
    files: [
      { path: ({ number, name }) => `V${number}__${name}.sql`, scripts: ['migrate'] },
      { path: ({ number, name }) => `U${number}__${name}.sql`, scripts: ['rollback'] },
    ],
    changes: /\$\{/,
    commands: {
      migrate: 'flyway -url="$JDBC_URL" -locations="filesystem:{folder}" migrate',
      rollback: 'flyway -url="$JDBC_URL" -locations="filesystem:{folder}" undo',
    },
  },
  'golang-migrate': {
    database: 'postgres',
    folder: 'db/migrations',
    numbers: { first: '000001' },
    files: [
      { path: ({ number, name }) => `${number}_${name}.up.sql`, scripts: ['migrate'] },
      { path: ({ number, name }) => `${number}_${name}.down.sql`, scripts: ['rollback'] },
    ],
    commands: {
      migrate: 'migrate -path {folder} -database "$DATABASE_URL" up 1',
      rollback: 'migrate -path {folder} -database "$DATABASE_URL" down 1',
    },
  },
  dbmate: {
    database: 'postgres',
    folder: 'db/migrations',
    numbers: SECONDS,
    files: [
      {
        path: ({ number, name }) => `${number}_${name}.sql`,
        scripts: ['migrate', 'rollback'],
        template: 'dbmate',
      },
    ],
    commands: {
      migrate: 'dbmate --migrations-dir {folder} --no-dump-schema migrate',
      rollback: 'dbmate --migrations-dir {folder} --no-dump-schema rollback',
    },
  },
  sqitch: {
    database: 'postgres',
    folder: '.',
    files: [
      { path: ({ name }) => `deploy/${name}.sql`, scripts: ['migrate'] },
      { path: ({ name }) => `revert/${name}.sql`, scripts: ['rollback'] },
      { path: ({ name }) => `verify/${name}.sql`, scripts: ['verify'] },
    ],
    list: sqitchPlan,
    commands: {
      migrate: 'sqitch --chdir {folder} deploy --verify "$SQITCH_TARGET"',
      verify: 'sqitch --chdir {folder} verify "$SQITCH_TARGET"',
      rollback: 'sqitch --chdir {folder} revert -y --to @HEAD^ "$SQITCH_TARGET"',
    },
  },
  'node-pg-migrate': {
    database: 'postgres',
    folder: 'migrations',
    numbers: { first: '1585699200000' },
    files: [
      {
        path: ({ number, name }) => `${number}_${name}.sql`,
        scripts: ['migrate', 'rollback'],
        template: 'node-pg-migrate',
      },
    ],
    commands: {
      migrate: 'npx node-pg-migrate up --migrations-dir {folder}',
      rollback: 'npx node-pg-migrate down --migrations-dir {folder}',
    },
  },
  knex: {
    database: 'postgres',
    folder: 'migrations',
    numbers: SECONDS,
    files: [
      {
        path: ({ number, name }) => `${number}_${name}.js`,
        scripts: ['migrate', 'rollback'],
        template: 'knex',
      },
    ],
    // knex removes a backslash before a question mark.
    changes: /\\\?/,
    commands: {
      migrate: 'npx knex migrate:up --migrations-directory {folder}',
      rollback: 'npx knex migrate:down --migrations-directory {folder}',
    },
  },
  prisma: {
    database: 'postgres',
    folder: 'prisma/migrations',
    numbers: SECONDS,
    files: [{ path: ({ number, name }) => `${number}_${name}/migration.sql`, scripts: ['migrate'] }],
    commands: { migrate: 'npx prisma migrate deploy' },
  },
  'graphile-migrate': {
    database: 'postgres',
    folder: 'migrations',
    numbers: { first: '000001' },
    files: [
      {
        path: ({ number, name }) => `committed/${number}-${name}.sql`,
        scripts: ['migrate'],
        template: 'graphile-migrate',
      },
    ],
    values: chained,
    changes: /:DATABASE_(NAME|OWNER)\b/,
    commands: { migrate: 'npx graphile-migrate migrate' },
  },
  'migrate-mongo': {
    database: 'mongo',
    folder: 'migrations',
    numbers: SECONDS,
    files: [
      {
        path: ({ number, name }) => `${number}-${name}.js`,
        scripts: ['migrate', 'rollback'],
        template: 'migrate-mongo',
      },
    ],
    commands: { migrate: 'npx migrate-mongo up', rollback: 'npx migrate-mongo down' },
  },
};
