import { LAYOUT_NAMES } from './layouts/names.ts';

/** The commands that read lists. */
const READING = ['generate', 'relationships', 'check'] as const;

/** All of them. */
const ALL = [...READING, 'rehearse', 'templates'] as const;

export type CommandName = (typeof ALL)[number];

interface Described {
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
    description: 'NAME=value: a variable of the environment that decides about lists; can be repeated',
    group: 'Lists',
    commands: READING,
    default: {},
    mayBeEmpty: true,
  },
  list: {
    type: 'pairs',
    description: 'Key=file: the file with the config of a list that the entry hides; can be repeated',
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
    description: 'go on where something is unknown that could hide a relationship',
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
  database: {
    type: 'choice',
    choices: ['postgres', 'mongo', 'both'],
    description: 'postgres, mongo or both',
    group: 'Database',
    commands: READING,
    otherwise: 'what the adapters say',
  },
  schemaName: {
    type: 'text',
    description: 'PostgreSQL schema',
    group: 'Database',
    commands: READING,
    otherwise: "the adapter's, or public",
  },
  lockTimeout: {
    type: 'text',
    valid: { test: /^\d+(ms|s|min)$/, fault: 'is not a time, as 500ms or 5s' },
    description: 'how long PostgreSQL waits for a lock before the script gives up',
    group: 'Database',
    commands: READING,
    default: '5s',
  },
  sideOrder: {
    type: 'choice',
    choices: ['alphabetical', 'declaration'],
    description:
      'which side is left: alphabetical, as Keystone 8 orders them, or declaration, as its first documents did',
    group: 'Database',
    commands: READING,
    default: 'alphabetical',
  },
  locale: {
    type: 'text',
    valid: { test: isLocale, fault: 'is not a language tag, as en or da-DK' },
    description: 'locale of the server process, which alphabetical order follows',
    group: 'Database',
    commands: READING,
    default: 'en',
  },
  reconcile: {
    type: 'choice',
    choices: ['abort', 'merge', 'resolve', 'discard'],
    description: 'what to do with links stored only on the dropped side: abort, merge, resolve or discard',
    group: 'Database',
    commands: READING,
    default: 'abort',
  },
  dump: {
    type: 'text',
    description: 'what pg_dump wrote of your database, plain or gzipped, with or without rows',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    otherwise: 'generated rows in the schema of old Keystone',
  },
  items: {
    type: 'text',
    valid: { test: /^[1-9]\d{0,6}$/, fault: 'is not a number from 1 on' },
    description: 'items of each list, where rows are made',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    default: '100',
  },
  seed: {
    type: 'text',
    valid: { test: /^\d{1,9}$/, fault: 'is not a number' },
    description: 'the same seed makes the same rows',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    default: '1',
  },
  drift: {
    type: 'text',
    valid: { test: /^(\d{1,2}|100)%?$/, fault: 'is not a part of a hundred, as 5%' },
    description: 'how many of the links to break, as 5%, to see what each --reconcile does',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    otherwise: 'none',
  },
  url: {
    type: 'text',
    valid: {
      test: /^(postgres(ql)?|mongodb(\+srv)?):\/\//,
      fault: 'is not an address, as postgres://… or mongodb://…',
    },
    description: 'an empty scratch database to rehearse in',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    otherwise: 'an embedded PostgreSQL',
  },
  yes: {
    type: 'flag',
    description: 'the database of --url is a copy to rehearse on, and need not be empty',
    group: 'Data',
    commands: ['rehearse'],
    isForOneRun: true,
    default: false,
  },
  out: {
    type: 'text',
    description: 'folder of the versions',
    group: 'Output',
    commands: ['generate', 'check', 'rehearse'],
    default: 'out',
  },
  name: {
    type: 'text',
    valid: {
      test: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
      fault: 'may have letters, digits, - and _ only, and begins with a letter or digit',
    },
    description: 'name of the version',
    group: 'Output',
    commands: ['generate'],
    default: 'arcade',
  },
  review: {
    type: 'choice',
    choices: ['md', 'html'],
    description: 'md writes REVIEW.md; html a page with drawn diagrams, REVIEW.html, beside it',
    group: 'Output',
    commands: ['generate'],
    default: 'md',
  },
  layout: {
    type: 'choice',
    choices: LAYOUT_NAMES,
    description: `migration runner whose files are written: ${LAYOUT_NAMES.join(', ')}`,
    group: 'Output',
    commands: ['generate', 'check'],
    default: 'plain',
  },
  migrations: {
    type: 'text',
    description: 'folder in which that runner has its migrations',
    group: 'Output',
    commands: ['generate', 'check'],
    otherwise: "the runner's own",
  },
  replace: {
    type: 'flag',
    description:
      'rewrite a version that was not run anywhere: the one whose relationships changed, else the newest',
    group: 'Output',
    commands: ['generate'],
    default: false,
    isForOneRun: true,
  },
  force: {
    type: 'flag',
    description: 'overwrite files that were edited by hand',
    group: 'Output',
    commands: ['generate'],
    default: false,
    isForOneRun: true,
  },
  dryRun: {
    type: 'flag',
    description: 'say what would be written, write nothing',
    group: 'Output',
    commands: ['generate'],
    default: false,
    isForOneRun: true,
  },
  stdout: {
    type: 'flag',
    description: 'print the scripts for all relationships, whatever versions cover, write nothing',
    group: 'Output',
    commands: ['generate'],
    default: false,
    isForOneRun: true,
  },
  script: {
    type: 'text',
    description: 'with --stdout: the script to print, as migrate, or mongo/migrate.js where there are both',
    group: 'Output',
    commands: ['generate'],
    isForOneRun: true,
  },
  templates: {
    type: 'text',
    description: 'folder of templates that override those of the program',
    group: 'Output',
    commands: ['generate', 'check', 'rehearse', 'templates'],
  },
  eject: {
    type: 'text',
    description: 'folder to write the templates of the program to',
    group: 'Output',
    commands: ['templates'],
    isForOneRun: true,
  },
  reporter: {
    type: 'choice',
    choices: ['text', 'github', 'sarif'],
    description: 'how diagnostics are told: text, github with annotations too, or sarif on stdout',
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
    commands: ALL,
    default: false,
  },
  quiet: {
    type: 'flag',
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
