import type { Settings } from '../command-line/settings.ts';
import { checksum, type Edit, findEdits, type OutFile, type Version, writeFiles } from '../versions/index.ts';
import type { ReadProject } from './read-project.ts';
import { renderAnew } from './render-anew.ts';

type Damage = Edit & { readonly state: 'edited' | 'missing' };

interface Restored {
  /** The files that were written again, or with --dry-run would be, to the byte: paths from the out folder. */
  readonly restored: readonly string[];
  /** What is still not as it was written. */
  readonly left: readonly Damage[];
}

/**
 * Writes missing files of versions again, and with --force those that were edited by hand. A file that this program, with
 * these options, writes differently is left: its version may have been run.
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
    const anew = (await renderAnew(settings, read, version, out)) ?? [];
    files.push(
      ...anew.filter(({ path, text }) => wanted.includes(path) && version.files[path] === checksum(text)),
    );
  }
  const restored = files.map(({ path }) => path);
  if (!settings.dryRun && files.length > 0) writeFiles(out, files);
  return { restored, left: edits.filter(({ path }) => !restored.includes(path)) };
}
