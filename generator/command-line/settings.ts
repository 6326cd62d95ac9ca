import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Diagnostic } from '../diagnostics.ts';
import { UsageError } from '../refusal.ts';
import { jsonFault } from '../text/json-fault.ts';
import { didYouMean } from '../text/nearest.ts';
import { flagOf, OPTIONS, type Option, type OptionValues } from './options.ts';
import { CommandLine, Configuration, PAIRS_FAULT } from './settings-schema.ts';

export const CONFIG_FILE = 'arcade-migrate.config.json';
export const PACKAGE_KEY = 'arcade-migrate';

/** The options whose values have names of their own. */
const PAIRS = Object.entries<Option>(OPTIONS)
  .filter(([, { type }]) => type === 'pairs')
  .map(([name]) => name);

/** Everything a command needs to know, whole and checked. */
export type Settings = OptionValues & {
  readonly entries: readonly string[];
  /** The working directory: positions are relative to it. */
  readonly cwd: string;
  /** What is wrong with the files of the settings, but does not keep a command from going on. */
  readonly warnings?: readonly Diagnostic[];
};

/** Values by option name, as a source has them: not checked yet. */
export type RawOptions = Readonly<Record<string, unknown>>;

/**
 * Makes the settings of a run. The command line wins over arcade-migrate.config.json, and that over
 * the key `arcade-migrate` of package.json. Throws one UsageError that names every fault. Where no list
 * is read there need be no entry.
 */
export function parseSettings(commandLine: RawOptions, cwd: string, { needsEntries = true } = {}): Settings {
  const faults: string[] = [];
  const warnings: Diagnostic[] = [];
  const sources = [
    { where: 'package.json', values: readPackage(cwd, faults, warnings) },
    { where: CONFIG_FILE, values: readConfig(cwd, faults) },
    { where: null, values: withPairs(withoutUndefined(commandLine), faults) },
  ];
  for (const { where, values } of sources) faults.push(...findFaults(where, values));
  const { $schema: _, ...merged }: RawOptions = Object.assign({}, ...sources.map(({ values }) => values));
  const entries = Array.isArray(merged.entries) ? merged.entries : [];
  if (needsEntries && faults.length === 0 && entries.length === 0) {
    faults.push('no entry file was given: name the file that creates the lists, as in "generate index.js"');
  }
  if (merged.script !== undefined && merged.stdout !== true) faults.push('--script is for --stdout only');
  if (merged.reporter === 'sarif' && (merged.json === true || merged.stdout === true)) {
    faults.push(`--reporter sarif and ${merged.json ? '--json' : '--stdout'} both want stdout: choose one`);
  }
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return {
    ...(v.parse(CommandLine, merged) as unknown as Omit<Settings, 'cwd'>),
    cwd,
    ...(warnings.length > 0 && { warnings }),
  };
}

function findFaults(where: string | null, values: RawOptions): string[] {
  const schema = where === null ? CommandLine : Configuration;
  // To valibot an array is a record of its elements.
  const arrays = PAIRS.filter((name) => Array.isArray(values[name])).map(
    (name) => `${where}: ${name} ${PAIRS_FAULT}: ${JSON.stringify(values[name])}`,
  );
  const result = v.safeParse(schema, values);
  if (result.success) return arrays;
  const faults = result.issues.map((issue) => {
    const path = v.getDotPath(issue) ?? '';
    const option = where === null ? flagOf(path) : `${where}: ${path}`;
    if (where === null && path.startsWith('entries')) return `the name of an entry ${issue.message}`;
    if (issue.type === 'strict_object') {
      return `${option} is not an option${didYouMean(path, Object.keys(schema.entries))}`;
    }
    if (where === null && Array.isArray(issue.input)) return `${option} can be given once only`;
    if (where === null && issue.input === true) return `${option} needs a value`;
    return `${option} ${issue.message}: ${JSON.stringify(issue.input)}`;
  });
  return [...arrays, ...faults];
}

/** A package.json that is being edited, or merged, need not keep anyone from reading lists. */
function readPackage(cwd: string, faults: string[], warnings: Diagnostic[]): RawOptions {
  const path = join(cwd, 'package.json');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '{}';
  const fault = jsonFault(text);
  if (fault !== null) {
    warnings.push({
      code: 'AM1002',
      severity: 'warning',
      message: `package.json is not valid JSON: ${fault.message}`,
      help: 'Correct it. Until then the options in it are not used.',
      source: { file: 'package.json', line: fault.line, column: fault.column },
    });
    return {};
  }
  const content = asOptions(JSON.parse(text), 'package.json', faults);
  return asOptions(content[PACKAGE_KEY] ?? {}, `package.json: ${PACKAGE_KEY}`, faults);
}

const readConfig = (cwd: string, faults: string[]): RawOptions =>
  readJson(join(cwd, CONFIG_FILE), CONFIG_FILE, faults);

function readJson(path: string, where: string, faults: string[]): RawOptions {
  if (!existsSync(path)) return {};
  try {
    return asOptions(JSON.parse(readFileSync(path, 'utf8')), where, faults);
  } catch (error) {
    faults.push(`${where} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

function asOptions(value: unknown, where: string, faults: string[]): RawOptions {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  faults.push(`${where} is not an object`);
  return {};
}

const withoutUndefined = (values: RawOptions): RawOptions =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );

/** On the command line a record is an option that is repeated: --env NAME=value --env OTHER=value. */
function withPairs(values: RawOptions, faults: string[]): RawOptions {
  const records = PAIRS.filter((option) => values[option] !== undefined).map(
    (option) => [option, pairsOf(option, [values[option]].flat().map(String), faults)] as const,
  );
  return { ...values, ...Object.fromEntries(records) };
}

function pairsOf(option: string, pairs: readonly string[], faults: string[]): Record<string, string> {
  const wrong = pairs.filter((pair) => pair.indexOf('=') < 1);
  faults.push(...wrong.map((pair) => `--${option} must be NAME=value: ${JSON.stringify(pair)}`));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}
