import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { generateScripts, runCli } from '../support/cli.ts';
import { type KeystoneCase, keystoneCase, keystoneCases } from '../support/keystone-cases.ts';
import { suiteNeeding } from '../support/needs.ts';
import { fillOldPostgres, mustHoldLinks } from '../support/old-postgres.ts';
import { loadSqlFile, readSchema, withDatabase } from '../support/postgres.ts';
import { readAllRows } from '../support/postgres-data.ts';
import { mustBeSchema, mustOnlyRead, mustRefuse, mustSucceed } from '../support/postgres-steps.ts';
import type { Schema } from '../support/schema.ts';
import { temporaryFolder } from '../support/temporary.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, from old Keystone and back');

for (const example of keystoneCases.filter(({ refused }) => refused === null)) {
  test(example.name, async () => {
    const scripts = await generateScripts(example, 'postgres');
    const after = await schemaOf(example, 'after.sql');

    await withDatabase(async (database) => {
      const dataset = await fillOldPostgres(database, example, 1);
      const before = await readSchema(database);
      const rows = await readAllRows(database);
      // Relationships with one single side look the same before and after.
      assert.is(existsSync(scripts.migrate), before.text !== after.text);
      if (before.text === after.text) return;

      await mustRefuse(database, scripts.verify);
      await mustRefuse(database, scripts.rollback);
      await mustOnlyRead(database, scripts.preflight);
      await mustSucceed(database, scripts.migrate);
      mustBeSchema(await readSchema(database), after, 'the schema is not that of a new Keystone');
      await mustOnlyRead(database, scripts.verify);

      await mustHoldLinks(database, example, dataset);
      await mustRefuse(database, scripts.preflight);
      await mustRefuse(database, scripts.migrate, /already migrated/);

      await mustSucceed(database, scripts.rollback);
      mustBeSchema(await readSchema(database), before, 'rollback did not restore the schema');
      assert.equal(await readAllRows(database), rows, 'rollback did not restore the rows');
      await mustRefuse(database, scripts.rollback);
      await mustRefuse(database, scripts.verify);
      await mustOnlyRead(database, scripts.preflight);
    });
  });
}

test('what Keystone refuses is refused, and nothing is written', async () => {
  const example = keystoneCase('self-paired-with-itself');
  const out = await temporaryFolder();
  const { status, stderr } = await runCli(example.folder, 'generate', 'lists.js', '--out', out);
  assert.is(status, 1);
  assert.match(stderr, 'User.friends');
  assert.match(stderr, /lists\.js:13/);
  assert.equal(await readdir(out), []);
});

async function schemaOf(example: KeystoneCase, file: string): Promise<Schema> {
  return withDatabase(async (database) => {
    await loadSqlFile(database, join(example.folder, file));
    return readSchema(database);
  });
}

test.run();
