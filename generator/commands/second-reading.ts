import type { Console } from '../console.ts';
import type { SecondReading } from '../reader/index.ts';
import type { ReadProject } from './read-project.ts';

/** Says in one line whether a run of the list files confirms what was read. A difference is a diagnostic already. */
export function tellSecondReading({ project: { secondReading } }: ReadProject, { note }: Console): void {
  const line = secondReading === undefined ? null : lineOf(secondReading);
  if (line !== null) note(line);
}

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
