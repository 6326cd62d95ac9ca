import type { Console } from '../command-line/console.ts';
import { isAsExpected, type Rehearsal, type Run, type ScriptRun } from '../rehearse/index.ts';
import { count } from './count.ts';
import { table } from './table.ts';

/** Describes a rehearsal to a person. */
export function describeRehearsal(rehearsal: Rehearsal, { colors, width }: Console): string {
  const { version, server, data, leftOut, runs, isDrifted } = rehearsal;
  const heading = (rows: string[][]) => {
    const [head = '', ...lines] = table(withoutEmpty(rows), width);
    return [colors.bold(head), ...lines];
  };
  const left = leftOut.map(({ what, count }) => `${what}${count > 1 ? ` (${count} times)` : ''}`);
  return [
    `Rehearsed ${version} on ${server}, with ${data}.`,
    ...(left.length > 0 ? [`Left out of the dump: ${left.join(', ')}.`] : []),
    '',
    ...(isDrifted ? describeVariants(runs, heading) : runs.flatMap((run) => describeRun(run, heading))),
    '',
    isAsExpected(rehearsal) ? colors.green(verdict(rehearsal)) : colors.red(verdict(rehearsal)),
  ].join('\n');
}

type Heading = (rows: string[][]) => string[];

/** Leaves out columns that have only a heading. */
function withoutEmpty(rows: string[][]): string[][] {
  const isFilled = (_: string, column: number) => rows.slice(1).some((row) => row[column] !== '');
  return rows.map((row) => row.filter(isFilled));
}

function describeRun({ scripts, relationships, differences }: Run, heading: Heading): string[] {
  return [
    ...heading([
      ['SCRIPT', 'VERDICT', 'TIME', 'ROWS', 'LOCKED', 'TABLES LOCKED'],
      ...scripts.map((script) => [
        script.name,
        script.verdict,
        script.verdict === 'not run' ? '' : time(script.milliseconds),
        script.rowsTouched ? String(script.rowsTouched) : '',
        script.lockedMilliseconds > 0 ? time(script.lockedMilliseconds) : '',
        lockedTables(script),
      ]),
    ]),
    '',
    ...heading([
      ['LINKS', 'LEFT', 'RIGHT', 'BOTH', 'MIGRATED', 'GIVEN UP'],
      ...relationships.map(({ relationship, left, right, both, migrated, givenUp }) => [
        relationship,
        ...[left, right, both, migrated, givenUp].map((links) => String(links ?? '')),
      ]),
    ]),
    ...scripts.flatMap((script) => describeFailure(script)),
    ...(differences.length > 0 ? ['', 'What differs:', ...differences.map((line) => `  ${line}`)] : []),
  ];
}

/** What each --reconcile does with links that are out of step, and what preflight reports. */
function describeVariants(runs: readonly Run[], heading: Heading): string[] {
  const sum = (numbers: readonly (number | null)[]) =>
    numbers.some((number) => number === null)
      ? ''
      : String(numbers.reduce<number>((a, b) => a + (b ?? 0), 0));
  const verdicts = ({ scripts }: Run) => scripts.map(({ verdict }) => verdict);
  const checks = runs[0]?.scripts[0]?.checks ?? [];
  const telling = checks.filter(({ result }) => result !== 'ok');
  return [
    'What preflight says, with --reconcile abort:',
    ...telling.map(
      ({ relationship, check, result, detail }) =>
        `  ${result.padEnd(8)} ${relationship}: ${check}: ${detail}`,
    ),
    '',
    ...heading([
      ['--RECONCILE', 'PREFLIGHT', 'MIGRATE', 'VERIFY', 'ROLLBACK', 'MIGRATED', 'GIVEN UP'],
      ...runs.map((run) => [
        run.reconcile,
        ...verdicts(run),
        sum(run.relationships.map(({ migrated }) => migrated)),
        sum(run.relationships.map(({ givenUp }) => givenUp)),
      ]),
    ]),
    ...runs.flatMap(({ reconcile, scripts, differences }) => [
      ...scripts
        .filter(({ name, verdict }) => verdict === 'failed' || (name === 'migrate' && verdict === 'refused'))
        .flatMap((script) => ['', `With --reconcile ${reconcile}:`, ...describeFailure(script).slice(1)]),
      ...differences.map((line) => `With --reconcile ${reconcile}, what differs: ${line}`),
    ]),
  ];
}

function describeFailure({ name, verdict, message }: ScriptRun): string[] {
  if (message === null) return [];
  return ['', `${name} ${verdict}:`, ...message.split('\n').map((line) => `  ${line}`)];
}

/** `ACCESS EXCLUSIVE on Post, User; SHARE on Tag` */
function lockedTables({ locks }: ScriptRun): string {
  const modes = [...new Set(locks.map(({ mode }) => mode))];
  return modes
    .map(
      (mode) =>
        `${mode} on ${locks
          .filter((lock) => lock.mode === mode)
          .map(({ table }) => table)
          .join(', ')}`,
    )
    .join('; ');
}

function verdict(rehearsal: Rehearsal): string {
  const { runs, isDrifted } = rehearsal;
  if (!isAsExpected(rehearsal)) {
    if (runs.every(isMigrated)) {
      return 'Already migrated: there is nothing to rehearse on this database. Rehearse on one from before the migration.';
    }
    const differences = runs.reduce((sum, run) => sum + run.differences.length, 0);
    return differences > 0
      ? `Not as it should be: ${count(differences, 'difference')}.`
      : 'Not as it should be: see the messages of the scripts. Afterwards the database was as before.';
  }
  if (isDrifted)
    return 'As it should be: each mode either changed nothing, or kept every link that it should keep.';
  return 'As it should be: every link was where Keystone 8 looks for it, and rollback restored the schema and every link.';
}

/** Whether preflight found a migrated database. */
const isMigrated = ({ scripts }: Run): boolean => scripts[0]?.message?.includes('already migrated') ?? false;

const time = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
