import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Diagnostic } from '../diagnostics.ts';
import { UsageError } from '../refusal.ts';
import { describeFault } from '../text/code-frame.ts';
import { jsonFault } from '../text/json-fault.ts';
import { didYouMean } from '../text/nearest.ts';
import { hasCode, messageOf } from '../text/system-error.ts';
import { flagOf, OPTIONS, type Option, type OptionValues } from './options.ts';
import { CommandLine, Configuration, PAIRS_FAULT } from './settings-schema.ts';

export const CONFIG_FILE = 'arcade-migrate.config.json';
export const PACKAGE_KEY = 'arcade-migrate';

const PAIRS = Object.entries<Option>(OPTIONS)
  .filter(([, { type }]) => type === 'pairs')
  .map(([name]) => name);

/** The checked settings of a run. */
export type Settings = OptionValues & {
  readonly entries: readonly string[];
  /** The working directory. Paths in messages and diagnostics are relative to it. */
  readonly cwd: string;
  /** What is wrong with the files of the settings, and does not keep a command from running. */
  readonly warnings?: readonly Diagnostic[];
};

/** Values by option name, before they are checked. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** A JSON file that can have options. */
interface OptionsFile {
  readonly name: string;
  readonly text: string;
  /** Where the options are in it. */
  readonly path: readonly string[];
}

/** A wrong value, or a wrong name, on the command line or in a file. */
interface Fault {
  readonly message: string;
  readonly isName?: boolean;
  readonly file?: OptionsFile | null;
  readonly path?: readonly PropertyKey[];
}

/**
 * Makes the settings of a run. The command line wins over arcade-migrate.config.json, and that over the key `arcade-migrate`
 * of package.json. Commands that read no lists need no entry.
 *
 * @throws UsageError that names every fault
 */
export async function parseSettings(
  commandLine: RawOptions,
  cwd: string,
  { needsEntries = true } = {},
): Promise<Settings> {
  const faults: Fault[] = [];
  const warnings: Diagnostic[] = [];
  const sources = [
    ...optionsFiles(cwd, warnings).map((file) => ({ file, values: optionsIn(file, faults) })),
    { file: null, values: withPairs(withoutUndefined(commandLine), faults) },
  ];
  for (const { file, values } of sources) faults.push(...findFaults(file, values));
  const { $schema: _, ...merged }: RawOptions = Object.assign({}, ...sources.map(({ values }) => values));
  const entries = Array.isArray(merged.entries) ? merged.entries : [];
  const fault = (message: string) => faults.push({ message });
  if (needsEntries && faults.length === 0 && entries.length === 0) {
    fault('no entry file was given: name the file that creates the lists, as in "generate index.js"');
  }
  if (merged.script !== undefined && merged.stdout !== true) fault('--script is for --stdout only');
  if (merged.reporter === 'sarif' && (merged.json === true || merged.stdout === true)) {
    fault(`--reporter sarif and ${merged.json ? '--json' : '--stdout'} both want stdout: choose one`);
  }
  if (faults.length > 0) {
    const messages = await Promise.all(faults.map(describe));
    throw new UsageError(messages.join('\n'), faults.some(({ file }) => file) ? FILE_HELP : undefined);
  }
  return {
    ...(v.parse(CommandLine, merged) as unknown as Omit<Settings, 'cwd'>),
    cwd,
    ...(warnings.length > 0 && { warnings }),
  };
}

const FILE_HELP =
  '"arcade-migrate help generate" lists the options. In a file their names are in camel case, such as schemaName.';

/** A fault in a file with its position. The parser that knows positions is loaded only then. */
async function describe({ message, file, path = [], isName = false }: Fault): Promise<string> {
  if (!file) return message;
  const { placeInJson } = await import('../text/json-place.ts');
  const place = placeInJson(file.text, [...file.path, ...path], isName);
  return describeFault(file.name, file.text, place, message);
}

