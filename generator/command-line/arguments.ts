import type { Options as YargsOption } from 'yargs';
import { UsageError } from '../refusal.ts';
import { didYouMean } from '../text/nearest.ts';
import { type CommandName, flagOf, type Option, optionsOf } from './options.ts';

/** Keys that yargs and positional arguments add to the options. */
const NO_OPTIONS = ['_', '$0', '--', 'entries', 'which', 'shell', 'command'];

const EVERYWHERE = ['--help', '-h', '--version', '-V'];

/** The options of a command for yargs. parseSettings checks the values, together with those of the config file. */
export const yargsOptions = (command: CommandName, isCompleting: boolean): Record<string, YargsOption> =>
  Object.fromEntries(
    optionsOf(command).map(([name, option]) => [keyOf(name), yargsOption(option, isCompleting)]),
  );

function yargsOption(option: Option, isCompleting: boolean): YargsOption {
  const { description, group, short } = option;
  const common = { describe: description, group: `${group}:`, ...(short && { alias: short }) };
  if (option.type === 'flag') return { ...common, type: 'boolean' };
  if (option.type === 'pairs') return { ...common, type: 'string', requiresArg: true };
  const otherwise = option.default ?? option.otherwise;
  return {
    ...common,
    requiresArg: true,
    ...(otherwise === undefined ? {} : { defaultDescription: otherwise }),
    // When it runs a command, yargs would check the value too, and report one fault at a time.
    ...(option.type === 'choice' && isCompleting ? { choices: option.choices } : {}),
  };
}

/** The values on the command line, by option name. Throws a UsageError for options that the command does not have. */
export function readCommandLine(
  command: CommandName,
  argv: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> & { readonly entries: readonly unknown[] } {
  const options = optionsOf(command);
  refuseUnknown(
    command,
    argv,
    options.flatMap(([name, { short }]) => [flagOf(name), ...(short ? [`-${short}`] : [])]),
  );
  const values = options.map(([name, option]) => {
    const value = argv[keyOf(name)];
    return [name, option.type === 'flag' && option.isNegated && value === true ? false : value] as const;
  });
  // yargs puts arguments after `--` next to the name of the command.
  const entries = [argv.entries ?? [], [argv._ ?? []].flat().slice(1)].flat();
  return { ...Object.fromEntries(values), entries };
}

/** Throws a UsageError for unknown options, with suggestions. */
export function refuseUnknown(
  command: string,
  argv: Readonly<Record<string, unknown>>,
  options: readonly string[] = [],
): void {
  const known = [...options, ...EVERYWHERE];
  const unknown = Object.keys(argv)
    .filter((key) => !NO_OPTIONS.includes(key))
    .map(dashed)
    .filter((flag) => !known.includes(flag));
  if (unknown.length === 0) return;
  const long = known.filter((flag) => flag.startsWith('--'));
  throw new UsageError(
    unknown.map((flag) => `${flag} is not an option of ${command}${didYouMean(flag, long)}`).join('\n'),
  );
}

/** An option on the command line, by its name in yargs. */
export const dashed = (key: string): string => (key.length === 1 ? `-${key}` : `--${key}`);

const keyOf = (name: string): string => flagOf(name).slice(2);
