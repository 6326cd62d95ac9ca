import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Settings } from '../command-line/settings.ts';
import type { Diagnostic, Source } from '../diagnostics.ts';
import { planMigration } from '../plan/index.ts';
import type { Project, SecondReading } from '../reader/index.ts';
import { type Side, sideName } from '../relationships/index.ts';
import { type OutFile, relationshipsOf, type Version } from '../versions/index.ts';
import type { ReadProject } from './read-project.ts';
import { versionFiles } from './version-files.ts';

/** What was recorded when a version was written. Moving lines in the list files must not change it. */
interface Recorded {
  /** Where each field is declared, by `List.path`. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly reading: Pick<Project, 'diagnostics' | 'secondReading'>;
}

/**
 * Renders the files of a version again: from the current lists, with the recorded places. Null if one of its relationships has
 * changed or is missing.
 */
export async function renderAgain(
  settings: Settings,
  { project, plan, planOptions }: ReadProject,
  version: Version,
  out: string,
): Promise<readonly OutFile[] | null> {
  const relationships = relationshipsOf(version, plan);
  if (relationships === null) return null;
  const recorded = readRecorded(join(out, version.id, 'plan.json'));
  const placed = <S extends Side | null>(side: S): S =>
    side && { ...side, source: recorded?.sources.get(sideName(side)) ?? side.source };
  const again = planMigration(
    { ...project, ...recorded?.reading },
    relationships.map((one) => ({ ...one, left: placed(one.left), right: placed(one.right) })),
    planOptions,
  );
  return (await versionFiles(settings, version.id, again.plan, Object.keys(version.files))).files;
}

const source = v.object({ file: v.string(), line: v.number(), column: v.number() });
const side = v.object({ list: v.string(), path: v.string(), source });
const RecordedPlan = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    relationships: v.array(v.object({ left: side, right: v.nullable(side) })),
    warnings: v.array(
      v.custom<Diagnostic>((value) => v.is(v.object({ message: v.string(), source }), value)),
    ),
    secondReading: v.nullish(
      v.custom<SecondReading>((value) => v.is(v.object({ outcome: v.string() }), value)),
    ),
  }),
);

/** Null if plan.json is missing or was edited so that it cannot be read. */
function readRecorded(path: string): Recorded | null {
  try {
    const { relationships, warnings, secondReading } = v.parse(RecordedPlan, readFileSync(path, 'utf8'));
    const sides = relationships.flatMap(({ left, right }) => (right ? [left, right] : [left]));
    return {
      sources: new Map(sides.map(({ list, path, source }) => [`${list}.${path}`, source])),
      reading: { diagnostics: warnings, ...(secondReading ? { secondReading } : {}) },
    };
  } catch {
    return null;
  }
}
