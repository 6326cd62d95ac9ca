import fc from 'fast-check';
import { type Db, MongoClient } from 'mongodb';
import * as assert from 'uvu/assert';
import {
  collectionOfList,
  findRelationships,
  type Relationship,
  relationshipName,
  type Side,
  sideName,
} from '../../generator/relationships/index.ts';
import { smallProject } from '../support/arbitraries.ts';
import { writeScriptsFor } from '../support/library-scripts.ts';
import { serverUrl, suiteNeeding } from '../support/needs.ts';
import { NONE, sidesOf } from '../support/random-databases.ts';
import { distinct, ITEMS, type Pair, type Stored, storedInField } from '../support/random-links.ts';
import {
  fill,
  GONE,
  isPossible,
  itemOf,
  type RandomMongo,
  readLinks,
  readMigrated,
  runScripts,
} from '../support/random-mongo.ts';
import { seed } from '../support/seed.ts';

const RUNS = Number(process.env.ARCADE_TEST_RUNS ?? 110);

const test = suiteNeeding('mongo', `MongoDB, resolve and discard, random drift, seed ${seed}`);

/** The content of a database of old Keystone, with every kind of drift. */
type Drifted = Omit<RandomMongo, 'name' | 'script' | 'inMongosh'> & {
  /** Lists that never held an item. */
  readonly missing: readonly string[];
  /** Fields whose ids are text. */
  readonly texts: readonly string[];
};

interface Case extends Drifted, RandomMongo {}

const item = fc.integer({ min: 1, max: ITEMS });
const pairs = fc.array(fc.tuple(item, item), { maxLength: 5 });

/** Links of one relationship: on both sides, on only one side, repeated ones, and ids of missing items. */
const links = fc
  .record({
    agreed: pairs,
    onlyLeft: pairs,
    onlyRight: pairs,
    gone: fc.record({ left: fc.boolean(), right: fc.boolean() }),
  })
  .map(
    ({ agreed, onlyLeft, onlyRight, gone }): Stored => ({
      left: [...agreed, ...onlyLeft, ...(gone.left ? [[1, GONE] as const] : [])],
      right: [...onlyRight, ...agreed, ...(gone.right ? [[GONE, 2] as const] : [])],
    }),
  );

const drifted: fc.Arbitrary<Drifted> = smallProject
  .map((found) => ({
    project: found,
    ...findRelationships(found, { sideOrder: 'alphabetical', locale: 'en' }),
  }))
  .filter(({ project: found, diagnostics }) => diagnostics.length === 0 && isPossible(found))
  .chain(({ project: found, relationships }) =>
    fc
      .record({
        stored: fc.tuple(...relationships.map(() => links)),
        missing: fc.subarray(
          found.lists.map(({ key }) => key),
          { maxLength: 1 },
        ),
        isMissing: fc.nat(5).map((drawn) => drawn === 0),
        texts: fc.subarray(relationships.flatMap(sidesOf).map(sideName)).map((sides) => sides.slice(0, 2)),
      })
      .map(({ stored, missing, isMissing, texts }) => ({
        project: found,
        relationships,
        stored: relationships.map((relationship, index) => asStored(relationship, stored[index] ?? NONE)),
        missing: isMissing ? missing : [],
        texts,
      })),
  );

const asStored = ({ left, right }: Relationship, stored: Stored): Stored => ({
  left: left.many ? stored.left : storedInField(stored.left, 0),
  right: !right ? [] : right.many ? stored.right : storedInField(stored.right, 1),
});

for (const reconcile of ['resolve', 'discard'] as const) {
  test(`${reconcile}: ${RUNS} databases`, async () => {
    const client = new MongoClient(serverUrl('mongo') ?? '');
    try {
      const cases: Case[] = [];
      for (const [index, draw] of fc.sample(drifted, { seed, numRuns: RUNS }).entries()) {
        const script = await writeScriptsFor(draw.project, draw.relationships, 'mongo', reconcile);
        // The scripts refuse a database that has none of the collections.
        if (script === null || listsThatChange(draw).every((list) => draw.missing.includes(list))) continue;
        const name = `arcade_drift_${process.pid}_${reconcile}_${index}`;
        // Only resolve converts texts.
        const texts =
          reconcile === 'resolve' ? changingSides(draw).filter((side) => draw.texts.includes(side)) : [];
        const example = { ...draw, texts, name, script, inMongosh: index % 8 === 0 };
        await fill(client.db(name), example, {
          isMissing: (list) => draw.missing.includes(list),
          isText: (side) => texts.includes(sideName(side)) && !hasGone(example, side),
        });
        cases.push(example);
      }
      const outcomes = await runScripts(cases, ['preflight', 'migrate', 'verify']);
      for (const example of cases) {
        const ok = { preflight: 'ok', migrate: 'ok', verify: 'ok' };
        assert.equal(outcomes[example.name], ok, said(example));
        await mustKeepAll(client.db(example.name), example, reconcile);
      }
      const undone = await runScripts(cases, ['rollback']);
      for (const example of cases) {
        assert.is(undone[example.name]?.rollback, 'ok', said(example));
        await mustBeAsBefore(client.db(example.name), example);
        await client.db(example.name).dropDatabase();
      }
      console.log(`${reconcile}: ${cases.length} databases`);
    } finally {
      await client.close();
    }
  });
}

