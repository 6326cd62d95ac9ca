import type { ScriptName } from '../render/script.ts';
import { chained } from './graphile.ts';
import type { RunnerName } from './names.ts';
import { sqitchPlan } from './sqitch.ts';

/** A file in the runner's folder. */
export interface LayoutFile {
  readonly path: (values: { readonly name: string; readonly number: string }) => string;
  /** The scripts that it holds. */
  readonly scripts: readonly [ScriptName, ...ScriptName[]];
  /** The template in templates/layouts that puts them together; without one the file is the script. */
  readonly template?: string;
}

/** How a migration runner wants its files. */
export interface Layout {
  readonly database: 'postgres' | 'mongo';
  /** Where the runner, or its own documentation, has the files when nobody says otherwise. */
  readonly folder: string;
  readonly files: readonly LayoutFile[];
  readonly numbers?: {
    /** The number in a folder without migrations, in the style of the runner: a date is that of the Arcade release. */
    readonly first: string;
    /** Finds the number in the name of a migration, where it does not begin with it. */
    readonly pattern?: RegExp;
  };
  /** What the template needs to know of the migration before this one. */
  readonly values?: (script: string, before: string | null) => Readonly<Record<string, string>>;
  /** The file in which the runner lists its migrations, and what becomes of its text. It belongs to the user. */
  readonly list?: {
    readonly path: string;
    readonly has: (list: string, name: string) => boolean;
    readonly add: (list: string, name: string) => string;
    /** What makes the file, where there is none. */
    readonly madeBy: string;
  };
  /** Text that the runner would not pass on as it is. */
  readonly changes?: RegExp;
  /**
   * What to type, for each script that goes to the runner, from the folder that generate is run in, with the runner's
   * folder in the place of `{folder}`.
   */
  readonly commands: Readonly<Partial<Record<ScriptName, string>>>;
}

const SECONDS = { first: '20200401000000' };

/** Each as the documentation of the runner has it, and as the runner itself takes it in the tests where it can be had. */
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
    // knex takes the backslash away that stands before a question mark.
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
