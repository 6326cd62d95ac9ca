import { inFolder, type ScriptName } from '../script.ts';
import type { Section } from './section.ts';
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
  /** To be typed in the folder where `generate` runs, for the set of scripts in a folder. */
  readonly commands: (folder: string) => Readonly<Partial<Record<ScriptName, string>>>;
}

export type DatabaseKey = 'postgres' | 'mongo';

/** A set of scripts for one database. */
type Target = Pick<Section, 'key' | 'set'>;

/** How to run the scripts, from the folder of the version. */
export function runSteps(targets: readonly Target[], runner?: RunnerCommands): RunStep[] {
  const run = (name: ScriptName, about: string | Text) => script(targets, name, about, runner);
  return [
    {
      title: 'Try it on a copy',
      about: rich`of the database first. ${code('arcade-migrate rehearse')} does that with generated rows or with a dump.`,
      commands: [],
    },
    { title: 'Stop the application', about: ['and all of its workers and jobs.'], commands: [] },
    { title: 'Make a backup.', about: [], commands: targets.map((target) => commandFor(target, BACKUP)) },
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
export const undoSteps = (targets: readonly Target[], runner?: RunnerCommands): RunStep[] => [
  { title: 'Stop the application', about: ['and all of its workers and jobs.'], commands: [] },
  script(
    targets,
    'rollback',
    'restores the old schema with the links stored at that time. It refuses a database that is not migrated.',
    runner,
  ),
  { title: 'Deploy', about: ['the application with the old Keystone packages.'], commands: [] },
  {
    title: 'Restore the backup',
    about: rich`into an empty database if ${code('rollback')} refuses.`,
    commands: targets.map((target) => commandFor(target, RESTORE)),
  },
];

type Commands = Readonly<Record<DatabaseKey, string>>;

const BACKUP: Commands = {
  postgres: 'pg_dump -Fc -f before-arcade.dump "$DATABASE_URL"',
  mongo: 'mongodump --uri="$MONGODB_URI" --gzip --archive=before-arcade.archive.gz',
};

const RESTORE: Commands = {
  postgres: 'pg_restore --no-owner --exit-on-error -d "$EMPTY_DATABASE_URL" before-arcade.dump',
  mongo: 'mongorestore --uri="$EMPTY_MONGODB_URI" --gzip --archive=before-arcade.archive.gz',
};

/** Each of several adapters has its own variables and backup: `$DATABASE_URL_PEOPLE`, `before-arcade-people.dump`. */
function forAdapter(command: string, folder: string): string {
  if (folder === '') return command;
  const suffix = folder.toUpperCase().replaceAll(/\W/g, '_');
  return command
    .replaceAll(/"\$\w+(?=")/g, (variable) => `${variable}_${suffix}`)
    .replaceAll('before-arcade.', `before-arcade-${folder}.`);
}

const commandFor = ({ key, set }: Target, commands: Commands): string =>
  forAdapter(commands[key], set.folder);

/** Runs one script on each database. The runner's commands have to be typed in another folder than the rest. */
function script(
  targets: readonly Target[],
  name: ScriptName,
  about: string | Text,
  runner?: RunnerCommands,
): RunStep {
  const byRunner = ({ key, set }: Target) => {
    const command = runner?.database === key ? runner.commands(set.folder)[name] : undefined;
    // Such a command may not tell one adapter from another.
    return command === undefined || set.name === null ? command : `${command}  # ${set.folder}`;
  };
  const run = targets.filter((target) => byRunner(target) !== undefined);
  const where =
    run.length > 0 ? ` ${runner?.name} runs it: type this in the folder where you ran generate.` : '';
  const whose = run.some(({ set }) => set.name !== null)
    ? ' Configure it for the database of each adapter.'
    : '';
  const command = (target: Target): string => {
    const path = (file: string) => inFolder(target.set.folder, file);
    const commands: Commands = {
      postgres: `psql -X -v ON_ERROR_STOP=1 -f ${path(`postgres/${name}.sql`)} "$DATABASE_URL"`,
      mongo: `mongosh --quiet "$MONGODB_URI" ${path(`mongo/${name}.js`)}`,
    };
    return forAdapter(byRunner(target) ?? commands[target.key], target.set.folder);
  };
  return {
    title: `${name[0]?.toUpperCase()}${name.slice(1)}`,
    about: [...(typeof about === 'string' ? [about] : about), ...(where ? [`${where}${whose}`] : [])],
    commands: targets.map(command),
  };
}
