import fc from 'fast-check';
import { type Db, MongoClient, ObjectId } from 'mongodb';
import * as assert from 'uvu/assert';
import type { Project } from '../../generator/reader/project.ts';
import {
  collectionOfList,
  type Relationship,
  relationshipName,
  type Side,
} from '../../generator/relationships/index.ts';
import { runInDriver } from '../support/in-driver.ts';
import { writeScriptsFor } from '../support/library-scripts.ts';
import { databaseUrl } from '../support/mongo.ts';
import { serverUrl, suiteNeeding } from '../support/needs.ts';
import { runInOneMongosh } from '../support/one-mongosh.ts';
import { type Drawn, databases, NONE, RUNS, sidesOf } from '../support/random-databases.ts';
import {
  distinct,
  expectedLinks,
  ITEMS,
  type Pair,
  type Reconcile,
  type Stored,
} from '../support/random-links.ts';
import { seed } from '../support/seed.ts';

/** An item that is gone: old Keystone left its id in the arrays and fields of others. */
const GONE = 99;

const test = suiteNeeding('mongo', `MongoDB, random lists, data and drift, seed ${seed}`);

/** No two lists may have one collection. */
const isPossible = ({ lists }: Project): boolean =>
  new Set(lists.map(collectionOfList)).size === lists.length;

/** A database of one draw, and what must become of it. */
interface Case extends Drawn {
  readonly name: string;
  readonly script: (name: string) => string;
  /** Every third is run by mongosh; the others in the form for the driver, which is faster to read. */
  readonly inMongosh: boolean;
  readonly expected: readonly (string[] | null)[];
}

for (const reconcile of ['abort', 'merge', 'discard'] as const) {
  test(`${reconcile}: ${RUNS} databases`, async () => {
    const client = new MongoClient(serverUrl('mongo') ?? '');
    try {
      const cases = await makeCases(client, reconcile);
      const outcomes = await runScripts(cases, ['preflight', 'migrate', 'verify']);
      for (const example of cases) {
        const outcome = outcomes[example.name] ?? {};
        if (example.expected.includes(null)) await mustBeRefused(client.db(example.name), example, outcome);
        else await mustBeMigrated(client.db(example.name), example, outcome);
      }
      const migrated = cases.filter(({ expected }) => !expected.includes(null));
      const undone = await runScripts(migrated, ['rollback']);
      for (const example of migrated) {
        assert.is(undone[example.name]?.rollback, 'ok', said(example));
        await mustBeRolledBack(client.db(example.name), example);
      }
      console.log(`${reconcile}: ${cases.length} databases, ${cases.length - migrated.length} refused`);
      for (const { name } of cases) await client.db(name).dropDatabase();
    } finally {
      await client.close();
    }
  });
}

const said = ({ name, stored, relationships }: Case): string =>
  `seed ${seed}, ${name}: ${relationships.map(relationshipName).join(', ')} ${JSON.stringify(stored)}`;

async function makeCases(client: MongoClient, reconcile: Reconcile): Promise<Case[]> {
  const cases: Case[] = [];
  const draws = fc.sample(databases({ isPossible, gone: GONE }), { seed, numRuns: RUNS });
  for (const [index, draw] of draws.entries()) {
    const script = await writeScriptsFor(draw.project, draw.relationships, 'mongo', reconcile);
    if (script === null) continue;
    const name = `arcade_random_${process.pid}_${reconcile}_${index}`;
    await fill(client.db(name), draw);
    const expected = draw.relationships.map((relationship, position) =>
      expectedLinks(relationship, withoutGone(draw.stored[position]), reconcile),
    );
    cases.push({ ...draw, name, script, inMongosh: index % 3 === 0, expected });
  }
  return cases;
}

/** What each script said, by database: `ok`, or the message of its error. */
type Outcomes = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function runScripts(cases: readonly Case[], names: readonly string[]): Promise<Outcomes> {
  const outcomes = [true, false].map(async (inMongosh) => {
    const chosen = cases.filter((example) => example.inMongosh === inMongosh);
    const jobs = chosen.flatMap(({ name, script }) =>
      names.map((step) => ({ url: databaseUrl(name), script: script(step) })),
    );
    const said = await (inMongosh ? runInOneMongosh(jobs) : runInDriver(jobs));
    return chosen.map(({ name }, index) => {
      const own = said.slice(index * names.length, (index + 1) * names.length);
      return [name, Object.fromEntries(names.map((script, position) => [script, own[position] ?? '']))];
    });
  });
  return Object.fromEntries((await Promise.all(outcomes)).flat());
}

async function mustBeRefused(db: Db, example: Case, outcome: Outcomes[string]): Promise<void> {
  assert.match(outcome.preflight ?? '', /migrate would refuse: \d+ problems?/, said(example));
  for (const [index, relationship] of example.relationships.entries()) {
    if (example.expected[index] !== null) continue;
    assert.match(outcome.migrate ?? '', relationshipName(relationship), said(example));
  }
  assert.match(outcome.migrate ?? '', 'nothing was changed', said(example));
  for (const [index, relationship] of example.relationships.entries()) {
    const { left, right } = example.stored[index] ?? NONE;
    assert.equal(await readSide(db, example, relationship.left), [...left].map(String).sort(), said(example));
    if (!relationship.right) continue;
    const turned = right.map(([a, b]) => String([b, a])).sort();
    assert.equal(await readSide(db, example, relationship.right), turned, said(example));
  }
}

