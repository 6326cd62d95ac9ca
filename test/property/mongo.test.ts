import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Db, MongoClient, ObjectId } from 'mongodb';
import * as assert from 'uvu/assert';
import { planMigration } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import {
  collectionOfList,
  findRelationships,
  type Relationship,
  relationshipName,
  type Side,
} from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { project } from '../support/arbitraries.ts';
import { databaseUrl } from '../support/mongo.ts';
import { serverUrl, suiteNeeding } from '../support/needs.ts';
import { runInOneMongosh } from '../support/one-mongosh.ts';
import {
  distinct,
  expectedLinks,
  ITEMS,
  type Pair,
  type Reconcile,
  type Stored,
  storedInField,
  storedLinks,
} from '../support/random-links.ts';
import { seed } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Databases for each --reconcile; more with an environment variable. The seed is part of every failure. */
const RUNS = Number(process.env.ARCADE_TEST_RUNS ?? 70);

/** An item that is gone: old Keystone left its id in the arrays and fields of others. */
const GONE = 99;

const test = suiteNeeding('mongo', `MongoDB, random lists, data and drift, seed ${seed}`);

interface Drawn {
  readonly project: Project;
  readonly relationships: readonly Relationship[];
  readonly stored: readonly Stored[];
}

const drawn: fc.Arbitrary<Drawn> = project
  .map((found) => ({
    project: found,
    ...findRelationships(found, { sideOrder: 'alphabetical', locale: 'en' }),
  }))
  .filter(({ project: { lists }, diagnostics }) => {
    const collections = lists.map(collectionOfList);
    return diagnostics.length === 0 && new Set(collections).size === collections.length;
  })
  .chain(({ project, relationships }) =>
    fc.tuple(...relationships.map(storedLinks), fc.boolean()).map((parts) => ({
      project,
      relationships,
      stored: relationships.map((relationship, index) =>
        asStored(relationship, parts[index] as Stored, parts.at(-1) === true),
      ),
    })),
  );

/** A database of one draw, and what must become of it. */
interface Case extends Drawn {
  readonly name: string;
  readonly folder: string;
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
  for (const [index, draw] of fc.sample(drawn, { seed, numRuns: RUNS }).entries()) {
    const { plan, diagnostics } = planMigration(draw.project, draw.relationships, {
      databases: ['mongo'],
      schemaName: 'public',
      lockTimeout: '5s',
      sideOrder: 'alphabetical',
      locale: 'en',
      reconcile,
    });
    if (diagnostics.length > 0) continue;
    const folder = await temporaryFolder();
    for (const { path, text } of renderScripts(plan)) {
      if (path.endsWith('.js')) await writeFile(join(folder, path.replace('mongo/', '')), text);
    }
    const name = `arcade_random_${process.pid}_${reconcile}_${index}`;
    await fill(client.db(name), draw);
    const expected = draw.relationships.map((relationship, position) =>
      expectedLinks(relationship, withoutGone(draw.stored[position]), reconcile),
    );
    cases.push({ ...draw, name, folder, expected });
  }
  return cases;
}

/** What each script said, by database: `ok`, or the message of its error. */
type Outcomes = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function runScripts(cases: readonly Case[], names: readonly string[]): Promise<Outcomes> {
  const jobs = cases.flatMap(({ name, folder }) =>
    names.map((script) => ({ url: databaseUrl(name), script: join(folder, `${script}.js`) })),
  );
  const said = await runInOneMongosh(jobs);
  const outcomes = cases.map(({ name }, index) => {
    const own = said.slice(index * names.length, (index + 1) * names.length);
    return [name, Object.fromEntries(names.map((script, position) => [script, own[position] ?? '']))];
  });
  return Object.fromEntries(outcomes);
}

async function mustBeRefused(db: Db, example: Case, outcome: Outcomes[string]): Promise<void> {
  assert.match(outcome.preflight ?? '', /checks? failed/, said(example));
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
    for (const side of [relationship.left, relationship.right].filter((side) => side !== null)) {
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

const NONE: Stored = { left: [], right: [] };

/** What remains of links when each side stores them as it can; some items also point at one that is gone. */
function asStored({ left, right }: Relationship, links: Stored, withGone: boolean): Stored {
  const keep = (side: Side, pairs: readonly Pair[], end: 0 | 1): readonly Pair[] => {
    const gone: Pair = end === 0 ? [1, GONE] : [GONE, 1];
    const all = withGone ? [...pairs, gone] : pairs;
    return side.many ? all : storedInField(all, end);
  };
  return { left: keep(left, links.left, 0), right: right ? keep(right, links.right, 1) : [] };
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
