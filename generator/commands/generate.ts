import { join, resolve } from 'node:path';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { planMigration } from '../plan/index.ts';
import { Refusal } from '../refusal.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import {
  changedOptions,
  changesOf,
  compare,
  finishCutOff,
  type NewVersion,
  nextId,
  presentVersions,
  readManifest,
  refuseUnfinished,
  toReplace,
  uncoveredBy,
  type Version,
  withOptionsOf,
  writeVersion,
} from '../versions/index.ts';
import { count } from './count.ts';
import { isPastArcade, newKeystoneNote } from './past-arcade.ts';
import { printScripts } from './print-scripts.ts';
import { type ReadProject, readProject } from './read-project.ts';
import { describe } from './relationships.ts';
import { noteConfirmation, readingJson } from './report-reading.ts';
import { restore } from './restore.ts';
import type { GenerateResult } from './results.ts';
import { versionFiles } from './version-files.ts';

type Written = Pick<GenerateResult, 'version' | 'files' | 'removed' | 'restored' | 'edits'>;

const NOTHING: Written = { version: null, files: [], removed: [], restored: [], edits: [] };

/** Writes a version of the scripts. Returns the exit status: 1 if there are errors, and then writes nothing. */
export async function generate(settings: Settings, console: Console): Promise<number> {
  const read = readProject(settings, console);
  if (!read.hasErrors) refusePrisma(read);
  if (settings.stdout) return printScripts(settings, console, read);
  reportDiagnostics(settings, console, read.diagnostics);
  const written = read.hasErrors ? NOTHING : await write(settings, read);
  noteConfirmation(console, read);
  if (settings.json) {
    const result: GenerateResult = {
      dryRun: settings.dryRun,
      nothingChanges: read.nothingChanges,
      ...written,
      ...readingJson(read),
    };
    console.result(JSON.stringify(result, null, 2));
  } else if (read.hasErrors) {
    console.problem('Nothing was written.');
  } else {
    report(settings, console, read, written);
  }
  return read.hasErrors || written.edits.some(isToRestore(settings)) ? 1 : 0;
}

/** Whether generate should have restored a file, but could not. */
const isToRestore =
  ({ force }: Settings) =>
  ({ state }: GenerateResult['edits'][number]): boolean =>
    force || state === 'missing';

/** Writes a version for the relationships that no other version covers, and restores files of the others. A dry run only returns the changes. */
async function write(settings: Settings, read: ReadProject): Promise<Written> {
  const { cwd, dryRun, force } = settings;
  const out = resolve(cwd, settings.out);
  if (dryRun) refuseUnfinished(out);
  else finishCutOff(out);
  const manifest = readManifest(out);
  const version = await nextVersion(settings, read, out, manifest);
  const change = (one: NewVersion) =>
    dryRun ? changesOf(out, one, { manifest, force }) : writeVersion(out, one, { manifest, force });
  const shown = (path: string) => join(settings.out, path).replaceAll('\\', '/');
  const { write = [], remove = [] } = version === null ? {} : change(version);
  const written = write.length + remove.length === 0 ? null : version;
  const files = written && [...written.files, ...(written.lists ?? []), { path: 'manifest.json' }];
  const others = presentVersions(manifest, out).filter(({ id }) => id !== version?.id);
  const { restored, left } = await restore(settings, read, others, out);
  return {
    version: written?.id ?? null,
    files: (files ?? []).map(({ path }) => shown(path)),
    removed: remove.map(shown),
    restored: restored.map(shown),
    edits: left.map(({ path, state }) => ({ file: shown(path), state })),
  };
}

/** The version to write; null if the others cover everything that changes. Refuses if they cover a relationship in another form. */
async function nextVersion(
  settings: Settings,
  read: ReadProject,
  out: string,
  manifest: ReturnType<typeof readManifest>,
): Promise<NewVersion | null> {
  const { out: shownOut, name, replace } = settings;
  const present = presentVersions(manifest, out);
  const replaced = replace ? toReplace(read.plan, present) : null;
  const kept = present.filter((version) => version.id !== replaced);
  refuseChanged(read, kept, shownOut, replaced);
  if (compare(read.plan, kept).uncovered.length === 0) {
    if (replaced !== null) throw nothingLeft(`${shownOut}/${replaced}`);
    return null;
  }
  const { plan } = planMigration(read.project, uncoveredBy(kept, read.plan), read.planOptions);
  const id = replaced ?? nextId(out, name, manifest);
  const released = manifest.versions.filter((version) => !kept.includes(version));
  // Files in the folder of the version do not count: their number is not one of the runner's.
  const paths = released.flatMap((version) =>
    Object.keys(version.files).filter((path) => !path.startsWith(`${version.id}/`)),
  );
  return { id, plan, ...(await versionFiles(settings, id, plan, paths)) };
}

