import type { Plan } from '../../plan/index.ts';
import type { ScriptName } from '../script.ts';
import { code, rich, type Text } from './text.ts';

/** A thing to do, in order: what it is for, and the commands for it, to be pasted as they are. */
export interface RunStep {
  readonly title: string;
  readonly about: Text;
  readonly commands: readonly string[];
}

/** What runs some of the scripts of a database in the place of psql or mongosh. */
export interface RunnerCommands {
  readonly name: string;
  readonly database: 'postgres' | 'mongo';
  /** To be typed in the folder that generate is run in. */
  readonly commands: Readonly<Partial<Record<ScriptName, string>>>;
}

type Databases = Pick<Plan, 'postgres' | 'mongo'>;

/** How the version is run, from the folder that it is in. */
export function runSteps(plan: Databases, runner?: RunnerCommands): RunStep[] {
  return [
    {
      title: 'Try it on a copy',
      about: rich`Do all of this on a copy of the database first. ${code('arcade-migrate rehearse')} does it on generated rows or a dump.`,
      commands: [],
    },
    { title: 'Stop the application', about: ['All of its processes, workers and jobs.'], commands: [] },
    {
      title: 'Make a backup',
      about: [],
      commands: forEach(plan, {
        postgres: 'pg_dump -Fc -f before-arcade.dump "$DATABASE_URL"',
        mongo: 'mongodump --uri="$MONGODB_URI" --gzip --archive=before-arcade.archive.gz',
      }),
    },
    {
      title: 'Preflight',
      about: rich`Changes nothing, reports what is there, and fails when ${code('migrate')} would refuse. Read what it does not call ${code('ok')} or ${code('info')} too: ${code('lost')} and ${code('given up')} do not make it fail.`,
      commands: scripts(plan, 'preflight', runner),
    },
    { title: 'Migrate', about: where(runner, 'migrate'), commands: scripts(plan, 'migrate', runner) },
    {
      title: 'Verify',
      about: [
        ...where(runner, 'verify'),
        'Changes nothing, and fails unless the database is as Keystone 8 expects it.',
      ],
      commands: scripts(plan, 'verify', runner),
    },
    { title: 'Deploy', about: ['Start the application with the new Keystone packages.'], commands: [] },
  ];
}

/** How the backup is restored. */
export const restoreCommands = (plan: Databases): string[] =>
  forEach(plan, {
    postgres: 'pg_restore --no-owner --exit-on-error -d "$EMPTY_DATABASE_URL" before-arcade.dump',
    mongo: 'mongorestore --uri="$EMPTY_MONGODB_URI" --gzip --archive=before-arcade.archive.gz',
  });

/** How it is taken back. */
export function undoSteps(plan: Databases, runner?: RunnerCommands): RunStep[] {
  return [
    { title: 'Stop the application', about: [], commands: [] },
    {
      title: 'Roll back',
      about: [
        ...where(runner, 'rollback'),
        'Restores the old schema, with the links as they are by then. Refuses a database that is not migrated.',
      ],
      commands: scripts(plan, 'rollback', runner),
    },
    { title: 'Deploy', about: ['Start the application with the old Keystone packages.'], commands: [] },
  ];
}

const scripts = (plan: Databases, name: ScriptName, runner?: RunnerCommands): string[] =>
  forEach(plan, {
    postgres: `psql -X -v ON_ERROR_STOP=1 -f postgres/${name}.sql "$DATABASE_URL"`,
    mongo: `mongosh --quiet "$MONGODB_URI" mongo/${name}.js`,
    ...(runner?.commands[name] && { [runner.database]: runner.commands[name] }),
  });

const where = (runner: RunnerCommands | undefined, name: ScriptName): Text =>
  runner?.commands[name] ? [`With ${runner.name}, from the folder that generate was run in. `] : [];

const forEach = (
  { postgres, mongo }: Databases,
  command: { readonly postgres: string; readonly mongo: string },
): string[] => [...(postgres ? [command.postgres] : []), ...(mongo ? [command.mongo] : [])];
