import type { Options as YargsOption } from 'yargs';
import { UsageError } from '../refusal.ts';
import { didYouMean } from './nearest.ts';
import { type CommandName, flagOf, type Option, optionsOf } from './options.ts';

/** What yargs and positional arguments put beside the options. */
const NO_OPTIONS = ['_', '$0', '--', 'entries', 'which', 'help', 'h', 'version'];

/** The options of a command in the form of yargs. Values are checked with those of the configuration, not by yargs. */
export const yargsOptions = (command: CommandName, isCompleting: boolean): Record<string, YargsOption> =>
  Object.fromEntries(
    optionsOf(command).map(([name, option]) => [keyOf(name), yargsOption(option, isCompleting)]),
  );

function yargsOption(option: Option, isCompleting: boolean): YargsOption {
  const common = { describe: option.description, group: `${option.group}:` };
  if (option.type === 'flag') return { ...common, type: 'boolean' };
  if (option.type === 'pairs') return { ...common, type: 'string', requiresArg: true };
  const otherwise = option.default ?? option.otherwise;
  return {
    ...common,
    requiresArg: true,
    ...(otherwise === undefined ? {} : { defaultDescription: otherwise }),
    // Else yargs would check it too, and report one fault at a time.
    ...(option.type === 'choice' && isCompleting ? { choices: option.choices } : {}),
  };
}

/** What was typed, by option name. Throws a UsageError for what is no option of the command. */
export function readCommandLine(
  command: CommandName,
  argv: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> & { readonly entries: readonly unknown[] } {
  const options = optionsOf(command);
  const flags = options.map(([name]) => flagOf(name));
  const unknown = Object.keys(argv)
    .filter((key) => !NO_OPTIONS.includes(key))
    .map((key) => (key.length === 1 ? `-${key}` : `--${key}`))
    .filter((flag) => !flags.includes(flag));
  if (unknown.length > 0) {
    throw new UsageError(
      unknown.map((flag) => `${flag} is not an option of ${command}${didYouMean(flag, flags)}`).join('\n'),
    );
  }
  const values = options.map(([name, option]) => {
    const value = argv[keyOf(name)];
    return [name, option.type === 'flag' && option.isNegated && value === true ? false : value] as const;
  });
  // What follows a `--` yargs leaves beside the name of the command.
  const entries = [argv.entries ?? [], [argv._ ?? []].flat().slice(1)].flat();
  return { ...Object.fromEntries(values), entries };
}

const keyOf = (name: string): string => flagOf(name).slice(2);
