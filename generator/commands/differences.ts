import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../command-line/settings.ts';
import { checksum, type Edit, findEdits, type Version } from '../versions/index.ts';
import type { ReadProject } from './read-project.ts';
import { renderAgain } from './render-again.ts';

/** A file that differs from what was written. */
export interface Edited extends Edit {
  /** A unified diff from what was written to the file; null if a file is missing or extra, or if the written text is unknown. */
  readonly diff: string | null;
}

/** An unedited script that this program, with these options, writes differently. */
export interface Outdated {
  readonly path: string;
  /** A unified diff from the script to what this program writes. */
  readonly diff: string;
}

export interface Differences {
  readonly edits: readonly Edited[];
  readonly outdated: readonly Outdated[];
}

/** Compares the files of versions with what was written, and with what this program writes. */
export async function findDifferences(
  settings: Settings,
  read: ReadProject,
  versions: readonly Version[],
  out: string,
): Promise<Differences> {
  const found = await Promise.all(versions.map((version) => differencesOf(settings, read, version, out)));
  return { edits: found.flatMap(({ edits }) => edits), outdated: found.flatMap(({ outdated }) => outdated) };
}

async function differencesOf(
  settings: Settings,
  read: ReadProject,
  version: Version,
  out: string,
): Promise<Differences> {
  const edits = findEdits(out, [version]);
  const again = read.hasErrors ? null : await renderAgain(settings, read, version, out);
  const rendered = new Map(again?.map(({ path, text }) => [path, text]));
  const current = (path: string) => readFileSync(join(out, path), 'utf8');
  const unedited = (again ?? []).filter(({ path }) => !edits.some((edit) => edit.path === path));
  return {
    edits: await Promise.all(
      edits.map(async (edit) => {
        const before = rendered.get(edit.path);
        const isKnown = before !== undefined && edit.state === 'edited';
        return { ...edit, diff: isKnown ? await unified(edit.path, before, current(edit.path)) : null };
      }),
    ),
    outdated: await Promise.all(
      unedited
        .filter(({ path, text }) => isScript(version, path) && version.files[path] !== checksum(text))
        .map(async ({ path, text }) => ({ path, diff: await unified(path, current(path), text) })),
    ),
  };
}

/** Whether a file is run. plan.json covers all lists, and the review is read only once. */
const isScript = ({ id, files }: Version, path: string): boolean =>
  path in files && path !== `${id}/plan.json` && !path.startsWith(`${id}/REVIEW.`);

async function unified(path: string, before: string, after: string): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff');
  const [from, to] = [before, after].map((text) => text.replaceAll('\r\n', '\n'));
  return createTwoFilesPatch(path, path, from ?? '', to ?? '', undefined, undefined, {
    headerOptions: FILE_HEADERS_ONLY,
  }).trimEnd();
}