const said = ({ name, stored, relationships, missing, texts }: Case): string =>
  `seed ${seed}, ${name}: ${relationships.map(relationshipName).join(', ')} ${JSON.stringify({ stored, missing, texts })}`;

const changing = ({ relationships }: Drifted): Relationship[] =>
  relationships.filter(({ cardinality, right }) => cardinality === 'N:N' || right);

/** The fields of relationships that change. No script reads the others. */
const changingSides = (draw: Drifted): string[] => changing(draw).flatMap(sidesOf).map(sideName);

const listsThatChange = (draw: Drifted): string[] =>
  changing(draw).flatMap(({ left }) => [left.list, left.refList]);

/** Whether a side may have the id of a missing item. As text, the scripts would refuse it. */
function hasGone({ relationships, stored, missing }: Drifted, side: Side): boolean {
  if (missing.includes(side.refList)) return true;
  const index = relationships.findIndex((relationship) => sidesOf(relationship).includes(side));
  const { left, right } = stored[index] ?? NONE;
  return [...left, ...right].some((pair) => pair.includes(GONE));
}

/** The links of a relationship between existing documents. */
function linksBefore({ stored, missing }: Case, index: number, { left }: Relationship): Stored {
  const { left: inLeft, right: inRight } = stored[index] ?? NONE;
  const isLink = (pair: Pair) => !pair.includes(GONE);
  if (missing.includes(left.list) || missing.includes(left.refList)) return NONE;
  return { left: inLeft.filter(isLink), right: inRight.filter(isLink) };
}

async function mustKeepAll(db: Db, example: Case, reconcile: 'resolve' | 'discard'): Promise<void> {
  for (const [index, relationship] of example.relationships.entries()) {
    const { left, right, cardinality } = relationship;
    if (cardinality === 'N:1' && !right) continue;
    const before = linksBefore(example, index, relationship);
    // If a list never held an item, ids of it are not links.
    const isMissing = [left.list, left.refList].some((list) => example.missing.includes(list));
    const found = isMissing ? [] : await readMigrated(db, example, relationship);
    const migrated = new Set(distinct(found));
    const what = `${said(example)}: ${relationshipName(relationship)}: ${[...migrated]}`;
    assert.is(migrated.size, found.length, what);
    const givenUp = await readGivenUp(db, example, relationship);
    const [inLeft, inRight] = [distinct(before.left), distinct(before.right)];
    for (const link of right ? inLeft.filter((one) => inRight.includes(one)) : inLeft) {
      assert.ok(migrated.has(link), `both sides had ${link}, which is lost: ${what}`);
    }
    for (const link of [...inLeft, ...inRight]) {
      assert.ok(migrated.has(link) || givenUp.has(link), `${link} is nowhere: ${what}`);
    }
    for (const link of migrated) {
      assert.ok([...inLeft, ...inRight].includes(link), `${link} is from nowhere: ${what}`);
    }
    if (reconcile === 'discard' || !right) continue;
    // The kept side had no room for links that were set aside.
    const isTaken = (link: string, end: 0 | 1) =>
      [...migrated].some((one) => one.split('-')[end] === link.split('-')[end]);
    for (const link of givenUp) {
      const hasRoom = (left.many || !isTaken(link, 0)) && (right.many || !isTaken(link, 1));
      assert.not(hasRoom, `${link} has room: ${what}`);
    }
  }
}

async function readGivenUp(
  db: Db,
  { project: found }: Case,
  relationship: Relationship,
): Promise<Set<string>> {
  const named = { relationship: relationshipName(relationship) };
  const documents = await db.collection('arcade_given_up').find(named).toArray();
  const nameOf = ({ list, path }: Side) => {
    const declared = found.lists.find(({ key }) => key === list);
    return `${declared ? collectionOfList(declared) : ''}.${path}`;
  };
  return new Set(
    documents.map(({ side, near, far }) => {
      const pair = [itemOf(near), itemOf(far)];
      return (side === nameOf(relationship.left) ? pair : pair.reverse()).join('-');
    }),
  );
}

async function mustBeAsBefore(db: Db, example: Case): Promise<void> {
  for (const [index, relationship] of example.relationships.entries()) {
    const before = linksBefore(example, index, relationship);
    for (const side of sidesOf(relationship)) {
      const held = distinct(await readLinks(db, example, relationship, side));
      const wanted = distinct(side === relationship.left ? before.left : before.right);
      const missing = wanted.filter((link) => !held.includes(link));
      assert.equal(missing, [], `${sideName(side)} lacks links: ${said(example)}`);
    }
  }
  const names = (await db.listCollections().toArray()).map(({ name }) => name);
  const lists = example.project.lists.map(collectionOfList);
  assert.equal(
    names.filter((name) => !lists.includes(name)),
    [],
    said(example),
  );
}

test.run();
