import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { UsageError } from './refusal.ts';

const CONFIG_FILE = 'arcade-migrate.config.json';
const PACKAGE_KEY = 'arcade-migrate';

const locale = v.pipe(
  v.string(),
  v.check((tag) => isLocale(tag), 'is not a language tag, as en or da-DK'),
);

const name = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9][a-z0-9_-]*$/i,
    'may have letters, digits, - and _ only, and begins with a letter or digit',
  ),
);

const duration = v.pipe(v.string(), v.regex(/^\d+(ms|s|min)$/, 'is not a time, as 500ms or 5s'));

const text = v.pipe(v.string(), v.nonEmpty('is empty'));

/** What can be set, on the command line and in the configuration alike. */
const Options = v.strictObject({
  entries: v.optional(v.array(text), []),
  database: v.optional(v.picklist(['postgres', 'mongo', 'both'], 'is not one of postgres, mongo, both')),
  schemaName: v.optional(text),
  lockTimeout: v.optional(duration, '5s'),
  out: v.optional(text, 'out'),
  name: v.optional(name, 'arcade'),
  sideOrder: v.optional(
    v.picklist(['alphabetical', 'declaration'], 'is not one of alphabetical, declaration'),
    'alphabetical',
  ),
  locale: v.optional(locale, 'en'),
  reconcile: v.optional(
    v.picklist(['abort', 'merge', 'discard'], 'is not one of abort, merge, discard'),
    'abort',
  ),
  /** Variables of the environment that decide about lists; an empty text stands for one that is not set. */
  env: v.optional(v.record(v.string(), v.string()), {}),
  /** Files that have the config of a list, by list key: for lists that the entries create in ways that cannot be followed. */
  list: v.optional(v.record(v.string(), text), {}),
  allowUnresolved: v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
  quiet: v.optional(v.boolean(), false),
  color: v.optional(v.boolean()),
});

/** Everything a command needs to know, whole and checked. */
export type Settings = v.InferOutput<typeof Options> & {
  /** The working directory: positions are relative to it. */
  readonly cwd: string;
};

/** Values by option name, as a source has them: not checked yet. */
export type RawOptions = Readonly<Record<string, unknown>>;

/**
 * Makes the settings of a run. The command line wins over arcade-migrate.config.json, and that over
 * the key `arcade-migrate` of package.json. Throws one UsageError that names every fault.
 */
export function parseSettings(commandLine: RawOptions, cwd: string): Settings {
  const faults: string[] = [];
  const sources = [
    { where: 'package.json', values: readPackage(cwd, faults) },
    { where: CONFIG_FILE, values: readConfig(cwd, faults) },
    { where: null, values: withPairs(withoutUndefined(commandLine), faults) },
  ];
  for (const { where, values } of sources) faults.push(...findFaults(where, values));
  const merged = Object.assign({}, ...sources.map(({ values }) => values)) as RawOptions;
  const entries = Array.isArray(merged.entries) ? merged.entries : [];
  if (faults.length === 0 && entries.length === 0) {
    faults.push('no entry file was given: name the file that creates the lists, as in "generate index.js"');
  }
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { ...v.parse(Options, merged), cwd };
}

function findFaults(where: string | null, values: RawOptions): string[] {
  const result = v.safeParse(Options, values);
  if (result.success) return [];
  return result.issues.map((issue) => {
    const path = v.getDotPath(issue) ?? '';
    const option = where === null ? `--${toKebab(path)}` : `${where}: ${path}`;
    if (issue.type === 'strict_object') return `${option} is not an option`;
    const message =
      issue.type === 'check' ||
      issue.type === 'regex' ||
      issue.type === 'picklist' ||
      issue.type === 'non_empty'
        ? issue.message
        : `must be ${issue.expected}`;
    return `${option} ${message}: ${JSON.stringify(issue.input)}`;
  });
}

function readPackage(cwd: string, faults: string[]): RawOptions {
  const content = readJson(join(cwd, 'package.json'), 'package.json', faults);
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
  const records = ['env', 'list']
    .filter((option) => values[option] !== undefined)
    .map((option) => [option, pairsOf(option, [values[option]].flat().map(String), faults)] as const);
  return { ...values, ...Object.fromEntries(records) };
}

function pairsOf(option: string, pairs: readonly string[], faults: string[]): Record<string, string> {
  const wrong = pairs.filter((pair) => pair.indexOf('=') < 1);
  faults.push(...wrong.map((pair) => `--${option} is to be NAME=value: ${JSON.stringify(pair)}`));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

const toKebab = (camel: string): string => camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
