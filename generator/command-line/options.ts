import { LAYOUT_NAMES } from '../layouts/names.ts';

/** The commands that plan what becomes of the lists. */
const PLANNING = ['generate', 'relationships', 'check'] as const;

/** The commands that read lists. */
const READING = [...PLANNING, 'lists'] as const;

/** The commands whose result other programs can read. */
const WITH_JSON = [...READING, 'rehearse', 'templates'] as const;

/** All of them. */
const ALL = [...WITH_JSON, 'init'] as const;

export type CommandName = (typeof ALL)[number];

interface Described {
  /** The letter that it can be typed with. */
  readonly short?: string;
  /** What it is for, in --help and in the JSON Schema of the configuration file. */
  readonly description: string;
  /** The heading that it stands under in --help. */
  readonly group: 'Lists' | 'Database' | 'Data' | 'Output';
  /** The commands that have it on their command line. In the configuration it may stand for all of them. */
  readonly commands: readonly CommandName[];
  /** It is for one run, and has no place in a configuration. */
  readonly isForOneRun?: true;
  /** What holds where it is not given and has no default, in words. */
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
  /** What it must be like, and what to say where it is not. */
  readonly valid?: { readonly test: RegExp | ((text: string) => boolean); readonly fault: string };
}

/** Values by name: an object in the configuration, and on the command line an option that is repeated: `--env A=1 --env B=2`. */
interface Pairs {
  readonly type: 'pairs';
  readonly default: Readonly<Record<string, string>>;
  readonly mayBeEmpty: boolean;
}

interface Flag {
  readonly type: 'flag';
  readonly default?: boolean;
  /** On the command line it is `--no-…`, and described as that. */
  readonly isNegated?: true;
}

export type Option = Described & (Choice | Text | Pairs | Flag);

/**
 * Every option, by its name in the configuration; on the command line it is in kebab case. The help, the checks, the
 * type of the settings, shell completion and the JSON Schema are all made from this table.
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
    description: 'Key=file: the config file of a list that could not be read; can be repeated',
    group: 'Lists',
    commands: READING,
    default: {},
    mayBeEmpty: false,
  },
  lists: {
    type: 'text',
    description: 'file that exports the configs of such lists by key',
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
    description: 'do not confirm the reading by running the list files in an isolated engine',
    group: 'Lists',
    commands: READING,
  },
  compare: {
    type: 'text',
    description: 'a description of the lists, as the command lists writes it, to compare with what was read',
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
    otherwise: 'what the adapters say',
  },
  schemaName: {
    type: 'text',
    description: 'PostgreSQL schema',
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
    description: 'locale of the server process, which decides the alphabetical order',
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
    description: 'an empty scratch database to rehearse in',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    otherwise: 'an embedded PostgreSQL',
  },
  yes: {
    type: 'flag',
    description: 'the database of --url is a copy for the rehearsal and need not be empty',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    default: false,
  },
  out: {
    type: 'text',
    short: 'o',
    description: 'folder of the versions',
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
    description: 'name of the version',
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
    description: `migration runner to write files for: ${LAYOUT_NAMES.join(', ')}`,
    group: 'Output',
    commands: ['generate', 'check'],
    default: 'plain',
  },
  migrations: {
    type: 'text',
    description: 'migrations folder of that runner',
    group: 'Output',
    commands: ['generate', 'check'],
    otherwise: "the runner's own",
  },
  replace: {
    type: 'flag',
    description:
      'rewrite a version that was not run yet: the one whose relationships changed, else the newest',
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
    description: 'with --stdout: the script to print, such as migrate or mongo/migrate.js',
    group: 'Output',
    commands: ['generate'],
    isForOneRun: true,
  },
  templates: {
    type: 'text',
    description: 'folder of templates to use instead of the built-in ones',
    group: 'Output',
    commands: ['generate', 'check', 'rehearse', 'templates'],
  },
  eject: {
    type: 'text',
    description: 'folder to write the built-in templates to',
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

/** The value of every option: there wherever the table has a default. */
export type OptionValues = { readonly [N in WithDefault]: ValueOf<(typeof OPTIONS)[N]> } & {
  readonly [N in Exclude<OptionName, WithDefault>]?: ValueOf<(typeof OPTIONS)[N]> | undefined;
};

/** The options of a command, by name. */
export const optionsOf = (command: CommandName): [OptionName, Option][] =>
  (Object.entries(OPTIONS) as [OptionName, Option][]).filter(([, { commands }]) =>
    commands.includes(command),
  );

/** The option as it is typed: `--schema-name`, `--no-color`. */
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