function refusePrisma({ project }: ReadProject): void {
  if (!isPastArcade(project)) return;
  throw new Refusal(
    'These lists are on a PrismaAdapter: their database is past Arcade.',
    'Nothing was written. For an older database, take the list files of that time from version control.',
  );
}

function refuseChanged(
  { plan }: ReadProject,
  versions: readonly Version[],
  out: string,
  replaced: string | null,
): void {
  const options = changedOptions(plan, versions);
  const { changed } = compare(plan, withOptionsOf(plan, versions));
  if (options.length + changed.length === 0) return;
  const remedy =
    replaced === null
      ? 'rewrite it with --replace'
      : `delete its folder: --replace rewrites ${replaced} only`;
  const otherwise = changed.length > 0 ? 'migrate what changed by hand' : 'use the same options again';
  throw new Refusal(
    [
      ...options,
      ...changed.map(
        ({ relationship, version, was, is }) =>
          `${relationship} is in ${out}/${version} already, but as ${was}; now it is ${is}.`,
      ),
    ].join('\n'),
    `Nothing was written. If that version was not run yet, ${remedy}. Otherwise ${otherwise}.`,
  );
}

const nothingLeft = (version: string): Refusal =>
  new Refusal(
    `${version} has nothing left to do: other versions cover every relationship that changes.`,
    'Nothing was written. If that version has not been run anywhere, delete its folder.',
  );

function report(settings: Settings, console: Console, read: ReadProject, written: Written): void {
  const { plan, project } = read;
  if (!settings.quiet) {
    console.result(
      `Found ${count(plan.relationships.length, 'relationship')} between ${count(project.lists.length, 'list')}.\n`,
    );
    if (plan.relationships.length > 0) console.result(`${describe(read, console)}\n`);
  }
  reportVersion(settings, console, read, written);
  const { restored, edits } = written;
  if (restored.length > 0) {
    console.result(settings.dryRun ? 'Would restore:' : 'Restored, as they were written:');
    for (const file of restored) console.result(`  ${file}`);
  }
  for (const edit of edits) console.problem(`${edit.state}: ${edit.file}: ${remedyFor(edit, settings)}`);
}

function reportVersion(settings: Settings, console: Console, read: ReadProject, written: Written): void {
  const { dryRun, out } = settings;
  const { version, files, removed, restored, edits } = written;
  if (version === null) {
    if (restored.length > 0) return;
    const isAsWritten = edits.length === 0;
    console.result(
      read.nothingChanges
        ? 'Nothing changes: there is nothing to migrate, and nothing was written.'
        : `${isAsWritten ? 'Unchanged' : 'No new version'}: ${out} covers every relationship that changes, and nothing was written.`,
    );
    return;
  }
  const folder = join(out, version);
  console.result(`${dryRun ? 'Would write' : 'Wrote'} ${folder}:`);
  for (const file of files) console.result(`  ${file}`);
  if (removed.length > 0) console.result(dryRun ? 'Would remove:' : 'Removed:');
  for (const file of removed) console.result(`  ${file}`);
  if (dryRun) return;
  console.note(
    `\nRead ${join(folder, 'REVIEW.md')} first: it says what changes, and how to run the scripts.`,
  );
  const note = newKeystoneNote(settings);
  if (note !== null) console.note(note);
}

function remedyFor(edit: GenerateResult['edits'][number], settings: Settings): string {
  return isToRestore(settings)(edit)
    ? 'this arcade-migrate, with these options, writes it differently. Restore it from version control, or rewrite its version with --replace --force.'
    : 'left as it is. To overwrite it, run generate --force.';
}
