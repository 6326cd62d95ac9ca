import { join, resolve } from 'node:path';
import type { Console } from '../console.ts';
import { planMigration } from '../plan/index.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { Refusal } from '../refusal.ts';
import { relationshipName } from '../relationships/index.ts';
import type { Settings } from '../settings.ts';
import { compare, type Drift, presentVersions, readManifest, writeVersion } from '../versions/index.ts';
import { count } from './count.ts';
import { diagnosticsJson } from './diagnostics-json.ts';
import { type ReadProject, readProject } from './read-project.ts';
import { describe } from './relationships.ts';

/** What a run wrote: nothing, where earlier versions cover all relationships. */
interface Written {
  readonly version: string | null;
  readonly files: readonly string[];
}

/** Writes a version of the scripts. Returns the exit status: 1, with nothing written, where there are errors. */
export async function generate(settings: Settings, console: Console): Promise<number> {
  const read = readProject(settings, console);
  if (!settings.json) printDiagnostics(read.diagnostics, settings.cwd, console);
  const written = read.hasErrors ? { version: null, files: [] } : await writeUncovered(settings, read);
  if (settings.json) {
    console.result(JSON.stringify({ ...written, diagnostics: diagnosticsJson(read.diagnostics) }, null, 2));
  } else if (read.hasErrors) {
    console.problem('Nothing was written.');
  } else {
    report(settings, console, read, written);
  }
  return read.hasErrors ? 1 : 0;
}

/** Writes the scripts for the relationships that no version covers. Refuses where one is covered in another shape. */
async function writeUncovered(settings: Settings, read: ReadProject): Promise<Written> {
  if (read.project.adapters.some(({ database }) => database === 'prisma')) {
    throw new Refusal(
      'These lists are on a PrismaAdapter: their database is past Arcade.',
      'Nothing was written.',
    );
  }
  const out = resolve(settings.cwd, settings.out);
  const drift = compare(read.plan, presentVersions(readManifest(out), out));
  refuseChanged(drift, settings.out);
  if (drift.uncovered.length === 0) return { version: null, files: [] };

  const uncovered = read.plan.relationships.filter((relationship) =>
    drift.uncovered.includes(relationshipName(relationship)),
  );
  const { plan } = planMigration(read.project, uncovered, read.planOptions);
  // Formatting SQL is slow to load: not before there is something to format.
  const { renderScripts } = await import('../render/index.ts');
  const scripts = renderScripts(plan);
  const version = writeVersion(out, settings.name, plan, scripts);
  return { version, files: scripts.map(({ path }) => join(settings.out, version, path)) };
}

function refuseChanged({ changed }: Drift, out: string): void {
  if (changed.length === 0) return;
  throw new Refusal(
    changed
      .map(
        ({ relationship, version, was }) => `${relationship} is in ${out}/${version} already, but as ${was}.`,
      )
      .join('\n'),
    `Nothing was written. Where that version has not been run anywhere, delete its folder and generate anew; else migrate what changed by hand.`,
  );
}

function report(settings: Settings, console: Console, read: ReadProject, { version, files }: Written): void {
  const { plan, project } = read;
  if (!settings.quiet) {
    console.result(
      `Found ${count(plan.relationships.length, 'relationship')} between ${count(project.lists.length, 'list')}.\n`,
    );
    if (plan.relationships.length > 0) console.result(`${describe(read, console)}\n`);
  }
  if (version === null) {
    console.result(
      plan.relationships.length === 0
        ? 'There is nothing to migrate: nothing was written.'
        : `Unchanged: ${settings.out} covers all of them, nothing was written.`,
    );
    return;
  }
  console.result(`Wrote ${join(settings.out, version)}:`);
  for (const file of files) console.result(`  ${file}`);
  console.note(
    `\nRead ${join(settings.out, version, 'REVIEW.md')} first: it says what changes, and how to run the scripts.`,
  );
}
