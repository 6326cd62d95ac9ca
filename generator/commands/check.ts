import { join, resolve } from 'node:path';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import {
  changedOptions,
  compare,
  type Drift,
  presentVersions,
  readManifest,
  refuseUnfinished,
  withOptionsOf,
} from '../versions/index.ts';
import { findingsOf, REPLACE } from './check-findings.ts';
import { count } from './count.ts';
import { findDifferences } from './differences.ts';
import { isPastArcade } from './past-arcade.ts';
import { readProject } from './read-project.ts';
import { noteConfirmation, readingJson } from './report-reading.ts';
import type { CheckResult } from './results.ts';

/** Says whether the scripts still match the lists, and which files were edited. Returns the exit status: 1 if they do not match. */
export async function check(settings: Settings, console: Console): Promise<number> {
  const read = readProject(settings, console);
  const out = resolve(settings.cwd, settings.out);
  refuseUnfinished(out);
  const manifest = readManifest(out);
  const versions = isPastArcade(read.project) ? [] : presentVersions(manifest, out);
  const drift = compare(read.plan, versions);
  // An option that changed is reported once, not for each relationship.
  const options = changedOptions(read.plan, versions);
  const inLists = { ...drift, changed: compare(read.plan, withOptionsOf(read.plan, versions)).changed };
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

  reportDiagnostics(
    settings,
    console,
    read.diagnostics,
    findingsOf({ ...result, ...inLists }, options, read, settings.out),
  );
  noteConfirmation(console, read);
  if (settings.json) {
    console.result(JSON.stringify(result, null, 2));
  } else {
    // Lists that could not be read completely may lack anything.
    if (!read.hasErrors) printDrift(inLists, options, settings.out, console);
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
    note(REPLACE);
  }
}

function printEdits(edits: CheckResult['edits'], { result, colors }: Console): void {
  for (const { file, state, diff } of edits) {
    result(`${colors.red(state)}: ${file}`);
    if (diff !== null) result(paint(diff, colors));
  }
}

/** Only warns, because the version may have been run. */
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
