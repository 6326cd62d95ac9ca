import type { Settings } from '../command-line/settings.ts';
import { checksum, type Edit, findEdits, type OutFile, type Version, writeFiles } from '../versions/index.ts';
import type { ReadProject } from './read-project.ts';
import { renderAgain } from './render-again.ts';

type Damage = Edit & { readonly state: 'edited' | 'missing' };

interface Restored {
  /** The files that were written again, or in a dry run would be, byte for byte. Paths start from the out folder. */
  readonly restored: readonly string[];
  /** The files that still differ from what was written. */
  readonly left: readonly Damage[];
}

/**
 * Writes missing files of versions again, and with --force those that were edited by hand. Leaves a file alone if this program,
 * with these options, writes it differently, because its version may have been run.
 */
export async function restore(
  settings: Settings,
  read: ReadProject,
  versions: readonly Version[],
  out: string,
): Promise<Restored> {
  const edits = findEdits(out, versions).filter((edit): edit is Damage => edit.state !== 'extra');
  const wanted = edits.filter(({ state }) => settings.force || state === 'missing').map(({ path }) => path);
  if (wanted.length === 0) return { restored: [], left: edits };
  const files: OutFile[] = [];
  for (const version of versions) {
    const again = (await renderAgain(settings, read, version, out)) ?? [];
    files.push(
      ...again.filter(({ path, text }) => wanted.includes(path) && version.files[path] === checksum(text)),
    );
  }
  const restored = files.map(({ path }) => path);
  if (!settings.dryRun && files.length > 0) writeFiles(out, files);
  return { restored, left: edits.filter(({ path }) => !restored.includes(path)) };
}
