import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type Db, type Document, ObjectId } from 'mongodb';
import { writeScripts } from '../support/library-scripts.ts';
import { type MongoDatabase, runMongoFile, withMongoDatabase } from '../support/mongo.ts';
import { variableOf } from '../support/needs.ts';
import { provideMongo } from '../support/servers/mongo.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { table } from './table.ts';
import { projectOfKind } from './two-sided.ts';

const sizes = [1_000, 20_000, 200_000];
const linksPerItem = 10;

/** The script that people write by hand: it inserts each link on its own. */
const byHand = `
db.posts.find({}).forEach((post) => {
  (post.users || []).forEach((user) => {
    db.post_users_user_posts.insertOne({ Post_left_id: post._id, User_right_id: user, __v: 0 });
  });
});
db.posts.updateMany({}, { $unset: { users: '' } });
db.users.updateMany({}, { $unset: { posts: '' } });
`;

/**
 * The scripts for a two-sided many-to-many relationship on MongoDB, and a handwritten script. Times are in seconds of real time and
 * include a start of mongosh. The line above the table has the time of that start, and the ratios do not include it. `resolve` is
 * migrate with `--reconcile resolve` on a database with 1 % of drifted links. The other columns are for a database without drift.
 */
export async function benchMongo(): Promise<string> {
  const folder = await temporaryFolder();
  const server = await provideMongo(folder);
  if (server.url === null) return `could not run: ${server.reason}`;
  try {
    process.env[variableOf('mongo')] = server.url;
    const start = await secondsToStart();
    const rows: string[][] = [];
    for (const links of sizes) rows.push(await measure(links, start));
    const head = [
      ...['links', 'preflight', 'migrate', 'verify', 'rollback', 'resolve', 'by hand'],
      ...['resolve / migrate', 'by hand / migrate'],
    ];
    return `${server.about}; mongosh itself takes ${start.toFixed(1)} s\n${table([head, ...rows])}`;
  } finally {
    await server.stop();
  }
}

async function measure(links: number, start: number): Promise<string[]> {
  const script = await writeScripts(projectOfKind('many-to-many'), 'mongo');
  const handwritten = await write('by-hand.js', byHand);
  const slow = await withMongoDatabase(async (database) => {
    await fill(database.db, links);
    const seconds = await timed(database, handwritten);
    await mustHold(database.db, links);
    return seconds;
  });
  const [preflight, migrate, verify, rollback] = await withMongoDatabase(async (database) => {
    await fill(database.db, links);
    const before = await timed(database, script('preflight'));
    const seconds = await timed(database, script('migrate'));
    await mustHold(database.db, links);
    return [
      before,
      seconds,
      await timed(database, script('verify')),
      await timed(database, script('rollback')),
    ] as const;
  });
  const resolving = await writeScripts(projectOfKind('many-to-many'), 'mongo', 'resolve');
  const resolve = await withMongoDatabase(async (database) => {
    await fill(database.db, links);
    await drift(database.db);
    return timed(database, resolving('migrate'));
  });
  const ratio = (seconds: number) => Math.max(seconds - start, 0) / Math.max(migrate - start, 0.01);
  return [
    String(links),
    ...[preflight, migrate, verify, rollback, resolve, slow, ratio(resolve), ratio(slow)].map((number) =>
      number.toFixed(1),
    ),
  ];
}

/** Makes 1 % of the links differ. The kept side has room for half of them, and the others must be set aside. */
async function drift(db: Db): Promise<void> {
  const everyTwoHundredth = async (collection: string) => {
    const ids = await db
      .collection(collection)
      .find({}, { projection: { _id: 1 }, sort: { _id: 1 } })
      .toArray();
    return { _id: { $in: ids.filter((_, index) => index % 200 === 0).map(({ _id }) => _id) } };
  };
  await db.collection('posts').updateMany(await everyTwoHundredth('posts'), { $set: { users: [] } });
  await db
    .collection('users')
    .updateMany(await everyTwoHundredth('users'), { $set: { posts: [new ObjectId('f'.repeat(24))] } });
}

/** How long mongosh takes for a script that does almost nothing. */
async function secondsToStart(): Promise<number> {
  const nothing = await write('nothing.js', 'db.getCollectionInfos();\n');
  return withMongoDatabase(async (database) => {
    await timed(database, nothing); // the first start is slower, so it does not count
    return timed(database, nothing);
  });
}

async function write(name: string, text: string): Promise<string> {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, text);
  return file;
}

/** Posts and users with ten links each. Both sides agree. */
async function fill(db: Db, links: number): Promise<void> {
  const items = links / linksPerItem;
  const id = (list: number, item: number) =>
    new ObjectId(list.toString(16).padStart(8, '0') + item.toString(16).padStart(16, '0'));
  const steps = Array.from({ length: linksPerItem }, (_, index) => (index * 97) % items);
  const document = (list: number, item: number, path: string, direction: 1 | -1): Document => ({
    _id: id(list, item),
    name: `item ${item}`,
    [path]: steps.map((step) => id(3 - list, (item + direction * step + items) % items)),
    __v: 0,
  });
  const all = Array.from({ length: items }, (_, item) => item);
  await db.collection('posts').insertMany(all.map((item) => document(1, item, 'users', 1)));
  await db.collection('users').insertMany(all.map((item) => document(2, item, 'posts', -1)));
}

/** Asserts that a script has migrated the database. */
async function mustHold(db: Db, links: number): Promise<void> {
  const found = await db.collection('post_users_user_posts').countDocuments();
  const left = await db.collection('posts').countDocuments({ users: { $exists: true } });
  if (found !== links || left > 0) throw new Error(`${found} links and ${left} arrays, not ${links} and 0`);
}

/** Runs a script that must succeed. Returns how many seconds it took. */
async function timed({ url }: MongoDatabase, file: string): Promise<number> {
  const begin = performance.now();
  const { status, stdout, stderr } = await runMongoFile(url, file, { timeoutSeconds: 1800 });
  if (status !== 0) throw new Error(`${file} ended with status ${status}\n${stdout}${stderr}`);
  return (performance.now() - begin) / 1000;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await benchMongo());
