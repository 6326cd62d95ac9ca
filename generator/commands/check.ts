import { join, resolve } from 'node:path';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import {
  changedOptions,
  compare,
  type Drift,
  presentVersions,
  readManifest,
  refuseUnfinished,
  withOptionsOf,
} from '../versions/index.ts';
import { findingsOf } from './check-findings.ts';
import { count } from './count.ts';
import { findDifferences } from './differences.ts';
import { isPastArcade } from './past-arcade.ts';
import { readProject } from './read-project.ts';
import { readingJson, reportReading } from './report-reading.ts';
import type { CheckResult } from './results.ts';

/** Tells whether the scripts still match the lists, and whether files were edited. Returns the exit status: 1 where not. */
export async function check(settings: Settings, console: Console): Promise<number> {
  const read = readProject(settings, console);
  const out = resolve(settings.cwd, settings.out);
  refuseUnfinished(out);
  const manifest = readManifest(out);
  const versions = isPastArcade(read.project) ? [] : presentVersions(manifest, out);
  const drift = compare(read.plan, versions);
  const { edits, outdated } = await findDifferences(settings, read, manifest.versions, out);
  const shown = (path: string) => join(settings.out, path).replaceAll('\\', '/');
  const result: CheckResult = {
    matches: !read.hasErrors && isNone(drift) && edits.length === 0,
    nothingChanges: read.nothingChanges,
    ...drift,
    edits: edits.map(({ path, state, diff }) => ({ file: shown(path), state, diff })),
    outdated: outdated.map(({ path, diff }) => ({ file: shown(path), diff })),
    ...readingJson(read),
  };

  reportReading(settings, console, read, findingsOf(result, read, settings.out));
  if (settings.json) {
    console.result(JSON.stringify(result, null, 2));
  } else {
    // Where the lists could not be read whole, what they lack says nothing.
    if (!read.hasErrors) {
      const { changed } = compare(read.plan, withOptionsOf(read.plan, versions));
      printDrift({ ...drift, changed }, changedOptions(read.plan, versions), settings.out, console);
    }
    printEdits(result.edits, console);
    printOutdated(result.outdated, console);
    if (result.matches) {
      console.result(
        result.nothingChanges
          ? 'Nothing changes: there is nothing to migrate, and no scripts are needed.'
          : `${settings.out} matches the lists: ${count(read.plan.relationships.length, 'relationship')}.`,
      );
    }
  }
  return result.matches ? 0 : 1;
}

const isNone = ({ uncovered, changed, gone }: Drift): boolean =>
  uncovered.length + changed.length + gone.length === 0;

function printDrift(
  { uncovered, changed, gone }: Drift,
  options: readonly string[],
  out: string,
  { result, note, colors }: Console,
): void {
  for (const name of uncovered)
    result(`${colors.red('not covered')}: ${name}: run generate to write its scripts`);
  for (const option of options) result(`${colors.red('changed')}: ${option}`);
  for (const { relationship, version, was, is } of changed) {
    result(`${colors.red('changed')}: ${relationship}: ${out}/${version} has it differently`);
    result(colors.red(`  - ${was}`));
    result(colors.green(`  + ${is}`));
  }
  for (const { relationship, version } of gone) {
    result(`${colors.red('gone')}: ${relationship}: ${out}/${version} has it, the lists do not`);
  }
  if (options.length + changed.length + gone.length > 0) {
    note('If that version was not run yet, generate --replace rewrites it.');
  }
}

function printEdits(edits: CheckResult['edits'], { result, colors }: Console): void {
  for (const { file, state, diff } of edits) {
    result(`${colors.red(state)}: ${file}`);
    if (diff !== null) result(paint(diff, colors));
  }
}

/** Only a warning: the version may have been run. */
function printOutdated(outdated: CheckResult['outdated'], { note, colors }: Console): void {
  for (const { file, diff } of outdated) {
    note(
      `${colors.yellow('warning')}: outdated: ${file}: this arcade-migrate, with these options, writes it differently`,
    );
    note(paint(diff, colors));
  }
}

/** Colours a unified diff. */
function paint(diff: string, { red, green, cyan }: Console['colors']): string {
  const paints: Readonly<Record<string, (text: string) => string>> = { '-': red, '+': green, '@': cyan };
  return diff
    .split('\n')
    .map((line) => paints[line[0] ?? '']?.(line) ?? line)
    .join('\n');
}