function findFaults(file: OptionsFile | null, values: RawOptions): Fault[] {
  const schema = file === null ? CommandLine : Configuration;
  // To valibot an array is a record of its elements.
  const arrays = PAIRS.filter((name) => Array.isArray(values[name])).map((name) => ({
    message: `${name} ${PAIRS_FAULT}: ${JSON.stringify(values[name])}`,
    path: [name],
    file,
  }));
  const result = v.safeParse(schema, values);
  if (result.success) return arrays;
  const faults = result.issues.map((issue) => ({
    message: messageFor(issue, file === null, Object.keys(schema.entries)),
    path: (issue.path ?? []).map(({ key }) => key as PropertyKey),
    isName: issue.type === 'strict_object',
    file,
  }));
  return [...arrays, ...faults];
}

function messageFor(issue: v.BaseIssue<unknown>, isTyped: boolean, names: readonly string[]): string {
  const path = v.getDotPath(issue) ?? '';
  const option = isTyped ? flagOf(path) : path;
  if (isTyped && path.startsWith('entries')) return `the name of an entry ${issue.message}`;
  if (issue.type === 'strict_object') {
    return Object.hasOwn(OPTIONS, path)
      ? `${path} is for one run: give it on the command line, as ${flagOf(path)}`
      : `${option} is not an option${didYouMean(path, names)}`;
  }
  if (isTyped && Array.isArray(issue.input)) return `${option} can be given once only`;
  if (isTyped && issue.input === true) return `${option} needs a value`;
  return `${option} ${issue.message}: ${JSON.stringify(issue.input)}`;
}

/** The files that have options. The last wins. */
function optionsFiles(cwd: string, warnings: Diagnostic[]): OptionsFile[] {
  const config = readFile(cwd, CONFIG_FILE);
  const fault = jsonFault(config);
  if (fault !== null) {
    throw new UsageError(
      describeFault(CONFIG_FILE, config, fault, fault.message),
      'Correct the file. It is JSON: names and strings need double quotes, and no comma follows the last value.',
    );
  }
  const manifest = readFile(cwd, 'package.json');
  const warning = jsonFault(manifest);
  // A package.json that is being edited or merged does not keep anyone from reading lists.
  if (warning !== null) {
    warnings.push({
      code: 'AM1002',
      severity: 'warning',
      message: `package.json is not valid JSON: ${warning.message}`,
      help: 'Correct it. Until then the options in it are not used.',
      source: { file: 'package.json', line: warning.line, column: warning.column },
    });
  }
  return [
    { name: 'package.json', text: warning === null ? manifest : '{}', path: [PACKAGE_KEY] },
    { name: CONFIG_FILE, text: config, path: [] },
  ];
}

/** The text of a file in the working directory. A missing one is an empty object. */
function readFile(cwd: string, name: string): string {
  try {
    return readFileSync(join(cwd, name), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '{}';
    throw new UsageError(
      `${name} cannot be read: ${messageOf(error)}`,
      'Make it a file that you can read, or remove it.',
    );
  }
}

function optionsIn(file: OptionsFile, faults: Fault[]): RawOptions {
  const options = file.path.reduce<unknown>(
    (value, key) => (value as RawOptions | null)?.[key] ?? {},
    JSON.parse(file.text),
  );
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return { ...options };
  faults.push({ message: 'the options must be an object', file });
  return {};
}

const withoutUndefined = (values: RawOptions): RawOptions =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );

/** On the command line a record is a repeated option: --env NAME=value --env OTHER=value. */
function withPairs(values: RawOptions, faults: Fault[]): RawOptions {
  const records = PAIRS.filter((option) => values[option] !== undefined).map(
    (option) => [option, pairsOf(option, [values[option]].flat().map(String), faults)] as const,
  );
  return { ...values, ...Object.fromEntries(records) };
}

function pairsOf(option: string, pairs: readonly string[], faults: Fault[]): Record<string, string> {
  const wrong = pairs.filter((pair) => pair.indexOf('=') < 1);
  faults.push(
    ...wrong.map((pair) => ({ message: `--${option} must be NAME=value: ${JSON.stringify(pair)}` })),
  );
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}
