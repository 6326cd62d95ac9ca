import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Document, ObjectId } from 'mongodb';
import * as assert from 'uvu/assert';
import { runCli } from '../support/cli.ts';
import { runOrThrow } from '../support/command.ts';
import { type KeystoneCase, keystoneCase } from '../support/keystone-cases.ts';
import { type MongoDatabase, readShape, runMongoFile, withMongoDatabase } from '../support/mongo.ts';
import * as mongo from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import { fillOldPostgres, mustHoldLinks } from '../support/old-postgres.ts';
import { type Database, loadSqlFile, readSchema, withDatabase } from '../support/postgres.ts';
import { readAllRows } from '../support/postgres-data.ts';
import { mustBeSchema, mustOnlyRead, mustRefuse, mustSucceed } from '../support/postgres-steps.ts';
import type { Schema } from '../support/schema.ts';
import { temporaryFolder } from '../support/temporary.ts';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const onMongo = suiteNeeding('mongo', 'several adapters, MongoDB');
const onPostgres = suiteNeeding('postgres', 'several adapters, PostgreSQL');

/** The field case, with the scripts that `generate` writes with these options. */
async function manyAdapters(...options: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  await cp(join(repository, 'test/fixtures/field-cases/report-many-adapters'), folder, { recursive: true });
  await mustRun(folder, 'generate', 'index.js', ...options);
  return folder;
}

