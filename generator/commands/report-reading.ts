import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import { describeSecondReading } from '../text/second-reading.ts';
import type { ReadProject } from './read-project.ts';
import type { CheckResult } from './results.ts';

/**
 * Tells a person what came of the reading: the diagnostics, and in one line whether a run of the list files confirms it.
 *
 * @param findings what the command itself tells in words of its own
 */
export function reportReading(
  settings: Settings,
  console: Console,
  { diagnostics, project }: ReadProject,
  findings: readonly Diagnostic[] = [],
): void {
  reportDiagnostics(settings, console, diagnostics, findings);
  const { secondReading } = project;
  // A difference is a diagnostic already.
  if (secondReading === undefined || secondReading.outcome === 'different') return;
  console.note(describeSecondReading(secondReading));
}

/** The same as every command prints it with --json. */
export const readingJson = ({
  project,
  diagnostics,
}: ReadProject): Pick<CheckResult, 'secondReading' | 'diagnostics'> => ({
  secondReading: project.secondReading ?? null,
  diagnostics: diagnostics.map(({ code, severity, message, help, source, affected = [] }) => ({
    code,
    severity,
    message,
    help,
    ...source,
    affected,
  })),
});
