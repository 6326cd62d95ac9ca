/** As much of a step, of either database, as its place in a script needs. */
interface AnyStep<Check> {
  readonly relationship: string;
  readonly title: string;
  readonly operations: readonly unknown[];
  readonly checks: readonly Check[];
  readonly verifyChecks: readonly Check[];
  readonly undoChecks: readonly Check[];
}

/** The checks of all steps for one script, each with the relationship that it is about. */
export const checksOf = <Check>(
  steps: readonly AnyStep<Check>[],
  when: 'checks' | 'verifyChecks' | 'undoChecks',
): (Check & { readonly relationship: string })[] =>
  steps.flatMap(({ relationship, [when]: checks }) => checks.map((check) => ({ relationship, ...check })));

/** What a reviewer should know of a script before its first statement: what it does, and what it leaves alone. */
export const summaryOf = (
  doing: readonly { readonly number: number; readonly title: string }[],
  all: readonly Pick<AnyStep<unknown>, 'title' | 'operations'>[],
): string[] => [
  '',
  ...doing.map(({ number, title }) => `${number}. ${title}.`),
  ...all.filter(({ operations }) => operations.length === 0).map(({ title }) => `${title}.`),
];
