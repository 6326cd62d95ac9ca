import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { UsageError } from '../refusal.ts';
import type { Script } from '../render/index.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import type { ReadProject } from './read-project.ts';
import { noteConfirmation, readingJson } from './report-reading.ts';
import type { ScriptsResult } from './results.ts';
import { templatesFor } from './templates-for.ts';

/** Prints the scripts for all relationships, or one script. Returns the exit status: 1 if there are errors, and then prints no script. */
export async function printScripts(settings: Settings, console: Console, read: ReadProject): Promise<number> {
  const { script, json } = settings;
  const { plan, hasErrors, nothingChanges } = read;
  reportDiagnostics(settings, console, read.diagnostics);
  const { renderScripts } = await import('../render/index.ts');
  const scripts =
    hasErrors || nothingChanges ? [] : choose(renderScripts(plan, await templatesFor(settings)), script);
  noteConfirmation(console, read);
  if (json) {
    const result: ScriptsResult = { nothingChanges, scripts, ...readingJson(read) };
    console.result(JSON.stringify(result, null, 2));
  } else if (nothingChanges) {
    console.problem('Nothing changes: there is nothing to migrate, so there are no scripts.');
  } else if (script !== undefined) {
    for (const { text } of scripts) console.result(text.trimEnd());
  } else {
    console.result(
      scripts
        .map(({ path, text }) => `==> ${path} <==\n${text}`)
        .join('\n')
        .trimEnd(),
    );
  }
  return hasErrors ? 1 : 0;
}

/** The script with a name such as `migrate`, `migrate.sql` or `postgres/migrate.sql`. Without a name, all scripts. */
function choose(scripts: readonly Script[], name: string | undefined): readonly Script[] {
  if (name === undefined) return scripts;
  const chosen = scripts.filter(({ path }) => namesOf(path).includes(name.toLowerCase()));
  if (chosen.length === 1) return chosen;
  const candidates = (chosen.length === 0 ? scripts : chosen).map(({ path }) => path).join(', ');
  throw new UsageError(
    `--script ${name} names ${chosen.length === 0 ? 'no script' : 'more than one script'}: choose one of ${candidates}`,
  );
}

function namesOf(path: string): string[] {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return [path, file, file.replace(/\.\w+$/, '')].map((name) => name.toLowerCase());
}
