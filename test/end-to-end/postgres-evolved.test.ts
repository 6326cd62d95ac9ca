import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { runCli } from '../support/cli.ts';
import { suiteNeeding } from '../support/needs.ts';
import {
  type Database,
  loadSqlFile,
  query,
  readSchema,
  runSqlFile,
  withDatabase,
} from '../support/postgres.ts';
import { readAllRows } from '../support/postgres-data.ts';
import {
  mustBeRefusedByServer,
  mustBeSchema,
  mustOnlyRead,
  mustRefuse,
  mustSucceed,
} from '../support/postgres-steps.ts';
import { temporaryFolder } from '../support/temporary.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, databases that people have changed');

const folder = fileURLToPath(new URL('../fixtures/hand-evolved/', import.meta.url));

type ScriptPath = (name: 'preflight' | 'migrate' | 'verify' | 'rollback') => string;

/** A database of old Keystone as somebody left it, and the scripts for its lists. */
async function withEvolved(
  dump: string,
  work: (database: Database, script: ScriptPath) => Promise<void>,
  ...options: readonly string[]
): Promise<void> {
  const out = await temporaryFolder();
  const { status, stderr } = await runCli(folder, 'generate', 'index.js', '--out', out, ...options);
  assert.is(status, 0, stderr);
  await withDatabase(async (database) => {
    await loadSqlFile(database, join(folder, `${dump}.sql`));
    await work(database, (name) => join(out, '0001_arcade/postgres', `${name}.sql`));
  });
}

const schemaAfter = (dump: string) =>
  withDatabase(async (database) => {
    await loadSqlFile(database, join(folder, `${dump}.sql`));
    return readSchema(database);
  });

const readLinks = (database: Database) =>
  query(
    database,
    `select 'author' as field, id as a, author as b from "Post" where author is not null
     union all select 'tags', "Post_left_id", "Tag_right_id" from "Post_tags_many" order by 1, 2, 3`,
  );

/** What preflight says is created or changed. */
const CHANGED: Readonly<Record<string, RegExp>> = {
  noindex: /created +index post_author_index/,
  nofk: /created +foreign key post_author_foreign/,
  nojoin: /created +foreign key post_tags_many_tag_right_id_foreign/,
  nullable: /ok +Post\.tags -> Tag: 1 links/,
  nocascade: /changed +foreign key post_tags_many_tag_right_id_foreign/,
  setnull: /changed +foreign key post_author_foreign/,
  nobacklink: /note +"public"\."User_posts" does not exist/,
  notags: /created +table "public"\."Post_tags_many"/,
};

for (const [dump, reported] of Object.entries(CHANGED)) {
  test(`${dump}: migrates to the schema of a fresh Keystone 8, and says what changes`, () =>
    withEvolved(dump, async (database, script) => {
      const { stdout } = await runSqlFile(database, script('preflight'));
      assert.match(stdout, reported);
      await mustOnlyRead(database, script('preflight'));
      await mustSucceed(database, script('migrate'));
      mustBeSchema(await readSchema(database), await schemaAfter('postarcade'), 'the schema of Keystone 8');
      await mustOnlyRead(database, script('verify'));
      await mustSucceed(database, script('rollback'));
      mustBeSchema(await readSchema(database), await schemaAfter('full'), 'the schema of old Keystone');
    }));
}

for (const dump of ['full', 'pk', 'withid', 'bigint']) {
  test(`${dump}: migrates and rolls back without a difference`, () =>
    withEvolved(dump, async (database, script) => {
      const [schema, rows] = [await readSchema(database), await readAllRows(database)];
      await mustOnlyRead(database, script('preflight'));
      await mustSucceed(database, script('migrate'));
      await mustOnlyRead(database, script('verify'));
      await mustSucceed(database, script('rollback'));
      mustBeSchema(await readSchema(database), schema, 'the schema after rollback');
      assert.equal(await readAllRows(database), rows);
    }));
}

test('postarcade: already migrated', () =>
  withEvolved('postarcade', async (database, script) => {
    await mustRefuse(database, script('preflight'), /verdict: already migrated/);
    await mustRefuse(database, script('migrate'), /already migrated/);
    await mustOnlyRead(database, script('verify'));
  }));

for (const reconcile of ['abort', 'discard']) {
  test(`k8started, ${reconcile}: refused, with the option that settles it`, () =>
    withEvolved(
      'k8started',
      async (database, script) => {
        await mustRefuse(
          database,
          script('preflight'),
          /Keystone 8 has stored links in "public"\."Post_tags_many" already/,
          /generate with --reconcile merge/,
        );
        await mustBeRefusedByServer('42P07', database, script('migrate'), /Post_tags_many/);
      },
      ...['--reconcile', reconcile],
    ));
}

for (const reconcile of ['merge', 'resolve']) {
  test(`k8started, ${reconcile}: the links of both are kept, each once`, () =>
    withEvolved(
      'k8started',
      async (database, script) => {
        await query(
          database,
          `insert into "Tag" values (2, 'u'); insert into "Post_tags_many" values (1, 2)`,
        );
        await mustOnlyRead(database, script('preflight'));
        await mustSucceed(database, script('migrate'));
        mustBeSchema(await readSchema(database), await schemaAfter('postarcade'), 'the schema of Keystone 8');
        await mustOnlyRead(database, script('verify'));
        assert.equal(await readLinks(database), [
          { field: 'author', a: 1, b: 1 },
          { field: 'tags', a: 1, b: 1 },
          { field: 'tags', a: 1, b: 2 },
        ]);
      },
      ...['--reconcile', reconcile],
    ));
}

test.run();
