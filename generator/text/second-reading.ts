import type { SecondReading } from '../reader/project.ts';

/** One line that says whether a run of the list files found the same lists. */
export function describeSecondReading({ outcome, reason, help }: SecondReading): string {
  switch (outcome) {
    case 'confirmed':
      return 'Confirmed: a run of the list files in an isolated engine found the same lists.';
    case 'settled':
      return 'Settled by a run of the list files in an isolated engine, where reading them was not enough.';
    case 'skipped':
      return 'Not confirmed: --no-run leaves out the run of the list files.';
    default:
      return ['Not confirmed by a run of the list files.', reason, help]
        .filter((part) => part !== null)
        .join(' ');
  }
}
