/**
 * Runs the tests: every file below test/ that ends in .test.ts, each in its own process. Provides a PostgreSQL and a MongoDB server.
 * Arguments choose files by a part of their path: `npm test -- end-to-end`.
 *
 * | variable | meaning |
 * |---|---|
 * | `ARCADE_TEST_POSTGRES_URL` | the PostgreSQL server to use. Its user must be allowed to create databases |
 * | `ARCADE_TEST_POSTGRES` | `embedded`: use the server from npm, even if this machine has another one |
 * | `MONGODB_URI` | the MongoDB server to use |
 * | `CI` | `true`: fail if a test could not run |
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './support/command.ts';
import { type Server, variableOf, whyNot } from './support/needs.ts';
import { inParallel } from './support/runner/pool.ts';
import { findTestFiles } from './support/runner/test-files.ts';
import { runTestFile, stopTestProcesses, type TestResult } from './support/runner/test-process.ts';
import { provideMongo } from './support/servers/mongo.ts';
import { providePostgres } from './support/servers/postgres.ts';
import type { Provided } from './support/servers/server.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// The random databases come first. They take longest, and at the end they would keep only one processor busy.
const files = findTestFiles(root, join(root, 'test'), process.argv.slice(2)).sort(
  (a, b) => Number(b.includes('property')) - Number(a.includes('property')),
);
if (files.length === 0) {
  console.error('No test file matches.');
  process.exit(1);
}

const temporary = await mkdtemp(join(tmpdir(), 'arcade-migrate-test-'));
const servers: Promise<Provided>[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    stopTestProcesses();
    await cleanUp();
    process.exit(130);
  });
}

try {
  const built = await build();
  const env = await startServers();
  const results = await inParallel(files, availableParallelism(), async (file) => {
    const result = await runTestFile(file, root, env);
    printResult(result);
    return result;
  });
  process.exitCode = summarise(results, built);
} finally {
  await cleanUp();
}

/** The end-to-end tests run the built program. */
async function build(): Promise<boolean> {
  const { status, stdout, stderr } = await run('npm', ['run', '--silent', 'build'], { cwd: root });
  if (status !== 0) console.log(`The program does not build:\n${stdout}${stderr}`);
  return status === 0;
}

/** Starts the servers. Returns the environment variables that the tests need. */
async function startServers(): Promise<Record<string, string>> {
  // The tests start mongosh hundreds of times. Node 22 and later cache its compiled code.
  const cache = join(temporary, 'compile-cache');
  const env: Record<string, string> = {
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    NODE_COMPILE_CACHE: cache,
  };
  const provide: Record<Server, Promise<Provided>> = {
    postgres: providePostgres(temporary),
    mongo: provideMongo(temporary),
  };
  servers.push(...Object.values(provide));
  for (const server of ['postgres', 'mongo'] as const) {
    const provided = await provide[server];
    if (provided.url === null) {
      console.log(`no ${server}: ${provided.reason}`);
      env[variableOf(server)] = '';
      env[whyNot(server)] = provided.reason.trim().split('\n').at(-1) ?? '';
    } else {
      Object.assign(env, provided.env, { [variableOf(server)]: provided.url });
      console.log(provided.about);
    }
  }
  return env;
}

async function cleanUp(): Promise<void> {
  for (const server of await Promise.all(servers.splice(0))) if (server.url !== null) await server.stop();
  await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
}

function printResult({ file, output, seconds, passed, failed, skipped, fault }: TestResult): void {
  const counts = [`${passed} passed`, failed > 0 && `${failed} FAILED`, skipped > 0 && `${skipped} skipped`];
  console.log(`${file}: ${counts.filter(Boolean).join(', ')} (${seconds.toFixed(1)} s)`);
  if (failed > 0) console.log(output.trimEnd().replaceAll(/^/gm, '    '));
  if (fault !== null) console.log(`    ${fault}`);
}

/** Prints what went wrong, what could not run, and the totals. Returns the exit status. */
function summarise(results: readonly TestResult[], built: boolean): 0 | 1 {
  const passed = sum(results.map((result) => result.passed));
  const failed = sum(results.map((result) => result.failed)) + (built ? 0 : 1);
  const skipped = sum(results.map((result) => result.skipped));

  console.log();
  if (!built) console.log('FAILED: the program does not build');
  for (const result of results) if (result.failed > 0) console.log(`FAILED: ${result.file}`);
  if (skipped > 0) {
    console.log(`NOT RUN: ${skipped} of the tests could not run here.`);
    for (const { file, skipped, reasons } of results) {
      if (skipped > 0) console.log(`  ${file}: ${skipped}. ${reasons.join('; ') || 'skipped in the file'}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  // CI must not skip tests silently.
  const mustRunAll = ['true', '1'].includes(process.env.CI ?? '');
  return failed > 0 || (mustRunAll && skipped > 0) ? 1 : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
