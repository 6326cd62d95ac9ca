import * as assert from 'uvu/assert';
import { type KeystoneCase, keystoneCase, type Relationship } from '../support/keystone-cases.ts';
import { readContent } from '../support/mongo-data.ts';
import * as mongo from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import * as oldMongo from '../support/old-mongo.ts';
import * as oldPostgres from '../support/old-postgres.ts';
import { readSchema } from '../support/postgres.ts';
import { readAllRows } from '../support/postgres-data.ts';
import * as postgres from '../support/postgres-steps.ts';

/** What the documents of Arcade have for these lists, where the left side is the one that is declared first. */
const documented: readonly KeystoneCase[] = [
  swapped(keystoneCase('many-to-many-two-sided'), {
    tableName: 'User_posts_Post_authors',
    columnName: null,
    columnNames: {
      'User.posts': { near: 'User_left_id', far: 'Post_right_id' },
      'Post.authors': { near: 'Post_right_id', far: 'User_left_id' },
    },
    collection: 'user_posts_post_authors',
  }),
  swapped(keystoneCase('one-to-one-two-sided'), {
    tableName: 'User',
    columnName: 'post',
    columnNames: null,
    collection: 'users',
  }),
];

const onPostgres = suiteNeeding('postgres', 'PostgreSQL, sides in the order of declaration');
const onMongo = suiteNeeding('mongo', 'MongoDB, sides in the order of declaration');

for (const example of documented) {
  onPostgres(example.name, () =>
    oldPostgres.withOldDatabase(
      example,
      async ({ database, scripts, dataset }) => {
        const before = await readSchema(database);
        const rows = await readAllRows(database);
        await postgres.mustOnlyRead(database, scripts.preflight);
        await postgres.mustSucceed(database, scripts.migrate);
        await postgres.mustOnlyRead(database, scripts.verify);
        await oldPostgres.mustHoldLinks(database, example, dataset);
        await postgres.mustSucceed(database, scripts.rollback);
        postgres.mustBeSchema(await readSchema(database), before, 'rollback did not restore the schema');
        assert.equal(await readAllRows(database), rows, 'rollback did not restore the rows');
      },
      '--side-order',
      'declaration',
    ),
  );

  onMongo(example.name, () =>
    oldMongo.withOldMongo(
      example,
      async ({ database, scripts, dataset }) => {
        const content = await readContent(database.db, example);
        await mongo.mustOnlyRead(database, scripts.preflight);
        await mongo.mustSucceed(database, scripts.migrate);
        await mongo.mustOnlyRead(database, scripts.verify);
        await oldMongo.mustHoldLinks(database, example, dataset);
        await mongo.mustSucceed(database, scripts.rollback);
        assert.equal(
          await readContent(database.db, example),
          content,
          'rollback did not restore the documents',
        );
      },
      '--side-order',
      'declaration',
    ),
  );
}

/** The case with its one relationship the other way round. */
function swapped(
  example: KeystoneCase,
  names: Pick<Relationship, 'tableName' | 'columnName' | 'columnNames' | 'collection'>,
): KeystoneCase {
  const [relationship] = example.relationships;
  if (!relationship?.right) throw new Error(`${example.name} is not one two-sided relationship`);
  const { left, right, cardinality } = relationship;
  return { ...example, relationships: [{ left: right, right: left, cardinality, ...names }] };
}

onPostgres.run();
onMongo.run();
