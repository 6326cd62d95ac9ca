import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { SecondReading } from '../reader/index.ts';
import { reportDiagnostics } from '../reporters/index.ts';
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
  const line = project.secondReading === undefined ? null : lineOf(project.secondReading);
  if (line !== null) console.note(line);
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

/** A difference is a diagnostic already. */
function lineOf({ outcome, reason, help }: SecondReading): string | null {
  switch (outcome) {
    case 'confirmed':
      return 'Confirmed: a run of the list files in an isolated engine found the same lists.';
    case 'settled':
      return 'Settled by a run of the list files in an isolated engine, where reading them was not enough.';
    case 'not-confirmed':
      return ['Not confirmed by a run of the list files.', reason, help]
        .filter((part) => part !== null)
        .join(' ');
    case 'skipped':
      return 'Not confirmed: --no-run leaves out the run of the list files.';
    case 'different':
      return null;
  }
}
