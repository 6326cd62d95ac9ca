import type { Console } from '../command-line/console.ts';
import type { CommandName } from '../command-line/options.ts';
import type { Settings } from '../command-line/settings.ts';

/** Runs the command and returns the exit status. `which` is the version on the command line. */
type Command = (settings: Settings, console: Console, which: string | null) => number | Promise<number>;

interface CommandLine {
  readonly name: CommandName;
  readonly description: string;
  /** Whether it reads lists, and so needs their files. */
  readonly takesEntries: boolean;
  readonly takesVersion?: true;
  readonly examples: readonly [Example, ...Example[]];
  /** Loads the module of the command only when it runs. */
  readonly load: () => Promise<Command>;
}

/** What follows the name of the command, and what that does. */
type Example = readonly [typed: string, does: string];

/** The commands, in the order of --help. */
export const COMMANDS: readonly CommandLine[] = [
  {
    name: 'init',
    description: 'look at the project and write arcade-migrate.config.json',
    takesEntries: false,
    examples: [['', 'find the entry and the database, and write them down']],
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'generate',
    description: 'write the scripts as a new version',
    takesEntries: true,
    examples: [
      ['index.js', 'write the scripts to out/0001_arcade'],
      ['index.js --dry-run', 'see what would be written'],
      ['index.js --database postgres --schema-name cms', 'for PostgreSQL, with the tables in the schema cms'],
      ['index.js --reconcile merge', 'keep links stored only on the dropped side'],
    ],
    load: async () => (await import('./generate.ts')).generate,
  },
  {
    name: 'relationships',
    description: 'print each relationship and what happens to it',
    takesEntries: true,
    examples: [
      ['index.js', 'see the relationships, and what happens to each'],
      ['index.js --env CMS_LOCALE=en', 'set a variable that the lists depend on'],
      ['index.js --compare arcade-lists.json', 'see where the lists differ from a description'],
      ['index.js --json', 'print JSON for other programs'],
    ],
    load: async () => (await import('./relationships.ts')).relationships,
  },
  {
    name: 'check',
    description: 'fail if the scripts do not match the lists or were edited',
    takesEntries: true,
    examples: [
      ['index.js', 'in CI: fail if the scripts do not match the lists'],
      ['index.js --reporter sarif > check.sarif', 'write a SARIF log for code scanning'],
    ],
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'lists',
    description: 'print the lists as JSON; an edited copy can be an entry',
    takesEntries: true,
    examples: [['index.js > arcade-lists.json', 'save the lists, to complete or compare them']],
    load: async () => (await import('./lists.ts')).lists,
  },
  {
    name: 'rehearse',
    description: 'run the scripts of a version (default: the newest) on a scratch database',
    takesEntries: false,
    takesVersion: true,
    examples: [
      ['', 'rehearse the newest version on generated rows'],
      ['--dump dump.sql', 'rehearse it on a dump of your database'],
      ['0001_arcade --drift 5%', 'see what each --reconcile does with broken links'],
    ],
    load: async () => (await import('./rehearse.ts')).rehearse,
  },
  {
    name: 'templates',
    description: 'list the templates of the scripts, or write them to a folder',
    takesEntries: false,
    examples: [
      ['--eject templates', 'write the templates, so that you can change them'],
      ['--templates templates', 'check your changed templates'],
    ],
    load: async () => (await import('./templates.ts')).templates,
  },
];
