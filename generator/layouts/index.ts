import { basename, join } from 'node:path/posix';
import { Refusal } from '../refusal.ts';
import type { RenderOptions } from '../render/index.ts';
import { LIBRARY_PATHS } from '../render/mongo.ts';
import { inFolder, SCRIPT_NAMES, type Script, type ScriptName } from '../render/script.ts';
import { builtInTemplates, type Templates } from '../render/template-files.ts';
import { makeRenderer, type TemplateData } from '../render/templates.ts';
import { onlyUsed, toDriver } from './driver.ts';
import type { RunnerFolder } from './folder.ts';
import { LAYOUTS, type Layout } from './layout.ts';
import type { RunnerName } from './names.ts';
import { highest, nextNumber } from './number.ts';

export { LAYOUTS, type Layout } from './layout.ts';
export { LAYOUT_NAMES, type LayoutName, type RunnerName } from './names.ts';

/** The files of a version, where the runner looks for them. */
export interface LaidOut {
  /** Below the folder of the version: the files that the runner has no place for. */
  readonly version: readonly Script[];
  /** Below the runner's folder. */
  readonly runner: readonly Script[];
  /** The runner's list of migrations, which belongs to the user, with this one added. Null if it needs no change. */
  readonly list: Script | null;
}

/** The options to render scripts for a runner with its migrations in this folder. */
export function renderOptionsOf(runnerName: RunnerName, folder = LAYOUTS[runnerName].folder): RenderOptions {
  const { database, commands } = LAYOUTS[runnerName];
  return {
    runner: {
      name: runnerName,
      database,
      commands: (set) =>
        Object.fromEntries(
          Object.entries(commands).map(([script, command]) => [
            script,
            command.replaceAll('{folder}', quoted(set === '' ? folder : join(folder, set))),
          ]),
        ),
    },
  };
}

/** Quotes a path for a shell. */
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** The scripts that go into the runner's folder. */
const scriptsOf = ({ files }: Layout): Set<ScriptName> => new Set(files.flatMap(({ scripts }) => scripts));

/**
 * Puts the scripts of a version into the files of a migration runner, numbered after those in its folder. Refuses text that the
 * runner would change, a plan for another database, and a folder without the runner's list of migrations.
 *
 * @param set the folder of the scripts, if each of several adapters has its own
 */
export function layOut(
  runnerName: RunnerName,
  name: string,
  scripts: readonly Script[],
  folder: RunnerFolder,
  templates: Templates = builtInTemplates(),
  set = '',
): LaidOut {
  const layout = LAYOUTS[runnerName];
  const render = makeRenderer(templates, helpers);
  const used = [...scriptsOf(layout)];
  const texts = textsOf(runnerName, layout, scripts, set);
  const list = layout.list ? listIn(layout.list, folder, set) : null;
  const values = { name: freeName(layout, list, folder, name), number: numberIn(layout, folder) };
  const data = {
    ...trimmed(texts),
    ...(layout.database === 'mongo' && { inDriver: inDriver(texts, scripts, set) }),
    ...values,
    ...layout.values?.(texts.migrate, textBefore(values.number, folder)),
  };
  return {
    version: scripts.filter(({ path }) => !used.some((script) => path === pathOf(layout, script, set))),
    runner: layout.files.map(({ path, template, scripts: [first] }) => ({
      path: path(values),
      text: template ? render(`layouts/${template}`, data) : texts[first],
    })),
    list:
      layout.list && list !== null && !layout.list.has(list, values.name)
        ? { path: layout.list.path, text: layout.list.add(list, values.name) }
        : null,
  };
}

/** The path of a script in a version without a runner. */
const pathOf = ({ database }: Layout, script: ScriptName, set: string): string =>
  inFolder(set, database === 'postgres' ? `postgres/${script}.sql` : `mongo/${script}.js`);

function textsOf(
  runnerName: RunnerName,
  layout: Layout,
  scripts: readonly Script[],
  set: string,
): Record<ScriptName, string> {
  const text = (name: ScriptName): string => {
    const script = scripts.find(({ path }) => path === pathOf(layout, name, set));
    if (!script) {
      const database = layout.database === 'postgres' ? 'PostgreSQL' : 'MongoDB';
      throw new Refusal(
        `--layout ${runnerName} is for ${database}, and this version has no scripts for it.`,
        'Nothing was written: choose another layout, or name the database with --database.',
      );
    }
    const [changed] = layout.changes?.exec(script.text) ?? [];
    if (changed !== undefined) {
      throw new Refusal(
        `A name in the lists contains "${changed}", which ${runnerName} would change.`,
        'Nothing was written: choose --layout plain, and run the scripts with psql.',
      );
    }
    return script.text;
  };
  const texts = SCRIPT_NAMES.map((name) => [name, text(name)]);
  return Object.fromEntries(texts) as Record<ScriptName, string>;
}

/** The library and both scripts for the driver, in one file. */
function inDriver(
  { migrate, rollback }: Record<ScriptName, string>,
  scripts: readonly Script[],
  set: string,
): string {
  const library = LIBRARY_PATHS.map(
    (path) => scripts.find((script) => script.path === inFolder(set, path))?.text ?? '',
  );
  const body = (name: string, script: string) => `function ${name}() {\n${indented(script.trimEnd())}\n}\n`;
  const whole = [...library, body('up', migrate), body('down', rollback)].join('\n');
  return toDriver(onlyUsed(whole.replaceAll(/^ *load\(.*\);\n/gm, ''), ['up', 'down'])).trimEnd();
}

const trimmed = (texts: Readonly<Record<string, string>>): TemplateData =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.trimEnd()]));

function listIn({ path, madeBy }: NonNullable<Layout['list']>, folder: RunnerFolder, set: string): string {
  const list = folder.read(path);
  if (list !== null) return list;
  throw new Refusal(
    `There is no ${join(set, path)} in the migrations folder.`,
    `Nothing was written: name its folder with --migrations, or create it with ${madeBy}.`,
  );
}

/** For runners that tell migrations apart by name only: `arcade`, then `arcade_2`, and so on. */
function freeName(
  { list, files }: Layout,
  listed: string | null,
  { own }: RunnerFolder,
  name: string,
): string {
  if (!list || listed === null) return name;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    const isOwn = files.some(({ path }) => own.includes(path({ name: candidate, number: '' })));
    if (isOwn || !list.has(listed, candidate)) return candidate;
  }
}

/** The names of files and folders: Prisma numbers folders, one for each migration. */
const namesIn = (paths: readonly string[]): string[] => paths.flatMap((path) => path.split('/'));

/** The next number. A version that is being rewritten keeps its number. */
function numberIn({ numbers }: Layout, { paths, own }: RunnerFolder): string {
  if (!numbers) return '';
  const { first, pattern } = numbers;
  return highest(namesIn(own), pattern) ?? nextNumber(namesIn(paths()), first, pattern);
}

/** The text of the migration before this number; null for the first one. */
function textBefore(number: string, { paths, read }: RunnerFolder): string | null {
  const numbered = paths().flatMap((path) => {
    const [own] = /^\d+/.exec(basename(path)) ?? [];
    return own !== undefined && BigInt(own) < BigInt(number) ? [{ path, own: BigInt(own) }] : [];
  });
  const [last] = numbered.toSorted((a, b) => (a.own < b.own ? 1 : -1));
  return last ? read(last.path) : null;
}

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

const helpers = {
  indented,
  /** Escapes a text for a template literal. */
  templateText: (text: string) => text.replaceAll(/[\\`]|\$(?=\{)/g, '\\$&'),
};