async function mustRun(folder: string, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli(folder, ...args);
  assert.is(status, 0, `${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

const id = (list: number, item: number) => new ObjectId(`${list}${item.toString(16).padStart(23, '0')}`);
const HOBBIES = [id(1, 1), id(1, 2)] as const;
const INTERESTS = [id(2, 1), id(2, 2)] as const;
const PRODUCTS = [id(3, 1), id(3, 2), id(3, 3)] as const;

/** Runs a test with the old databases of the adapters people and shop. */
const withOldDatabases = (work: (people: MongoDatabase, shop: MongoDatabase) => Promise<void>) =>
  withMongoDatabase((people) =>
    withMongoDatabase(async (shop) => {
      await people.db.collection<Document>('hobbies').insertMany([
        { _id: HOBBIES[0], name: 'chess', interests: [INTERESTS[1], INTERESTS[0]] },
        { _id: HOBBIES[1], name: 'rowing', interests: [INTERESTS[1]] },
      ]);
      await people.db.collection<Document>('interests').insertMany([
        { _id: INTERESTS[0], name: 'games', hobbies: [HOBBIES[0]] },
        { _id: INTERESTS[1], name: 'sport', hobbies: [HOBBIES[0], HOBBIES[1]] },
      ]);
      await shop.db.collection<Document>('products').insertMany([
        { _id: PRODUCTS[0], name: 'board', related: [PRODUCTS[2], PRODUCTS[1]] },
        { _id: PRODUCTS[1], name: 'pieces', related: [] },
        { _id: PRODUCTS[2], name: 'clock', related: [PRODUCTS[0]] },
      ]);
      await work(people, shop);
    }),
  );

/** Asserts that both databases are as Keystone 8 has them, with every link and nothing of the other. */
async function mustBeMigrated(people: MongoDatabase, shop: MongoDatabase): Promise<void> {
  const documents = ({ db }: MongoDatabase, collection: string) =>
    db.collection(collection).find().sort({ _id: 1 }).toArray();
  const links = async (database: MongoDatabase, collection: string, near: string, far: string) =>
    (await documents(database, collection)).map((link) => [String(link[near]), String(link[far])]);
  const expected = (pairs: readonly (readonly [ObjectId, ObjectId])[]) =>
    pairs.map((pair) => pair.map(String));
  assert.equal(
    await links(people, 'hobby_interests_interest_hobbies', 'Hobby_left_id', 'Interest_right_id'),
    expected([
      [HOBBIES[0], INTERESTS[1]],
      [HOBBIES[0], INTERESTS[0]],
      [HOBBIES[1], INTERESTS[1]],
    ]),
  );
  assert.equal(
    await links(shop, 'product_related_manies', 'Product_left_id', 'Product_right_id'),
    expected([
      [PRODUCTS[0], PRODUCTS[2]],
      [PRODUCTS[0], PRODUCTS[1]],
      [PRODUCTS[2], PRODUCTS[0]],
    ]),
  );
  for (const [database, collection, field] of [
    [people, 'hobbies', 'interests'],
    [people, 'interests', 'hobbies'],
    [shop, 'products', 'related'],
  ] as const) {
    for (const document of await documents(database, collection)) assert.not(field in document);
  }
}

const collectionsOf = async ({ db }: MongoDatabase) =>
  Object.keys(await readShape(db)).filter((name) => !name.startsWith('changelog'));
const PEOPLE = ['hobbies', 'hobby_interests_interest_hobbies', 'interests'];
const SHOP = ['product_related_manies', 'products'];

onMongo('each adapter is migrated by its own scripts, and rolled back; none knows the lists of another', () =>
  withOldDatabases(async (people, shop) => {
    const folder = await manyAdapters();
    const script = (adapter: string, name: string) => join(folder, 'out/0001_arcade', adapter, `${name}.js`);
    const before = [await mongo.readMongoState(people.db), await mongo.readMongoState(shop.db)];
    for (const [adapter, database, others] of [
      ['people', people, /product/i],
      ['shop', shop, /hobb|interest/i],
    ] as const) {
      const { status, stdout, stderr } = await runMongoFile(database.url, script(adapter, 'preflight'));
      assert.is(status, 0, `${stdout}${stderr}`);
      assert.match(stdout, 'verdict: ready to migrate');
      assert.not.match(`${stdout}${stderr}`, others);
      await mongo.mustSucceed(database, script(adapter, 'migrate'));
      await mongo.mustOnlyRead(database, script(adapter, 'verify'));
    }
    await mustBeMigrated(people, shop);
    assert.equal([await collectionsOf(people), await collectionsOf(shop)], [PEOPLE, SHOP]);
    await mongo.mustSucceed(people, script('people', 'rollback'));
    await mongo.mustSucceed(shop, script('shop', 'rollback'));
    assert.equal([await mongo.readMongoState(people.db), await mongo.readMongoState(shop.db)], before);
  }),
);

onMongo('migrate-mongo runs the files of each adapter on its own database, with a folder for each', () =>
  withOldDatabases(async (people, shop) => {
    const folder = await manyAdapters('--layout', 'migrate-mongo');
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'), 'dir');
    const databases = { people, shop };
    const run = async (adapter: 'people' | 'shop', command: string) => {
      const config = {
        mongodb: { url: databases[adapter].url },
        migrationsDir: `migrations/${adapter}`,
        changelogCollectionName: 'changelog',
        lockCollectionName: 'changelog_lock',
        lockTtl: 0,
        migrationFileExtension: '.js',
        moduleSystem: 'commonjs',
      };
      const file = `${adapter}.config.js`;
      await writeFile(join(folder, file), `module.exports = ${JSON.stringify(config)};\n`);
      await runOrThrow(join(folder, 'node_modules/.bin/migrate-mongo'), [command, '-f', file], {
        cwd: folder,
      });
    };
    await run('people', 'up');
    await run('shop', 'up');
    await mustBeMigrated(people, shop);
    await mongo.mustOnlyRead(people, join(folder, 'out/0001_arcade/people/verify.js'));
    await mongo.mustOnlyRead(shop, join(folder, 'out/0001_arcade/shop/verify.js'));
    await run('shop', 'down');
    await mongo.mustOnlyRead(people, join(folder, 'out/0001_arcade/people/verify.js'));
    assert.equal((await collectionsOf(shop)).sort(), ['products']);
  }),
);

onMongo('rehearse runs the scripts of one adapter, and asks which', () =>
  withMongoDatabase(async ({ url }) => {
    const folder = await manyAdapters();
    const asked = await runCli(folder, 'rehearse', '--url', url);
    assert.is(asked.status, 2);
    assert.match(asked.stderr, 'rehearse 0001_arcade/people, rehearse 0001_arcade/shop');
    const env = { PATH: `${join(repository, 'node_modules/.bin')}:${process.env.PATH}` };
    const { stdout } = await runOrThrow(
      process.execPath,
      [join(repository, 'dist/cli.js'), 'rehearse', '0001_arcade/shop', '--url', url, '--items', '5'],
      { cwd: folder, env, timeoutSeconds: 300 },
    );
    assert.match(stdout, 'Rehearsed 0001_arcade/shop on MongoDB');
    assert.not.match(stdout, 'Hobby');
  }),
);

/** The case with another name for the list User, so that it can be in one Keystone with another case. */
const renamed = (text: string): string => text.replaceAll('User', 'Writer').replaceAll('user', 'writer');

/** The calls of createList of a case, for one of several adapters. */
async function listsOf({ folder }: KeystoneCase, adapter: string): Promise<string> {
  const text = await readFile(join(folder, 'lists.js'), 'utf8');
  return text
    .slice(text.indexOf('keystone.createList'), text.indexOf('module.exports'))
    .replaceAll(/createList\('\w+', {/g, (call) => `${call} adapterName: '${adapter}',`);
}

onPostgres(
  'two adapters with a database each, and a schema each, end as Keystone 8 creates them',
  async () => {
    const cms = keystoneCase('schema-cms');
    const original = keystoneCase('many-to-many-two-sided');
    const folder = await temporaryFolder();
    const blog: KeystoneCase = {
      ...JSON.parse(renamed(JSON.stringify(original))),
      folder: join(folder, 'blog'),
    };
    await mkdir(blog.folder);
    for (const file of ['before.sql', 'after.sql', 'lists.js']) {
      await writeFile(join(blog.folder, file), renamed(await readFile(join(original.folder, file), 'utf8')));
    }
    await writeFile(
      join(folder, 'index.js'),
      `const { Keystone } = require('@keystonejs/keystone');
const { KnexAdapter } = require('@keystonejs/adapter-knex');
const { Text, Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({
  adapters: { blog: new KnexAdapter(), cms: new KnexAdapter({ schemaName: 'cms' }) },
  defaultAdapter: 'blog',
});
${await listsOf(blog, 'blog')}${await listsOf(cms, 'cms')}`,
    );
    await mustRun(folder, 'generate', 'index.js');
    await mustRun(folder, 'check', 'index.js');

    await withDatabase(async (one) => {
      await withDatabase(async (other) => {
        for (const [adapter, example, database] of [
          ['blog', blog, one],
          ['cms', cms, other],
        ] as const) {
          const script = (name: string) => join(folder, 'out/0001_arcade', adapter, `${name}.sql`);
          const dataset = await fillOldPostgres(database, example, 1);
          const before = await readSchema(database);
          const rows = await readAllRows(database);
          await mustOnlyRead(database, script('preflight'));
          await mustSucceed(database, script('migrate'));
          mustBeSchema(
            await readSchema(database),
            await afterOf(example),
            'not the schema of a new Keystone',
          );
          await mustOnlyRead(database, script('verify'));
          await mustHoldLinks(database, example, dataset);
          await mustSucceed(database, script('rollback'));
          mustBeSchema(await readSchema(database), before, 'rollback did not restore the schema');
          assert.equal(await readAllRows(database), rows);
        }
        await mustRefuse(one, join(folder, 'out/0001_arcade/blog/rollback.sql'));
      });
    });
  },
);

const afterOf = ({ folder }: KeystoneCase): Promise<Schema> =>
  withDatabase(async (database: Database) => {
    await loadSqlFile(database, join(folder, 'after.sql'));
    return readSchema(database);
  });

onMongo.run();
onPostgres.run();
