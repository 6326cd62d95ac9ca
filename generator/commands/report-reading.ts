import type { Console } from '../command-line/console.ts';
import type { SecondReading } from '../reader/index.ts';
import type { ReadProject } from './read-project.ts';
import type { CheckResult } from './results.ts';

/** Says in one line whether a run of the list files confirms the result. Says nothing if there are errors. */
export function noteConfirmation({ note }: Console, { project, hasErrors }: ReadProject): void {
  const line = hasErrors || !project.secondReading ? null : lineOf(project.secondReading);
  if (line !== null) note(line);
}

/** What every command prints about the reading with --json. */
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
