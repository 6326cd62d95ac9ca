import type { Console } from '../console.ts';
import type { CommandName } from '../options.ts';
import type { Settings } from '../settings.ts';

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
    name: 'generate',
    description: 'write a version of the scripts',
    takesEntries: true,
    examples: [
      ['index.js', 'write the scripts to out/0001_arcade'],
      ['index.js --dry-run', 'see what would be written'],
      ['index.js --database postgres --schema-name cms', 'for PostgreSQL, tables in the schema cms'],
      ['index.js --reconcile merge', 'keep the links that only one side has'],
    ],
    load: async () => (await import('./generate.ts')).generate,
  },
  {
    name: 'relationships',
    description: 'print the relationships and what happens to each',
    takesEntries: true,
    examples: [
      ['index.js', 'see what is found and what happens to it'],
      ['index.js --env CMS_LOCALE=en', 'where a variable of the environment decides about lists'],
      ['index.js --compare arcade-lists.json', 'see where the lists differ from a description of them'],
      ['index.js --json', 'for other programs'],
    ],
    load: async () => (await import('./relationships.ts')).relationships,
  },
  {
    name: 'check',
    description: 'fail when the scripts no longer match the lists, or were edited',
    takesEntries: true,
    examples: [
      ['index.js', 'in CI: do the scripts still match the lists?'],
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
    description: 'run the scripts of a version, the newest if none is named, on a scratch database',
    takesEntries: false,
    takesVersion: true,
    examples: [
      ['', 'see a migration work, on rows that are made'],
      ['--dump dump.sql', 'on what pg_dump wrote of your database'],
      ['0001_arcade --drift 5%', 'what preflight says of links out of step, and each --reconcile does'],
    ],
    load: async () => (await import('./rehearse.ts')).rehearse,
  },
  {
    name: 'templates',
    description: 'list the templates that the scripts are made from, or write them into a folder',
    takesEntries: false,
    examples: [
      ['--eject templates', 'write them out, to be changed: see docs/templates.md'],
      ['--templates templates', 'check those that were changed'],
    ],
    load: async () => (await import('./templates.ts')).templates,
  },
];
