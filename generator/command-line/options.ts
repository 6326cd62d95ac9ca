import { LAYOUT_NAMES } from '../layouts/names.ts';

/** The commands that plan the migration. */
const PLANNING = ['generate', 'relationships', 'check'] as const;

/** The commands that read lists. */
const READING = [...PLANNING, 'lists'] as const;

/** The commands whose result other programs can read. */
const WITH_JSON = [...READING, 'rehearse', 'templates'] as const;

const ALL = [...WITH_JSON, 'init'] as const;

export type CommandName = (typeof ALL)[number];

interface Described {
  /** Its letter on the command line. */
  readonly short?: string;
  /** For --help and the JSON Schema of the config file. */
  readonly description: string;
  /** Its heading in --help. */
  readonly group: 'Lists' | 'Database' | 'Data' | 'Output';
  /** The commands that take it on their command line. The config file can set it for all commands. */
  readonly commands: readonly CommandName[];
  /** The config file cannot set it. */
  readonly isForOneRun?: true;
  /** What happens without it, if it has no default. */
  readonly otherwise?: string;
}

interface Choice {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default?: string;
}

interface Text {
  readonly type: 'text';
  readonly default?: string;
  /** The test for valid values, and the message for others. */
  readonly valid?: { readonly test: RegExp | ((text: string) => boolean); readonly fault: string };
}

/** Values by name: an object in the config file, a repeated option on the command line: `--env A=1 --env B=2`. */
interface Pairs {
  readonly type: 'pairs';
  readonly default: Readonly<Record<string, string>>;
  readonly mayBeEmpty: boolean;
}

interface Flag {
  readonly type: 'flag';
  readonly default?: boolean;
  /** On the command line it is `--no-…`, and its description is for that. */
  readonly isNegated?: true;
}

export type Option = Described & (Choice | Text | Pairs | Flag);

/**
 * Every option, by its name in the config file. On the command line the name is in kebab case. The help, the checks, the type
 * of the settings, shell completion and the JSON Schema are all made from this table.
 */
