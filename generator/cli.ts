#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';
import yargs from 'yargs';
import { type Console, makeConsole } from './console.ts';
import { Refusal, UsageError } from './refusal.ts';
import { parseSettings, type Settings } from './settings.ts';

const DESCRIPTION =
  'Writes the scripts that carry a Keystone 5 database to the relationship schema of its Arcade release.';

const READING = {
  database: {
    describe: 'postgres, mongo or both',
    defaultDescription: 'what the adapters say',
    requiresArg: true,
  },
  'schema-name': {
    describe: 'PostgreSQL schema',
    defaultDescription: "the adapter's, or public",
    requiresArg: true,
  },
  'lock-timeout': {
    describe: 'how long PostgreSQL waits for a lock before the script gives up',
    defaultDescription: '5s',
    requiresArg: true,
  },
  'side-order': {
    describe: 'alphabetical, as Keystone 8 does, or declaration, as its first documents had it',
    defaultDescription: 'alphabetical',
    requiresArg: true,
  },
  locale: {
    describe: 'locale of the server process, which alphabetical order follows',
    defaultDescription: 'en',
    requiresArg: true,
  },
  reconcile: {
    describe: 'links that only the side that goes has: abort, merge them, or discard them',
    defaultDescription: 'abort',
    requiresArg: true,
  },
  env: {
    describe: 'NAME=value: a variable of the environment that decides about lists; can be repeated',
    type: 'string',
    requiresArg: true,
  },
  list: {
    describe: 'Key=file: the file with the config of a list that the entry hides; can be repeated',
    type: 'string',
    requiresArg: true,
  },
  'allow-unresolved': {
    describe: 'go on where something is unknown that could hide a relationship',
    type: 'boolean',
  },
  json: { describe: 'print the result as JSON', type: 'boolean' },
  quiet: { describe: 'print the result and problems only', type: 'boolean' },
  'no-color': { describe: 'print without colours', type: 'boolean' },
} as const;

const OUT = {
  out: { describe: 'folder of the versions', defaultDescription: 'out', requiresArg: true },
} as const;
const NAME = {
  name: { describe: 'name of the version', defaultDescription: 'arcade', requiresArg: true },
} as const;

type Command = (settings: Settings, console: Console) => number | Promise<number>;

/** The handler of a command: its module, and all that it needs, is loaded only when it runs. */
const run = (load: () => Promise<Command>) => async (argv: Record<string, unknown>) => {
  const settings = parseSettings(
    {
      entries: argv.entries,
      database: argv.database,
      schemaName: argv['schema-name'],
      lockTimeout: argv['lock-timeout'],
      sideOrder: argv['side-order'],
      locale: argv.locale,
      reconcile: argv.reconcile,
      out: argv.out,
      name: argv.name,
      env: argv.env,
      list: argv.list,
      allowUnresolved: argv['allow-unresolved'],
      json: argv.json,
      quiet: argv.quiet,
      color: argv['no-color'] === true ? false : undefined,
    },
    process.cwd(),
  );
  const command = await load();
  process.exitCode = await command(settings, makeConsole(settings));
};

const cli = yargs(process.argv.slice(2))
  .scriptName('arcade-migrate')
  .usage(`$0 <command> <entry..>\n\n${DESCRIPTION}`)
  .command(
    'generate [entries..]',
    'write a version of the scripts',
    (command) => command.options({ ...READING, ...OUT, ...NAME }),
    run(async () => (await import('./commands/generate.ts')).generate),
  )
  .command(
    'relationships [entries..]',
    'print the relationships and what happens to each',
    (command) => command.options(READING),
    run(async () => (await import('./commands/relationships.ts')).relationships),
  )
  .command(
    'check [entries..]',
    'fail when the scripts no longer match the lists, or were edited',
    (command) => command.options({ ...READING, ...OUT }),
    run(async () => (await import('./commands/check.ts')).check),
  )
  .example([
    ['$0 relationships index.js', 'see what is found and what happens to it'],
    ['$0 generate index.js', 'write the scripts to out/0001_arcade'],
    [
      '$0 generate index.js --database postgres --schema-name cms',
      'for PostgreSQL, tables in the schema cms',
    ],
    ['$0 check index.js', 'in CI: do the scripts still match the lists?'],
  ])
  .epilogue(
    'An entry is a file that creates lists, as the one that exports keystone. Options can also stand in\n' +
      'arcade-migrate.config.json, or under "arcade-migrate" in package.json, by their names in camel case.\n\n' +
      'Exit status: 0 done, 1 the answer is no (errors in the lists, drift), 2 wrong usage.',
  )
  .parserConfiguration({ 'boolean-negation': false, 'camel-case-expansion': false, 'parse-numbers': false })
  .demandCommand(1, 'name a command: generate, relationships or check')
  .strict()
  .recommendCommands()
  .version(readVersion())
  .help()
  .alias({ h: 'help' })
  .wrap(100)
  .exitProcess(false)
  .fail((message, error) => {
    throw error ?? new UsageError(message);
  });

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
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
  process.stderr.write(
    `arcade-migrate failed, which is a fault of its own: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  return 1;
}
