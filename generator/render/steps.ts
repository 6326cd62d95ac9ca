import type { Step } from '../plan/step.ts';

/** The checks of all steps for one script, each with the relationship that it is about. */
export const checksOf = <Check>(
  steps: readonly Step<unknown, Check>[],
  when: 'checks' | 'verifyChecks' | 'undoChecks',
): (Check & { readonly relationship: string })[] =>
  steps.flatMap(({ relationship, [when]: checks }) => checks.map((check) => ({ relationship, ...check })));

/** What a reviewer should know of a script before its first statement: what it does, and what it leaves alone. */
export const summaryOf = (
  doing: readonly { readonly number: number; readonly title: string }[],
  all: readonly Pick<Step<unknown, unknown>, 'title' | 'operations'>[],
): string[] => [
  '',
  ...doing.map(({ number, title }) => `${number}. ${title}.`),
  ...all.filter(({ operations }) => operations.length === 0).map(({ title }) => `${title}.`),
];
