import { join, resolve } from 'node:path';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { planMigration } from '../plan/index.ts';
import { Refusal } from '../refusal.ts';
import {
  changesOf,
  compare,
  type Drift,
  finishCutOff,
  type NewVersion,
  nextId,
  presentVersions,
  readManifest,
  refuseUnfinished,
  toReplace,
  uncoveredBy,
  writeVersion,
} from '../versions/index.ts';
import { count } from './count.ts';
import { printScripts } from './print-scripts.ts';
import { type ReadProject, readProject } from './read-project.ts';
import { describe } from './relationships.ts';
import { readingJson, reportReading } from './report-reading.ts';
import type { GenerateResult } from './results.ts';
import { versionFiles } from './version-files.ts';

type Written = Pick<GenerateResult, 'version' | 'files' | 'removed'>;

const NOTHING: Written = { version: null, files: [], removed: [] };

/** Writes a version of the scripts. Returns the exit status: 1, with nothing written, where there are errors. */
export async function generate(settings: Settings, console: Console): Promise<number> {
  const read = readProject(settings, console);
  if (!read.hasErrors) refusePrisma(read);
  if (settings.stdout) return printScripts(settings, console, read);
  reportReading(settings, console, read);
  const written = read.hasErrors ? NOTHING : await write(settings, read);
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
  return read.hasErrors ? 1 : 0;
}

/** Writes a version for the relationships that no other one covers, or only says what that would change. */
async function write(settings: Settings, read: ReadProject): Promise<Written> {
  const { cwd, dryRun, force } = settings;
  const out = resolve(cwd, settings.out);
  if (dryRun) refuseUnfinished(out);
  else finishCutOff(out);
  const manifest = readManifest(out);
  const version = await nextVersion(settings, read, out, manifest);
  if (version === null) return NOTHING;
  const options = { manifest, force };
  const changes = dryRun ? changesOf(out, version, options) : writeVersion(out, version, options);
  if (changes.write.length + changes.remove.length === 0) return NOTHING;
  const shown = (path: string) => join(settings.out, path).replaceAll('\\', '/');
  return {
    version: version.id,
    files: [...version.files, ...(version.lists ?? [])].map(({ path }) => shown(path)),
    removed: changes.remove.map(shown),
  };
}

/** The version to write: null where the others cover all that changes. Refuses where they cover one in another shape. */
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
  const drift = compare(read.plan, kept);
  refuseChanged(drift, shownOut, replaced);
  if (drift.uncovered.length === 0) {
    if (replaced !== null) throw nothingLeft(`${shownOut}/${replaced}`);
    return null;
  }
  const { plan } = planMigration(read.project, uncoveredBy(kept, read.plan), read.planOptions);
  const id = replaced ?? nextId(out, name, manifest);
  const released = manifest.versions.filter((version) => !kept.includes(version));
  // What is in the folder of the version has its number, which is not that of the runner's files.
  const paths = released.flatMap((version) =>
    Object.keys(version.files).filter((path) => !path.startsWith(`${version.id}/`)),
  );
  return { id, plan, ...(await versionFiles(settings, id, plan, paths)) };
}

function refusePrisma({ project }: ReadProject): void {
  if (!project.adapters.some(({ database }) => database === 'prisma')) return;
  throw new Refusal(
    'These lists are on a PrismaAdapter: their database is past Arcade.',
    'Nothing was written.',
  );
}

function refuseChanged({ changed }: Drift, out: string, replaced: string | null): void {
  if (changed.length === 0) return;
  const remedy =
    replaced === null ? 'write it anew with --replace' : `delete its folder: only ${replaced} is replaced`;
  throw new Refusal(
    changed
      .map(
        ({ relationship, version, was, is }) =>
          `${relationship} is in ${out}/${version} already, but as ${was}; now it is ${is}.`,
      )
      .join('\n'),
    `Nothing was written. Where that version was not run anywhere, ${remedy}; else migrate what changed by hand.`,
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
  if (written.version === null) {
    console.result(
      read.nothingChanges
        ? 'Nothing changes: there is nothing to migrate, and nothing was written.'
        : `Unchanged: ${settings.out} covers every relationship that changes, and nothing was written.`,
    );
    return;
  }
  const { dryRun } = settings;
  const folder = join(settings.out, written.version);
  console.result(`${dryRun ? 'Would write' : 'Wrote'} ${folder}:`);
  for (const file of written.files) console.result(`  ${file}`);
  if (written.removed.length > 0) console.result(dryRun ? 'Would remove:' : 'Removed:');
  for (const file of written.removed) console.result(`  ${file}`);
  if (dryRun) return;
  console.note(
    `\nRead ${join(folder, 'REVIEW.md')} first: it says what changes, and how to run the scripts.`,
  );
}
