import fc from 'fast-check';
import { type Db, MongoClient } from 'mongodb';
import * as assert from 'uvu/assert';
import { collectionOfList, relationshipName } from '../../generator/relationships/index.ts';
import { writeScriptsFor } from '../support/library-scripts.ts';
import { serverUrl, suiteNeeding } from '../support/needs.ts';
import { databases, NONE, RUNS, sidesOf } from '../support/random-databases.ts';
import { distinct, expectedLinks, type Pair, type Stored } from '../support/random-links.ts';
import {
  fill,
  GONE,
  isPossible,
  type RandomMongo,
  readLinks,
  readMigrated,
  readSide,
  runScripts,
} from '../support/random-mongo.ts';
import { seed } from '../support/seed.ts';

const test = suiteNeeding('mongo', `MongoDB, random lists, data and drift, seed ${seed}`);

/** A random database, and the links that each relationship must have after migrate. */
interface Case extends RandomMongo {
  readonly expected: readonly (string[] | null)[];
}

for (const reconcile of ['abort', 'merge'] as const) {
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

async function makeCases(client: MongoClient, reconcile: 'abort' | 'merge'): Promise<Case[]> {
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

type Outcome = Readonly<Record<string, string>>;

async function mustBeRefused(db: Db, example: Case, outcome: Outcome): Promise<void> {
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

async function mustBeMigrated(db: Db, example: Case, outcome: Outcome): Promise<void> {
  assert.equal(outcome, { preflight: 'ok', migrate: 'ok', verify: 'ok' }, said(example));
  for (const [index, relationship] of example.relationships.entries()) {
    const pairs = await readMigrated(db, example, relationship);
    assert.equal(distinct(pairs), example.expected[index], said(example));
    assert.is(distinct(pairs).length, pairs.length, `${relationship.collection} has repeated pairs`);
  }
}

async function mustBeRolledBack(db: Db, example: Case): Promise<void> {
  for (const [index, relationship] of example.relationships.entries()) {
    for (const side of sidesOf(relationship)) {
      const links = await readLinks(db, example, relationship, side);
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

test.run();
