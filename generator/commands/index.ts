import type { Console } from '../command-line/console.ts';
import type { CommandName } from '../command-line/options.ts';
import type { Settings } from '../command-line/settings.ts';

/** Does what the command is for, and gives the exit status. `which` is what was typed where the name of a version can stand. */
type Command = (settings: Settings, console: Console, which: string | null) => number | Promise<number>;

interface CommandLine {
  readonly name: CommandName;
  readonly description: string;
  /** Whether it reads lists, and so needs to know the files that create them. */
  readonly takesEntries: boolean;
  /** Whether the name of a version can stand behind its own. */
  readonly takesVersion?: true;
  /** What is typed after the name of the command, and what that does. */
  readonly examples: readonly [Example, ...Example[]];
  /** The module of the command, and all that it needs, is loaded only when it runs. */
  readonly load: () => Promise<Command>;
}

type Example = readonly [typed: string, does: string];

/** The commands, in the order of --help. */
export const COMMANDS: readonly CommandLine[] = [
  {
    name: 'init',
    description: 'look at the project and write arcade-migrate.config.json',
    takesEntries: false,
    examples: [['', 'set the entry and the database, from package.json']],
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'generate',
    description: 'write the scripts as a new version',
    takesEntries: true,
    examples: [
      ['index.js', 'write the scripts to out/0001_arcade'],
      ['index.js --dry-run', 'see what would be written'],
      ['index.js --database postgres --schema-name cms', 'for PostgreSQL, tables in the schema cms'],
      ['index.js --reconcile merge', 'keep links stored only on the dropped side'],
    ],
    load: async () => (await import('./generate.ts')).generate,
  },
  {
    name: 'relationships',
    description: 'print each relationship and what happens to it',
    takesEntries: true,
    examples: [
      ['index.js', 'see what is found and what happens to it'],
      ['index.js --env CMS_LOCALE=en', 'if the lists depend on an environment variable'],
      ['index.js --compare arcade-lists.json', 'see where the lists differ from a description of them'],
      ['index.js --json', 'for other programs'],
    ],
    load: async () => (await import('./relationships.ts')).relationships,
  },
  {
    name: 'check',
    description: 'fail if the scripts do not match the lists or were edited',
    takesEntries: true,
    examples: [
      ['index.js', 'in CI: do the scripts match the lists?'],
      ['index.js --reporter sarif > check.sarif', 'for code scanning'],
    ],
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'lists',
    description: 'print the lists as JSON, which can be edited and be an entry in turn',
    takesEntries: true,
    examples: [['index.js > arcade-lists.json', 'write down what is read, to complete it or to compare']],
    load: async () => (await import('./lists.ts')).lists,
  },
  {
    name: 'rehearse',
    description: 'run the scripts of a version (default: the newest) on a scratch database',
    takesEntries: false,
    takesVersion: true,
    examples: [
      ['', 'see a migration work on generated rows'],
      ['--dump dump.sql', 'on a pg_dump of your database'],
      ['0001_arcade --drift 5%', 'see what each --reconcile does with broken links'],
    ],
    load: async () => (await import('./rehearse.ts')).rehearse,
  },
  {
    name: 'templates',
    description: 'list the templates of the scripts, or write them to a folder',
    takesEntries: false,
    examples: [
      ['--eject templates', 'write them, so that you can change them'],
      ['--templates templates', 'check your changed templates'],
    ],
    load: async () => (await import('./templates.ts')).templates,
  },
];
