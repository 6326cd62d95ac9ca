import { performance } from 'node:perf_hooks';
import type { Reconcile } from '../../plan/index.ts';
import type { Collections } from '../../plan/mongo/index.ts';
import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import type { Comparison, MigratedLinks, Rehearsable } from '../cycle.ts';
import { keptSide, sidesOf } from '../links.ts';
import { type Check, notRun, type RelationshipRun, type ScriptRun } from '../report.ts';
import { firstError, type Mongosh } from './mongosh.ts';
import { newPlace, oldPlace, type Place } from './places.ts';
import { SNAPSHOT } from './scripts.ts';

/** The lists, relationships and scripts of a rehearsal. */
export interface Rehearsed {
  readonly lists: readonly string[];
  readonly collections: Collections;
  readonly relationships: readonly Relationship[];
  readonly reconcile: Reconcile;
  /** The path of a script. */
  readonly script: (name: ScriptRun['name']) => string;
}

interface Snapshot {
  /** Pairs of ids, by the name of the side. */
  readonly links: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly documents: Readonly<Record<string, string>>;
  readonly schema: readonly string[];
}

export const rehearsable = (mongosh: Mongosh, rehearsed: Rehearsed): Rehearsable => ({
  reconcile: rehearsed.reconcile,
  begin: () => begin(mongosh, rehearsed),
  run: (name) => runScript(mongosh, name, rehearsed.script(name)),
});

async function begin(mongosh: Mongosh, rehearsed: Rehearsed): Promise<Comparison> {
  const { relationships, reconcile, collections } = rehearsed;
  const oldPlaces = relationships.flatMap((relationship) =>
    sidesOf(relationship).map((side) => oldPlace(relationship, side, collections)),
  );
  const newPlaces = relationships.map((relationship, index) => ({
    ...newPlace(relationship, collections),
    name: String(index),
  }));
  const snapshot = await takeSnapshot(mongosh, rehearsed, oldPlaces);
  const linksOf = (sides: readonly Side[]) =>
    new Set(sides.flatMap((side) => [...distinct(snapshot.links[sideName(side)] ?? [])]));
  const settles = reconcile === 'resolve' || reconcile === 'discard';
  /** The links that a relationship should have after its migration. If links can be set aside, at least those on both sides. */
  const expected = (relationship: Relationship): Bounds => {
    const united = linksOf(sidesOf(relationship));
    if (reconcile === 'merge') return { atLeast: united, atMost: united };
    const kept = linksOf([keptSide(relationship)]);
    if (!settles) return { atLeast: kept, atMost: kept };
    const agreed = sidesOf(relationship).map((side) => linksOf([side]));
    return {
      atLeast: new Set([...united].filter((link) => agreed.every((held) => held.has(link)))),
      atMost: united,
    };
  };
  /** The links that a side should have after a rollback, which restores those that were set aside. */
  const restored = (relationship: Relationship, side: Side): Bounds =>
    settles ? { ...expected(relationship), atLeast: linksOf([side]) } : expected(relationship);

  const describe = (relationship: Relationship): RelationshipRun => {
    const left = linksOf([relationship.left]);
    const right = relationship.right && linksOf([relationship.right]);
    return {
      relationship: relationshipName(relationship),
      left: left.size,
      right: right ? right.size : null,
      both: right ? [...left].filter((link) => right.has(link)).length : null,
      migrated: null,
      givenUp: null,
    };
  };
  return {
    before: relationships.map(describe),
    async compareOld(when, rebuiltWith) {
      const now = await takeSnapshot(mongosh, rehearsed, oldPlaces);
      const differences = relationships.flatMap((relationship) =>
        sidesOf(relationship).flatMap((side) => {
          const own = linksOf([side]);
          const wanted = rebuiltWith === null ? { atLeast: own, atMost: own } : restored(relationship, side);
          return compare(`${sideName(side)}: ${when}`, wanted, now.links[sideName(side)]);
        }),
      );
      return [...differences, ...compareRest(when, snapshot, now, true)];
    },
    async compareMigrated(when) {
      const now = await takeSnapshot(mongosh, rehearsed, newPlaces);
      const differences: string[] = [];
      const links = relationships.map((relationship, index): MigratedLinks => {
        const found = now.links[index] ?? [];
        const migrated = distinct(found);
        const where = `${relationshipName(relationship)}: ${when}`;
        differences.push(...compare(where, expected(relationship), found));
        if (migrated.size < found.length) differences.push(`${where}, some links are stored more than once`);
        const givenUp = [...linksOf(sidesOf(relationship))].filter((link) => !migrated.has(link)).length;
        return { migrated: migrated.size, givenUp };
      });
      return { links, differences: [...differences, ...compareRest(when, snapshot, now, false)] };
    },
  };
}