export const OPTIONS = {
  env: {
    type: 'pairs',
    description: 'NAME=value: an environment variable that the lists depend on; can be repeated',
    group: 'Lists',
    commands: READING,
    default: {},
    mayBeEmpty: true,
  },
  list: {
    type: 'pairs',
    description:
      'Key=file: the file that exports the config of a list that could not be read; can be repeated',
    group: 'Lists',
    commands: READING,
    default: {},
    mayBeEmpty: false,
  },
  lists: {
    type: 'text',
    description: 'one file that exports the configs of several such lists, by key',
    group: 'Lists',
    commands: READING,
  },
  allowUnresolved: {
    type: 'flag',
    description: 'continue even if something unknown could hide a relationship',
    group: 'Lists',
    commands: READING,
    default: false,
  },
  run: {
    type: 'flag',
    isNegated: true,
    description: 'do not run the list files in an isolated engine to confirm what was read',
    group: 'Lists',
    commands: READING,
  },
  compare: {
    type: 'text',
    description: 'compare what was read with a description of the lists, as the command lists prints it',
    group: 'Lists',
    commands: ['relationships'],
    isForOneRun: true,
  },
  database: {
    type: 'choice',
    choices: ['postgres', 'mongo', 'both'],
    description: 'postgres, mongo or both',
    group: 'Database',
    commands: PLANNING,
    otherwise: 'that of the adapters',
  },
  schemaName: {
    type: 'text',
    description: 'PostgreSQL schema of the lists',
    group: 'Database',
    commands: PLANNING,
    otherwise: "the adapter's, or public",
  },
  lockTimeout: {
    type: 'text',
    valid: { test: /^\d+(ms|s|min)$/, fault: 'must be a time, such as 500ms or 5s' },
    description: 'how long PostgreSQL waits for a lock before the script gives up',
    group: 'Database',
    commands: PLANNING,
    default: '5s',
  },
  sideOrder: {
    type: 'choice',
    choices: ['alphabetical', 'declaration'],
    description:
      'which field is the left one: alphabetical (Keystone 8) or declaration (its early documentation)',
    group: 'Database',
    commands: PLANNING,
    default: 'alphabetical',
  },
  locale: {
    type: 'text',
    valid: { test: isLocale, fault: 'must be a language tag, such as en or da-DK' },
    description: 'locale of the process that runs Keystone, which decides the alphabetical order',
    group: 'Database',
    commands: PLANNING,
    default: 'en',
  },
  reconcile: {
    type: 'choice',
    choices: ['abort', 'merge', 'resolve', 'discard'],
    description: 'what to do with links stored only on the dropped side: abort, merge, resolve or discard',
    group: 'Database',
    commands: PLANNING,
    default: 'abort',
  },
  dump: {
    type: 'text',
    description: 'a plain or gzipped pg_dump of your database, with or without rows',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    otherwise: 'generated rows in the schema of old Keystone',
  },
  items: {
    type: 'text',
    valid: { test: /^[1-9]\d{0,6}$/, fault: 'must be a number from 1 to 9999999' },
    description: 'how many rows to generate for each list',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    default: '100',
  },
  seed: {
    type: 'text',
    valid: { test: /^\d{1,9}$/, fault: 'must be a number' },
    description: 'the same seed generates the same rows',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    default: '1',
  },
  drift: {
    type: 'text',
    valid: { test: /^(\d{1,2}|100)%?$/, fault: 'must be a percentage, such as 5%' },
    description: 'how many links to break, such as 5%, to see what each --reconcile does',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    otherwise: 'none',
  },
  url: {
    type: 'text',
    valid: {
      test: /^(postgres(ql)?|mongodb(\+srv)?):\/\//,
      fault: 'must be an address, such as postgres://… or mongodb://…',
    },
    description: 'address of an empty scratch database to rehearse in',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    otherwise: 'an embedded PostgreSQL',
  },
  yes: {
    type: 'flag',
    description: 'use the database of --url even if it is not empty: it is a copy for the rehearsal',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    default: false,
  },
  out: {
    type: 'text',
    short: 'o',
    description: 'folder for the scripts; each version has a subfolder',
    group: 'Output',
    commands: ['generate', 'check', 'rehearse'],
    default: 'out',
  },
  name: {
    type: 'text',
    valid: {
      test: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
      fault: 'must begin with a letter or digit, and have only letters, digits, - and _',
    },
    description: 'name of the version, which follows the number in the name of its subfolder',
    group: 'Output',
    commands: ['generate'],
    default: 'arcade',
  },
  review: {
    type: 'choice',
    choices: ['md', 'html'],
    description: 'md writes REVIEW.md; html also writes REVIEW.html, with drawn diagrams',
    group: 'Output',
    commands: ['generate'],
    default: 'md',
  },
  layout: {
    type: 'choice',
    choices: LAYOUT_NAMES,
    description: `plain files, or files for a migration runner: ${LAYOUT_NAMES.join(', ')}`,
    group: 'Output',
    commands: ['generate', 'check'],
    default: 'plain',
  },
  migrations: {
    type: 'text',
    description: "folder for the runner's files",
    group: 'Output',
    commands: ['generate', 'check'],
    otherwise: "the runner's default",
  },
  replace: {
    type: 'flag',
    description:
      'rewrite a version that was not run yet: the one whose relationships changed, or else the newest',
    group: 'Output',
    commands: ['generate'],
    default: false,
    isForOneRun: true,
  },
  force: {
    type: 'flag',
    description: 'overwrite files, even if they were edited by hand',
    group: 'Output',
    commands: ['generate', 'init'],
    default: false,
    isForOneRun: true,
  },
  dryRun: {
    type: 'flag',
    description: 'say what would be written, and write nothing',
    group: 'Output',
    commands: ['generate'],
    default: false,
    isForOneRun: true,
  },
  stdout: {
    type: 'flag',
    description: 'print the scripts for all relationships, and write nothing',
    group: 'Output',
    commands: ['generate'],
    default: false,
    isForOneRun: true,
  },
  script: {
    type: 'text',
    description: 'with --stdout: print only this script, such as migrate or mongo/migrate.js',
    group: 'Output',
    commands: ['generate'],
    isForOneRun: true,
  },
  templates: {
    type: 'text',
    description: 'folder of your own templates, which replace built-in ones of the same name',
    group: 'Output',
    commands: ['generate', 'check', 'rehearse', 'templates'],
  },
  eject: {
    type: 'text',
    description: 'write the built-in templates to this folder',
    group: 'Output',
    commands: ['templates'],
    isForOneRun: true,
  },
  reporter: {
    type: 'choice',
    choices: ['text', 'github', 'sarif'],
    description: 'diagnostic format: text, github (adds annotations) or sarif (on stdout)',
    group: 'Output',
    commands: READING,
    otherwise: 'github in GitHub Actions, else text',
  },
  allDiagnostics: {
    type: 'flag',
    description: 'print all diagnostics, even if they take more than 200 lines',
    group: 'Output',
    commands: READING,
  },
  json: {
    type: 'flag',
    description: 'print the result as JSON',
    group: 'Output',
    commands: WITH_JSON,
    default: false,
  },
  quiet: {
    type: 'flag',
    short: 'q',
    description: 'print the result and problems only',
    group: 'Output',
    commands: ALL,
    default: false,
  },
  color: {
    type: 'flag',
    isNegated: true,
    description: 'print without colours',
    group: 'Output',
    commands: ALL,
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

type ValueOf<O extends Option> = O extends { readonly choices: readonly (infer C)[] }
  ? C
  : O extends { readonly type: 'flag' }
    ? boolean
    : O extends { readonly type: 'pairs' }
      ? Readonly<Record<string, string>>
      : string;

type WithDefault = {
  [N in OptionName]: (typeof OPTIONS)[N] extends { readonly default: unknown } ? N : never;
}[OptionName];

/** The value of every option. Without a default it may be missing. */
export type OptionValues = { readonly [N in WithDefault]: ValueOf<(typeof OPTIONS)[N]> } & {
  readonly [N in Exclude<OptionName, WithDefault>]?: ValueOf<(typeof OPTIONS)[N]> | undefined;
};

/** The options of a command, by name. */
export const optionsOf = (command: CommandName): [OptionName, Option][] =>
  (Object.entries(OPTIONS) as [OptionName, Option][]).filter(([, { commands }]) =>
    commands.includes(command),
  );

/** The option on the command line: `--schema-name`, `--no-color`. */
export function flagOf(name: string): string {
  const option: Option | undefined = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : undefined;
  const negated = option?.type === 'flag' && option.isNegated ? 'no-' : '';
  return `--${negated}${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
