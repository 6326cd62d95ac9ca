#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';
import process from 'node:process';
import yargs from 'yargs';
import { readCommandLine, yargsOptions } from './command-line.ts';
import { type Console, makeConsole } from './console.ts';
import { didYouMean } from './nearest.ts';
import type { CommandName } from './options.ts';
import { packageFile } from './package-file.ts';
import { Refusal, UsageError } from './refusal.ts';
import type { Settings } from './settings.ts';

// Node 22 and later keep what they compiled of the modules that are loaded from here on for the next run.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const DESCRIPTION =
  'Writes the scripts that carry a Keystone 5 database to the relationship schema of its Arcade release.';

type Command = (settings: Settings, console: Console) => number | Promise<number>;

const ENTRIES = `An entry is a file that creates lists, as the one that exports keystone. Options can also stand in
arcade-migrate.config.json, or under "arcade-migrate" in package.json, by their names in camel case.`;

interface CommandLine {
  readonly name: CommandName;
  /** It reads no lists. */
  readonly takesNoEntries?: true;
  readonly description: string;
  /** What is typed after the name of the command, and what that does. */
  readonly examples: readonly (readonly [string, string])[];
  /** The module of the command, and all that it needs, is loaded only when it runs. */
  readonly load: () => Promise<Command>;
}

const COMMANDS: readonly CommandLine[] = [
  {
    name: 'generate',
    description: 'write a version of the scripts',
    examples: [
      ['index.js', 'write the scripts to out/0001_arcade'],
      ['index.js --database postgres --schema-name cms', 'for PostgreSQL, tables in the schema cms'],
      ['index.js --reconcile merge', 'keep the links that only one side has'],
    ],
    load: async () => (await import('./commands/generate.ts')).generate,
  },
  {
    name: 'relationships',
    description: 'print the relationships and what happens to each',
    examples: [
      ['index.js', 'see what is found and what happens to it'],
      ['index.js --env CMS_LOCALE=en', 'where a variable of the environment decides about lists'],
      ['index.js --json', 'for other programs'],
    ],
    load: async () => (await import('./commands/relationships.ts')).relationships,
  },
  {
    name: 'check',
    description: 'fail when the scripts no longer match the lists, or were edited',
    examples: [['index.js', 'in CI: do the scripts still match the lists?']],
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'templates',
    takesNoEntries: true,
    description: 'list the templates that the scripts are made from, or write them into a folder',
    examples: [
      ['--eject templates', 'write them out, to be changed: see docs/templates.md'],
      ['--templates templates', 'check those that were changed'],
    ],
    load: async () => (await import('./commands/templates.ts')).templates,
  },
];

const run =
  ({ name, takesNoEntries, load }: CommandLine) =>
  async (argv: Record<string, unknown>) => {
    const given = readCommandLine(name, argv);
    if (takesNoEntries && given.entries.length > 0) {
      throw new UsageError(`${name} reads no lists, so it takes no entries: ${given.entries.join(' ')}`);
    }
    const { parseSettings } = await import('./settings.ts');
    const settings = parseSettings(given, process.cwd(), { needsEntries: !takesNoEntries });
    const command = await load();
    process.exitCode = await command(settings, makeConsole(settings));
  };

const cli = yargs(process.argv.slice(2))
  .scriptName('arcade-migrate')
  .usage(`$0 <command> <entry..>\n\n${DESCRIPTION}`);
for (const command of COMMANDS) {
  const { name, takesNoEntries, description, examples } = command;
  cli.command(
    takesNoEntries ? name : `${name} [entries..]`,
    description,
    (line) =>
      line
        .options(yargsOptions(name))
        .example(examples.map(([typed, does]) => [`$0 ${name} ${typed}`, does]))
        .epilogue(ENTRIES),
    run(command),
  );
}
cli
  // What is typed where a command should stand: yargs does not say which word it is that it does not know.
  .command('$0', false, {}, ({ _: [typed] }) => {
    const names = COMMANDS.map(({ name }) => name);
    if (typed === undefined) throw new UsageError(`name a command: ${names.join(', ')}`);
    throw new UsageError(`${typed} is not a command${didYouMean(String(typed), names)}`);
  })
  .example(COMMANDS.map(({ name, examples: [[typed, does] = ['', '']] }) => [`$0 ${name} ${typed}`, does]))
  .epilogue(
    `${ENTRIES}\n\nExit status: 0 done, 1 the answer is no (errors in the lists, drift), 2 wrong usage.`,
  )
  .parserConfiguration({
    'boolean-negation': false,
    'camel-case-expansion': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
  })
  .version(readVersion())
  .help()
  .alias({ h: 'help' })
  .group(['help', 'version'], 'Other:')
  .wrap(100)
  .locale('en')
  .exitProcess(false)
  .fail((message, error) => {
    throw error ?? new UsageError(message);
  });

function readVersion(): string {
  const text = readFileSync(packageFile('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

try {
  await cli.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says what went wrong, without a stack trace, and gives the exit status. */
function explain(error: unknown): number {
  if (error instanceof UsageError || (error instanceof Error && error.name === 'YError')) {
    process.stderr.write(`${error.message}\n\nSee arcade-migrate --help.\n`);
    return 2;
  }
  if (error instanceof Refusal) {
    process.stderr.write(`${error.message}\n${error.help}\n`);
    return 1;
  }
  const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
  process.stderr.write(`arcade-migrate failed, which is a fault of its own: ${reason}\n`);
  return 1;
}
