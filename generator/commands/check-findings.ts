import type { Diagnostic, DiagnosticCode, Source } from '../diagnostics.ts';
import { relationshipName } from '../relationships/index.ts';
import type { Drift } from '../versions/index.ts';
import type { ReadProject } from './read-project.ts';

const REPLACE = 'Where that version was not run anywhere, write it anew with generate --replace.';

const RESTORE = 'Restore it from version control, or write the version anew with generate --replace --force.';
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
 * What check finds, as diagnostics, for reporters to other programs. A relationship stands where it is declared; what the
 * lists no longer have, and files that are missing, in the manifest of the out folder.
 */
export function findingsOf(
  result: Drift & Edited,
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
    ...changed.map(({ relationship, version, was, is }) =>
      finding(
        'AM4002',
        `In ${out}/${version} it is ${was}, in the lists ${is}.`,
        REPLACE,
        placeOf(relationship),
      ),
    ),
    ...gone.map(({ relationship, version }) =>
      finding('AM4003', `${out}/${version} has ${relationship}, the lists do not.`, REPLACE, manifest),
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
  // Where the lists could not be read whole, what they lack says nothing.
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
