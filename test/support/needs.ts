import { suite, type Test } from 'uvu';

/** The servers that test/run.ts provides, and the environment variable that passes each one to the tests. */
const variables = { postgres: 'ARCADE_TEST_POSTGRES_URL', mongo: 'MONGODB_URI' } as const;

export type Server = keyof typeof variables;

/** The prefix of a line that tells the runner why tests could not run. */
export const couldNotRun = 'could not run:';

/** The address of a server; null if there is none. */
export function serverUrl(server: Server): string | null {
  return process.env[variables[server]] || null;
}

/**
 * A suite of tests that need a server. Without it they count as skipped, and the runner says so.
 *
 * @example
 * const test = suiteNeeding('mongo', 'drift on MongoDB');
 * test('a link on one side', async () => { … });
 * test.run();
 */
export function suiteNeeding(server: Server, name: string): Pick<Test, 'run'> & AddTest {
  const reason = process.env[whyNot(server)] ?? 'run the tests with npm test, which starts the servers';
  return suiteThatCan(serverUrl(server) === null ? reason : null, name);
}

/** A suite of tests that count as skipped if there is a reason why they cannot run. The runner prints the reason. */
export function suiteThatCan(reason: string | null, name: string): Pick<Test, 'run'> & AddTest {
  const tests = suite(name);
  if (reason === null) return tests;
  console.log(`${couldNotRun} ${name}: ${reason}`);
  const skip: AddTest = (title) => tests.skip(title);
  return Object.assign(skip, { run: tests.run });
}

type AddTest = (title: string, test: () => Promise<void> | void) => void;

/** The variable that says why there is no such server. */
export function whyNot(server: Server): string {
  return `ARCADE_TEST_NO_${server.toUpperCase()}`;
}

/** The variable that holds the address of a server. */
export function variableOf(server: Server): string {
  return variables[server];
}
