import type { Console } from '../command-line/console.ts';
import { describeSecondReading } from '../text/second-reading.ts';
import type { ReadProject } from './read-project.ts';
import type { CheckResult } from './results.ts';

/** Says in one line whether a run of the list files confirms the result. Says nothing if there are errors. */
export function noteConfirmation({ note }: Console, { project, hasErrors }: ReadProject): void {
  if (!hasErrors && project.secondReading) note(describeSecondReading(project.secondReading));
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
