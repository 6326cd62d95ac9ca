import process from 'node:process';
import v8 from 'node:v8';
import yargs, { type FallbackCompletionFunction } from 'yargs';
import { COMMANDS } from '../commands/index.ts';
import { Refusal, UsageError } from '../refusal.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import { didYouMean } from '../text/nearest.ts';
import { messageOf } from '../text/system-error.ts';
import { dashed, readCommandLine, refuseUnknown, yargsOptions } from './arguments.ts';
import { COMPLETION_SCRIPTS, SHELLS, type Shell } from './completion.ts';
import { makeConsole, terminalWidth } from './console.ts';
import { version } from './version.ts';

const DESCRIPTION =
  'Writes the database migration that a Keystone 5 project needs for the Arcade release: ' +
  'SQL for psql, or scripts for mongosh. You review them and run them.';

const ENTRIES =
  'An entry is a file that creates lists, such as the one that exports keystone, or a folder of list files. ' +
  'arcade-migrate.config.json can set the entries and the options, and so can the key "arcade-migrate" in package.json. ' +
  'There the names of options are in camel case, such as schemaName.';

const STATUS =
  'Exit status: 0 if it worked; 1 if the lists have errors, the scripts do not match, or the command refuses; 2 for wrong usage, or if something is missing.';

/** Replaces texts of yargs. The first begins a message, which ends with the name of an option. */
const WORDS = {
  'Not enough arguments following: %s': 'no value: %s',
  'Show help': 'print this help',
  'Show version number': 'print the version',
};

/** Runs a command line and returns the exit status. Errors go to stderr, without a stack trace. */
export async function run(args: readonly string[], cwd: string): Promise<number> {
  let status = 0;
  const names = [...COMMANDS.map(({ name }) => name), 'completion', 'help'];
  const isCompleting = args.includes('--get-yargs-completions');
  const cli = yargs([...args], cwd)
    .scriptName('arcade-migrate')
    .usage(`$0 <command> [options]\n\n${DESCRIPTION}`);
  for (const { name, takesEntries, takesVersion, description, examples, load } of COMMANDS) {
    cli.command(
      takesEntries ? `${name} [entries..]` : takesVersion ? `${name} [which]` : name,
      description,
      (line) =>
        line
          .options(yargsOptions(name, isCompleting))
          .example(examples.map(([typed, does]) => [`$0 ${name} ${typed}`, does]))
          .epilogue(takesEntries ? ENTRIES : ''),
      async (argv) => {
        const given = readCommandLine(name, argv);
        if (!takesEntries && given.entries.length > 0) {
          throw new UsageError(`${name} reads no lists, so it takes no entries: ${given.entries.join(' ')}`);
        }
        if (takesEntries && given.run !== false) {
          // The engine starts in its own thread while the command loads its parser. It runs for some milliseconds, and V8 would
          // take longer to optimise its code than that saves.
          v8.setFlagsFromString('--liftoff-only');
          const { startEngine } = await import('../reader/run/engine.ts');
          startEngine();
        }
        const { parseSettings } = await import('./settings.ts');
        const settings = await parseSettings(given, cwd, { needsEntries: takesEntries });
        const command = await load();
        const console = makeConsole(settings);
        // Commands that read lists report them with the other diagnostics.
        if (!takesEntries) reportDiagnostics(settings, console, settings.warnings ?? []);
        status = await command(settings, console, typeof argv.which === 'string' ? argv.which : null);
      },
    );
  }
  cli
    .command(
      'completion [shell]',
      `print the completion script of a shell: ${SHELLS.join(', ')}`,
      (line) =>
        (isCompleting ? line.positional('shell', { choices: SHELLS }) : line).example([
          ['source <($0 completion bash)', 'in ~/.bashrc'],
          ['source <($0 completion zsh)', 'in ~/.zshrc, after compinit'],
          ['$0 completion fish | source', 'in ~/.config/fish/config.fish'],
        ]),
      (argv) => {
        refuseUnknown('completion', argv);
        printCompletion(argv.shell);
      },
    )
    .command(
      'help [command]',
      'print the help of a command',
      (line) => (isCompleting ? line.positional('command', { choices: names }) : line),
      async (argv) => {
        refuseUnknown('help', argv);
        const { command } = argv as { command?: string };
        status = await run(command === undefined ? ['--help'] : [command, '--help'], cwd);
      },
    )
    .command('$0', false, {}, (argv) => {
      refuseUnknown('arcade-migrate', argv);
      throw new UsageError(`name a command: ${names.join(', ')}`);
    })
    .completion('complete', false, completeFilesFirst)
    .example(COMMANDS.map(({ name, examples: [[typed, does]] }) => [`$0 ${name} ${typed}`, does]))
    .epilogue(`${ENTRIES}\n\n${STATUS}`)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .strictCommands()
    .version(version())
    .help()
    .alias({ h: 'help', V: 'version' })
    .group(['help', 'version'], 'Other:')
    .wrap(Math.min(terminalWidth(), 120))
    .locale('en')
    .updateStrings(WORDS)
    .exitProcess(false)
    .fail((message, error) => {
      const [, key] = /^no value: (\S+)/.exec(message) ?? [];
      if (key !== undefined) throw new UsageError(`${dashed(key)} needs a value`);
      throw error ?? new UsageError(message);
    });
  try {
    const [first = '-'] = args;
    // yargs does not say which command is unknown, and answers --help before it checks.
    if (!first.startsWith('-') && !names.includes(first)) {
      throw new UsageError(`${first} is not a command${didYouMean(first, names)}`);
    }
    await cli.parseAsync();
    return status;
  } catch (error) {
    return explain(error);
  }
}

/** Offers options only after a dash, because most arguments are files, which the shell completes. Leaves out yargs's `--q` for `-q`. */
const completeFilesFirst: FallbackCompletionFunction = (current, _argv, complete, done) =>
  complete((_error, answers) =>
    done(
      (answers ?? []).filter((answer) =>
        current.startsWith('-') ? !/^--\w(:|$)/.test(answer) : !answer.startsWith('-'),
      ),
    ),
  );

function printCompletion(shell: unknown): void {
  const name = shell ?? process.env.SHELL?.split('/').at(-1);
  if (!SHELLS.includes(name as Shell)) {
    throw new UsageError(`name the shell: completion ${SHELLS.join(', completion ')}`);
  }
  process.stdout.write(`${COMPLETION_SCRIPTS[name as Shell]}\n`);
}

/** Reports an error without a stack trace, and returns the exit status. */
function explain(error: unknown): number {
  if (error instanceof Refusal || error instanceof UsageError) {
    process.stderr.write(`${error.message}\n${error.help}\n`);
    return error instanceof Refusal ? 1 : 2;
  }
  const [reason] = messageOf(error).split('\n');
  const isOurs = !(error instanceof Error && 'syscall' in error);
  process.stderr.write(`arcade-migrate failed${isOurs ? ', which is a bug' : ''}: ${reason}\n`);
  return 2;
}
