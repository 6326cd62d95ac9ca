import type { Diagnostic, DiagnosticCode, Source } from '../diagnostics.ts';
import { relationshipName } from '../relationships/index.ts';
import type { Drift } from '../versions/index.ts';
import type { ReadProject } from './read-project.ts';

export const REPLACE = 'If that version was not run yet, generate --replace rewrites it.';
const RESTORE = 'Restore it from version control, or rewrite the version: generate --replace --force.';
const MOVE = 'Move it out of the folder of the version, or delete it.';

interface Edited {
  readonly edits: readonly { readonly file: string; readonly state: 'edited' | 'missing' | 'extra' }[];
}

const EDITS: Readonly<Record<Edited['edits'][number]['state'], DiagnosticCode>> = {
  edited: 'AM4004',
  missing: 'AM4005',
  extra: 'AM4006',
};

/**
 * What check finds, as diagnostics for other programs. The place of a relationship is its declaration. If the lists no longer
 * have it, or a file is missing, the place is the manifest of the out folder.
 *
 * @param options a line for each option that changed, which is then not in `result.changed`
 */
export function findingsOf(
  result: Drift & Edited,
  options: readonly string[],
  { plan, hasErrors }: ReadProject,
  out: string,
): Diagnostic[] {
  const manifest = begin(`${out}/manifest.json`);
  const declared = new Map(plan.relationships.map((each) => [relationshipName(each), each.left.source]));
  const placeOf = (name: string): Source => declared.get(name) ?? manifest;
  const { uncovered, changed, gone } = result;
  const drift = [
    ...uncovered.map((name) =>
      finding(
        'AM4001',
        `No version in ${out} has scripts for ${name}.`,
        'Run generate to write them.',
        placeOf(name),
      ),
    ),
    ...options.map((line) => finding('AM4002', `${line}.`, REPLACE, manifest)),
    ...changed.map(({ relationship, version, was, is }) =>
      finding('AM4002', `In ${out}/${version}: ${was}. In the lists: ${is}.`, REPLACE, placeOf(relationship)),
    ),
    ...gone.map(({ relationship, version }) =>
      finding('AM4003', `${out}/${version} has ${relationship}, but the lists do not.`, REPLACE, manifest),
    ),
  ];
  const edits = result.edits.map(({ file, state }) =>
    finding(
      EDITS[state],
      `${file} is ${state}: the version is not as generate wrote it.`,
      state === 'extra' ? MOVE : RESTORE,
      state === 'missing' ? manifest : begin(file),
    ),
  );
  // Lists that could not be read completely may lack anything.
  return hasErrors ? edits : [...drift, ...edits];
}

const begin = (file: string): Source => ({ file, line: 1, column: 1 });

const finding = (code: DiagnosticCode, message: string, help: string, source: Source): Diagnostic => ({
  code,
  severity: 'error',
  message,
  help,
  source,
});
