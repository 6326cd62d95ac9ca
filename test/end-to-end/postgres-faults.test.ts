import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'libpg-query';
import * as assert from 'uvu/assert';
import { keystoneCase } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { mustHoldLinks, withOldDatabase } from '../support/old-postgres.ts';
import { runSqlFile } from '../support/postgres.ts';
import { mustOnlyRead, mustSucceed, readState } from '../support/postgres-steps.ts';
import { temporaryFolder } from '../support/temporary.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, scripts that fail half-way or meet each other');

const example = keystoneCase('todo-all-kinds');

/** The script up to the end of each statement, without the last, which is COMMIT. */
async function beginnings(script: string): Promise<string[]> {
  const text = await readFile(script);
  const { stmts = [] } = await parse(text.toString('utf8'));
  return stmts
    .slice(0, -1)
    .map(
      ({ stmt_location: start = 0, stmt_len: length = 0 }) =>
        `${text.subarray(0, start + length).toString('utf8')};\n`,
    );
}

for (const [what, fault] of [
  ['a statement that fails', 'SELECT 1 / 0;\n'],
  ['a connection that is killed', 'SELECT pg_terminate_backend(pg_backend_pid());\n'],
] as const) {
  for (const direction of ['migrate', 'rollback'] as const) {
    test(`${direction}, after each statement ${what}: the database is as before`, () =>
      withOldDatabase(
        example,
        async ({ database, scripts }) => {
          if (direction === 'rollback') await mustSucceed(database, scripts.migrate);
          const before = await readState(database);
          const file = join(await temporaryFolder(), 'cut.sql');
          for (const beginning of await beginnings(scripts[direction])) {
            await writeFile(file, beginning + fault);
            const { status } = await runSqlFile(database, file);
            assert.is.not(status, 0);
            assert.equal(await readState(database), before, `after ${beginning.slice(-200)}`);
          }
          await mustSucceed(database, scripts[direction]);
        },
        ...['--reconcile', 'merge'],
      ));
  }
}

test('two migrates at once: one does it, the other refuses', () =>
  withOldDatabase(example, async ({ database, scripts, dataset }) => {
    const outcomes = await Promise.all([
      runSqlFile(database, scripts.migrate),
      runSqlFile(database, scripts.migrate),
    ]);
    assert.equal(outcomes.map(({ status }) => status === 0).sort(), [false, true]);
    const refused = outcomes.find(({ status }) => status !== 0);
    assert.match(refused?.stderr ?? '', 'already migrated');
    await mustOnlyRead(database, scripts.verify);
    await mustHoldLinks(database, example, dataset);
  }));

test.run();
