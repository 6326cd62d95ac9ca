import { resolve } from 'node:path';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { UsageError } from '../refusal.ts';
import { isAsExpected, type RehearsalOptions, rehearseVersion } from '../rehearse/index.ts';
import { showProgress } from '../rehearse/progress.ts';
import { describeRehearsal } from './rehearsal-report.ts';
import { templatesFor } from './templates-for.ts';

/** Runs the scripts of a version on a scratch database. Returns the exit status: 1 if anything is not as it should be. */
export async function rehearse(settings: Settings, console: Console, which: string | null): Promise<number> {
  const { progress, end } = showProgress(settings.quiet || settings.json);
  const rehearsal = await rehearseVersion(optionsOf(settings, which), progress).finally(end);
  for (const { file, state } of rehearsal.edits) {
    console.problem(`${file} is ${state}: it is not as generate wrote it. It is rehearsed as it is.`);
  }
  if (settings.json) console.result(JSON.stringify(rehearsal, null, 2));
  else console.result(describeRehearsal(rehearsal, console));
  return isAsExpected(rehearsal) ? 0 : 1;
}

function optionsOf(settings: Settings, version: string | null): RehearsalOptions {
  const { cwd, out, items, seed, dump, drift, url, yes } = settings;
  const isMongo = url?.startsWith('mongodb') ?? false;
  if (isMongo && dump !== undefined) {
    throw new UsageError(
      '--dump is for PostgreSQL: restore a mongodump into the database of --url, and add --yes',
    );
  }
  if (yes && url === undefined)
    throw new UsageError('--yes is for the database of --url: name one, or leave out --yes');
  return {
    out: resolve(cwd, out),
    version,
    items: Number(items),
    seed: Number(seed),
    dump: dump === undefined ? null : resolve(cwd, dump),
    drift: drift === undefined ? null : Number.parseInt(drift, 10),
    url: url ?? null,
    mayBeFilled: yes,
    templates: () => templatesFor(settings),
  };
}