async function mustBeMigrated(db: Db, example: Case, outcome: Outcomes[string]): Promise<void> {
  assert.equal(outcome, { preflight: 'ok', migrate: 'ok', verify: 'ok' }, said(example));
  for (const [index, relationship] of example.relationships.entries()) {
    assert.equal(await readMigrated(db, example, relationship), example.expected[index], said(example));
  }
}

async function mustBeRolledBack(db: Db, example: Case): Promise<void> {
  for (const [index, relationship] of example.relationships.entries()) {
    for (const side of sidesOf(relationship)) {
      const pairs = (await readSide(db, example, side)).map(
        (text) => text.split(',').map(Number) as [number, number],
      );
      const links = pairs
        .filter(([, far]) => far !== GONE)
        .map(([near, far]): Pair => (side === relationship.left ? [near, far] : [far, near]));
      assert.equal(distinct(links), example.expected[index], said(example));
    }
  }
  const collections = (await db.listCollections().toArray()).map(({ name }) => name).sort();
  assert.equal(collections, example.project.lists.map(collectionOfList).sort(), said(example));
}

function withoutGone(stored: Stored | undefined): Stored {
  const exists = ([a, b]: Pair) => a !== GONE && b !== GONE;
  return { left: stored?.left.filter(exists) ?? [], right: stored?.right.filter(exists) ?? [] };
}

/** The id of an item: no two lists have one in common. */
function idOf({ project: { lists } }: Drawn, list: string, item: number): ObjectId {
  const index = lists.findIndex(({ key }) => key === list);
  return new ObjectId(`${(index + 1).toString(16).padStart(12, '0')}${item.toString(16).padStart(12, '0')}`);
}

const itemOf = (id: ObjectId): number => Number.parseInt(id.toHexString().slice(12), 16);

async function fill(db: Db, draw: Drawn): Promise<void> {
  for (const list of draw.project.lists) {
    const documents = Array.from({ length: ITEMS }, (_, index) => ({
      _id: idOf(draw, list.key, index + 1),
      ...Object.fromEntries(fieldsOf(draw, list.key, index + 1)),
    }));
    await db.collection(collectionOfList(list)).insertMany(documents);
  }
}

/** The fields of a document: an item without links lacks them, or has an empty array. */
function fieldsOf(draw: Drawn, list: string, item: number): [string, ObjectId | ObjectId[]][] {
  return draw.relationships.flatMap(({ left, right }, index) => {
    const stored = draw.stored[index] ?? NONE;
    const sides = [
      { side: left, pairs: stored.left },
      ...(right ? [{ side: right, pairs: stored.right.map(([a, b]): Pair => [b, a]) }] : []),
    ];
    return sides
      .filter(({ side }) => side.list === list)
      .flatMap(({ side, pairs }): [string, ObjectId | ObjectId[]][] => {
        const ids = pairs.filter(([near]) => near === item).map(([, far]) => idOf(draw, side.refList, far));
        if (side.many) return ids.length === 0 && item === ITEMS ? [] : [[side.path, ids]];
        return ids[0] ? [[side.path, ids[0]]] : [];
      });
  });
}

/** What a field holds, as `item,other` for each link. */
async function readSide(db: Db, { project }: Case, { list, path }: Side): Promise<string[]> {
  const found = project.lists.find(({ key }) => key === list);
  const documents = await db
    .collection(found ? collectionOfList(found) : '')
    .find()
    .toArray();
  return documents
    .flatMap((document) =>
      [document[path] ?? []].flat().map((id: ObjectId) => `${itemOf(document._id)},${itemOf(id)}`),
    )
    .sort();
}

/** The links where Keystone 8 looks for them. */
async function readMigrated(db: Db, example: Case, relationship: Relationship): Promise<string[]> {
  const { left, right, collection, columnName, tableName } = relationship;
  if (columnName !== null) {
    const holder = left.list === tableName && left.path === columnName ? left : right;
    const pairs = (await readSide(db, example, holder ?? left)).map(
      (text) => text.split(',').map(Number) as [number, number],
    );
    return distinct(
      pairs
        .filter(([, far]) => far !== GONE)
        .map(([near, far]): Pair => (holder === left ? [near, far] : [far, near])),
    );
  }
  const documents = await db.collection(collection).find().toArray();
  const pairs = documents.map(
    (document): Pair => [
      itemOf(document[`${left.list}_left_id`]),
      itemOf(document[`${left.refList}_right_id`]),
    ],
  );
  assert.is(distinct(pairs).length, pairs.length, `${collection} has repeated pairs`);
  return distinct(pairs);
}

test.run();
