import { join, relative, resolve } from 'node:path';
import type { Settings } from '../command-line/settings.ts';
import { readFolder } from '../layouts/folder.ts';
import type { RunnerName } from '../layouts/names.ts';
import { type Plan, scriptSets } from '../plan/index.ts';
import { UsageError } from '../refusal.ts';
import type { RenderOptions } from '../render/index.ts';
import type { Script } from '../render/script.ts';
import type { Templates } from '../render/template-files.ts';
import type { NewVersion, OutFile } from '../versions/index.ts';
import { reviewPage, rootFrom } from './review-files.ts';
import { templatesFor } from './templates-for.ts';

type Files = Pick<NewVersion, 'files' | 'lists'>;

/**
 * The files of a version, in the layout of the settings.
 *
 * @param released the runner's files of the version that this one replaces, from the out folder
 * @throws Refusal if the layout cannot hold the scripts; UsageError if there is a folder for a runner, but no runner
 */
export async function versionFiles(
  settings: Settings,
  id: string,
  plan: Plan,
  released: readonly string[],
): Promise<Files> {
  const { layout, migrations } = settings;
  // Loaded late, because the SQL formatter loads slowly.
  const { renderScripts } = await import('../render/index.ts');
  const templates = await templatesFor(settings);
  const render = async (options: RenderOptions): Promise<Script[]> => [
    ...renderScripts(plan, templates, { root: rootFrom(settings), ...options }),
    ...(await reviewPage(settings, plan, templates, options.runner)),
  ];
  if (layout !== 'plain') return laidOut(settings, layout, id, plan, templates, released, render);
  if (migrations !== undefined) {
    throw new UsageError('--migrations is the folder of a migration runner: name the runner with --layout');
  }
  return { files: (await render({})).map(below(id)) };
}

async function laidOut(
  { cwd, out, migrations }: Settings,
  layout: RunnerName,
  id: string,
  plan: Plan,
  templates: Templates,
  released: readonly string[],
  render: (options: RenderOptions) => Promise<Script[]>,
): Promise<Files> {
  const { LAYOUTS, layOut, renderOptionsOf } = await import('../layouts/index.ts');
  const { database, folder: usual } = LAYOUTS[layout];
  const shown = migrations ?? usual;
  const from = resolve(cwd, out);
  // A migrations folder belongs to one database, so each of several adapters has its own.
  const sets = scriptSets(plan).filter((set) => set[database]?.steps.length);
  const folders = sets.length > 0 ? sets.map(({ folder }) => folder) : [''];
  let version: readonly Script[] = await render(renderOptionsOf(layout, shown));
  const runnerFiles: OutFile[] = [];
  const lists: OutFile[] = [];
  for (const set of folders) {
    const folder = resolve(cwd, shown, set);
    const own = released
      .map((path) => slashed(relative(folder, join(from, path))))
      .filter((path) => !path.startsWith('../'));
    const laidOut = layOut(layout, nameOf(id), version, readFolder(folder, own), templates, set);
    const toFolder = below(slashed(relative(from, folder)));
    version = laidOut.version;
    runnerFiles.push(...laidOut.runner.map(toFolder));
    if (laidOut.list) lists.push(toFolder(laidOut.list));
  }
  return { files: [...version.map(below(id)), ...runnerFiles], lists };
}

/** The name that generate was given. */
const nameOf = (id: string): string => id.replace(/^\d+_/, '');

const below =
  (folder: string) =>
  ({ path, text }: Script): OutFile => ({ path: `${folder}/${path}`, text });

const slashed = (path: string): string => path.replaceAll('\\', '/');
