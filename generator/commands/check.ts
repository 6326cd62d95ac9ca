import { relative, resolve } from 'node:path';
import type { Console } from '../console.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import type { Settings } from '../settings.ts';
import {
  compare,
  type Drift,
  type Edit,
  findEdits,
  presentVersions,
  readManifest,
} from '../versions/index.ts';
import { findingsOf } from './check-findings.ts';
import { count } from './count.ts';
import { diagnosticsJson } from './diagnostics-json.ts';
import { readProject } from './read-project.ts';

/** Tells whether the scripts still match the lists, and whether files were edited. Returns the exit status: 1 where not. */
export function check(settings: Settings, console: Console): number {
  const read = readProject(settings, console);
  const out = resolve(settings.cwd, settings.out);
  const manifest = readManifest(out);
  const edits = findEdits(out, manifest.versions).map(({ file, state }) => ({
    file: relative(settings.cwd, file).replaceAll('\\', '/'),
    state,
  }));
  const drift = compare(read.plan, presentVersions(manifest, out));
  const differences = read.hasErrors ? [] : [...describeDrift(drift, settings.out), ...describeEdits(edits)];
  const matches = !read.hasErrors && differences.length === 0;

  reportDiagnostics(settings, console, read.diagnostics, findingsOf({ ...drift, edits }, read, settings.out));
  if (settings.json) {
    const diagnostics = diagnosticsJson(read.diagnostics);
    console.result(JSON.stringify({ matches, ...drift, edits, diagnostics }, null, 2));
    return matches ? 0 : 1;
  }
  for (const difference of differences) console.result(difference);
  if (matches) {
    console.result(
      `${settings.out} matches the lists: ${count(read.plan.relationships.length, 'relationship')}.`,
    );
  }
  return matches ? 0 : 1;
}

const describeDrift = ({ uncovered, changed, gone }: Drift, out: string): string[] => [
  ...uncovered.map((name) => `not covered: ${name}: run generate to write its scripts`),
  ...changed.map(
    ({ relationship, version, was }) => `changed: ${relationship}: ${out}/${version} has ${was}`,
  ),
  ...gone.map(
    ({ relationship, version }) => `gone: ${relationship}: ${out}/${version} has it, the lists do not`,
  ),
];

const describeEdits = (edits: readonly Edit[]): string[] =>
  edits.map(({ file, state }) => `${state}: ${file}`);