function takeSnapshot(
  mongosh: Mongosh,
  { lists, relationships, collections }: Rehearsed,
  places: readonly Place[],
): Promise<Snapshot> {
  const sides = relationships.flatMap(sidesOf);
  return mongosh.call<Snapshot>(SNAPSHOT, {
    places,
    lists: lists.map((list) => ({
      collection: collections.get(list),
      paths: sides.filter((side) => side.list === list).map(({ path }) => path),
    })),
  });
}

async function runScript(mongosh: Mongosh, name: ScriptRun['name'], path: string): Promise<ScriptRun> {
  const start = performance.now();
  const { succeeded, stdout, stderr } = await mongosh.runFile(path);
  const isUnexpected = /(?:Type|Syntax|Reference)Error|Mongo\w*Error/.test(stderr);
  return {
    ...notRun(name),
    verdict: succeeded ? 'succeeded' : isUnexpected ? 'failed' : 'refused',
    milliseconds: Math.round(performance.now() - start),
    checks: stdout.split('\n').flatMap(checkOf),
    message: succeeded ? null : firstError(stderr === '' ? stdout : stderr),
  };
}

/** Parses `FAIL      Post.author <-> User.posts: links stored only in users.posts: 2` */
function checkOf(line: string): Check[] {
  const found = /^(FAIL|given up|added|converted|note|ok) +(\S.*?): (.+): ([\d,]+)$/.exec(line);
  if (!found) return [];
  const [, result = '', relationship = '', check = '', detail = ''] = found;
  return [{ relationship, check, result, detail }];
}

const distinct = (pairs: readonly (readonly [string, string])[]): Set<string> =>
  new Set(pairs.map(([left, right]) => `${left} - ${right}`));

/** The links that must exist, and those that may exist. */
interface Bounds {
  readonly atLeast: ReadonlySet<string>;
  readonly atMost: ReadonlySet<string>;
}

function compare(
  where: string,
  { atLeast, atMost }: Bounds,
  pairs: readonly (readonly [string, string])[] = [],
): string[] {
  const actual = distinct(pairs);
  const describeLinks = (what: string, links: string[]) =>
    links.length === 0
      ? []
      : [`${where}, ${links.length} links are ${what}: ${links.sort().slice(0, 10).join(', ')}`];
  return [
    ...describeLinks(
      'missing',
      [...atLeast].filter((link) => !actual.has(link)),
    ),
    ...describeLinks(
      'unexpected',
      [...actual].filter((link) => !atMost.has(link)),
    ),
  ];
}

function compareRest(when: string, before: Snapshot, after: Snapshot, isOldSchema: boolean): string[] {
  const differences = Object.entries(before.documents)
    .filter(([collection, hash]) => after.documents[collection] !== hash)
    .map(
      ([collection]) => `${collection}: ${when}, its documents differ in fields that are not relationships`,
    );
  if (!isOldSchema) return differences;
  return [
    ...differences,
    ...before.schema
      .filter((line) => !after.schema.includes(line))
      .map((line) => `${when}, missing: ${line}`),
    ...after.schema
      .filter((line) => !before.schema.includes(line))
      .map((line) => `${when}, unexpected: ${line}`),
  ];
}
