import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { githubAnnotation } from './github.ts';
import { sarifLog } from './sarif.ts';
import { printDiagnostics } from './text.ts';

/**
 * Reports diagnostics in the format that the user chose. `findings` are only for other programs: the command prints them to a
 * person in its own words. With --json the command prints the diagnostics.
 */
export function reportDiagnostics(
  settings: Pick<Settings, 'reporter' | 'json' | 'cwd' | 'allDiagnostics'>,
  console: Console,
  diagnostics: readonly Diagnostic[],
  findings: readonly Diagnostic[] = [],
): void {
  const { json, cwd, allDiagnostics } = settings;
  const reporter = reporterOf(settings);
  if (reporter === 'sarif') {
    console.document(JSON.stringify(sarifLog([...diagnostics, ...findings], cwd), null, 2));
    return;
  }
  if (!json) printDiagnostics(diagnostics, cwd, console, allDiagnostics);
  if (reporter === 'github') {
    for (const each of [...diagnostics, ...findings]) console.problem(githubAnnotation(each, cwd));
  }
}

/** The user's choice, or else github in GitHub Actions, unless a program reads the result. */
const reporterOf = ({ reporter, json }: Pick<Settings, 'reporter' | 'json'>): Settings['reporter'] =>
  reporter ?? (process.env.GITHUB_ACTIONS === 'true' && !json ? 'github' : 'text');
