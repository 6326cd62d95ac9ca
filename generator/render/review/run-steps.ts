import type { ScriptName } from '../script.ts';
import { code, rich, type Text } from './text.ts';

/** A step of the instructions, with commands to paste. */
export interface RunStep {
  readonly title: string;
  readonly about: Text;
  readonly commands: readonly string[];
}

/** The migration runner that runs some of the scripts instead of psql or mongosh. */
export interface RunnerCommands {
  readonly name: string;
  readonly database: DatabaseKey;
  /** To be typed in the folder where `generate` runs. */
  readonly commands: Readonly<Partial<Record<ScriptName, string>>>;
}

export type DatabaseKey = 'postgres' | 'mongo';

/** How to run the scripts, from the folder of the version. */
export function runSteps(databases: readonly DatabaseKey[], runner?: RunnerCommands): RunStep[] {
  const run = (name: ScriptName, about: string | Text) => script(databases, name, about, runner);
  return [
    {
      title: 'Try it on a copy',
      about: rich`of the database first. ${code('arcade-migrate rehearse')} does that with generated rows or with a dump.`,
      commands: [],
    },
    { title: 'Stop the application', about: ['and all of its workers and jobs.'], commands: [] },
    { title: 'Make a backup.', about: [], commands: databases.map((database) => BACKUP[database]) },
    run(
      'preflight',
      rich`changes nothing. It fails where ${code('migrate')} would refuse, and lists every reason with the statement or option that settles it.`,
    ),
    run('migrate', 'makes the changes.'),
    run('verify', 'changes nothing. It fails unless the database is what Keystone 8 expects.'),
    { title: 'Deploy', about: ['the application with the new Keystone packages.'], commands: [] },
  ];
}

/** How to roll the migration back. */
export const undoSteps = (databases: readonly DatabaseKey[], runner?: RunnerCommands): RunStep[] => [
  { title: 'Stop the application', about: ['and all of its workers and jobs.'], commands: [] },
  script(
    databases,
    'rollback',
    'restores the old schema with the links stored at that time. It refuses a database that is not migrated.',
    runner,
  ),
  { title: 'Deploy', about: ['the application with the old Keystone packages.'], commands: [] },
  {
    title: 'Restore the backup',
    about: rich`into an empty database if ${code('rollback')} refuses.`,
    commands: databases.map((database) => RESTORE[database]),
  },
];

const BACKUP: Readonly<Record<DatabaseKey, string>> = {
  postgres: 'pg_dump -Fc -f before-arcade.dump "$DATABASE_URL"',
  mongo: 'mongodump --uri="$MONGODB_URI" --gzip --archive=before-arcade.archive.gz',
};

const RESTORE: Readonly<Record<DatabaseKey, string>> = {
  postgres: 'pg_restore --no-owner --exit-on-error -d "$EMPTY_DATABASE_URL" before-arcade.dump',
  mongo: 'mongorestore --uri="$EMPTY_MONGODB_URI" --gzip --archive=before-arcade.archive.gz',
};

/** Runs one script on each database. The runner's commands have to be typed in another folder than the rest. */
function script(
  databases: readonly DatabaseKey[],
  name: ScriptName,
  about: string | Text,
  runner?: RunnerCommands,
): RunStep {
  const byRunner = (database: DatabaseKey) =>
    runner?.database === database ? runner.commands[name] : undefined;
  const isByRunner = databases.some((database) => byRunner(database) !== undefined);
  const where = isByRunner ? ` ${runner?.name} runs it: type this in the folder where you ran generate.` : '';
  const commands = {
    postgres: `psql -X -v ON_ERROR_STOP=1 -f postgres/${name}.sql "$DATABASE_URL"`,
    mongo: `mongosh --quiet "$MONGODB_URI" mongo/${name}.js`,
  };
  return {
    title: `${name[0]?.toUpperCase()}${name.slice(1)}`,
    about: [...(typeof about === 'string' ? [about] : about), ...(where ? [where] : [])],
    commands: databases.map((database) => byRunner(database) ?? commands[database]),
  };
}
