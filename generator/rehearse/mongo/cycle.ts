import { performance } from 'node:perf_hooks';
import type { Reconcile } from '../../plan/index.ts';
import type { Collections } from '../../plan/mongo/index.ts';
import { type Relationship, relationshipName, sideName } from '../../relationships/index.ts';
import { sidesOf, stayingSide } from '../links.ts';
import type { Progress } from '../progress.ts';
import {
  type Check,
  disagreement,
  notRun,
  type RelationshipRun,
  type Run,
  type ScriptRun,
} from '../report.ts';
import { firstError, type Mongosh } from './mongosh.ts';
import { newPlace, oldPlace, type Place } from './places.ts';
import { SNAPSHOT } from './scripts.ts';

/** What is rehearsed. */
export interface Rehearsed {
  readonly lists: readonly string[];
  readonly collections: Collections;
  readonly relationships: readonly Relationship[];
  readonly reconcile: Reconcile;
  /** The path of a script. */
  readonly script: (name: ScriptRun['name']) => string;
}

interface Snapshot {
  /** Pairs of ids, by the name of a side. */
  readonly links: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly documents: Readonly<Record<string, string>>;
  readonly schema: readonly string[];
}

/** Takes a database there and back, and compares each link, and all else, at every step. */
export async function runCycle(mongosh: Mongosh, rehearsed: Rehearsed, progress: Progress): Promise<Run> {
  const { relationships, reconcile, collections, script } = rehearsed;
  const snapshotOf = (places: readonly Place[]) => takeSnapshot(mongosh, rehearsed, places);
  const oldPlaces = relationships.flatMap((relationship) =>
    sidesOf(relationship).map((side) => oldPlace(relationship, side, collections)),
  );
  progress('reading every link');
  const before = await snapshotOf(oldPlaces);
  const linksOf = (side: string) => distinct(before.links[side] ?? []);
  const scripts: ScriptRun[] = [];
  const differences: string[] = [];
  const run = async (name: ScriptRun['name']): Promise<boolean> => {
    progress(name);
    const done = await runScript(mongosh, name, script(name));
    scripts.push(done);
    return done.verdict === 'succeeded';
  };
  const counted = relationships.map((relationship): RelationshipRun => {
    const [left = new Set<string>(), right] = sidesOf(relationship).map((side) => linksOf(sideName(side)));
    return {
      relationship: relationshipName(relationship),
      left: left.size,
      right: right ? right.size : null,
      both: right ? [...left].filter((link) => right.has(link)).length : null,
      migrated: null,
      givenUp: null,
    };
  });

  const isReady = await run('preflight');
  const isMigrated = await run('migrate');
  differences.push(...disagreement(isReady, isMigrated));
  if (!isMigrated) {
    progress('comparing every link after migrate');
    const after = await snapshotOf(oldPlaces);
    const when = 'after migrate, which did not succeed';
    for (const { name } of oldPlaces)
      differences.push(...compare(`${name}: ${when}`, linksOf(name), after.links[name]));
    differences.push(...compareRest(when, before, after, true));
    return {
      reconcile,
      scripts: [...scripts, notRun('verify'), notRun('rollback')],
      relationships: counted,
      differences,
    };
  }

  await run('verify');
  progress('comparing every link after migrate');
  const expected = relationships.map((relationship) => {
    const sides = reconcile === 'merge' ? sidesOf(relationship) : [stayingSide(relationship)];
    return new Set(sides.flatMap((side) => [...linksOf(sideName(side))]));
  });
  const migrated = await snapshotOf(
    relationships.map((relationship, index) => ({
      ...newPlace(relationship, collections),
      name: String(index),
    })),
  );
  const relationshipRuns = relationships.map((relationship, index): RelationshipRun => {
    const actual = migrated.links[index] ?? [];
    const now = distinct(actual);
    const name = relationshipName(relationship);
    differences.push(...compare(`${name}: after migrate`, expected[index] ?? new Set(), actual));
    if (now.size < actual.length) differences.push(`${name}: after migrate, links are there more than once`);
    const all = new Set(sidesOf(relationship).flatMap((side) => [...linksOf(sideName(side))]));
    const givenUp = [...all].filter((link) => !now.has(link)).length;
    return { ...(counted[index] as RelationshipRun), migrated: now.size, givenUp };
  });
  differences.push(...compareRest('after migrate', before, migrated, false));

  if (await run('rollback')) {
    progress('comparing every link after rollback');
    const after = await snapshotOf(oldPlaces);
    for (const [index, relationship] of relationships.entries()) {
      for (const side of sidesOf(relationship)) {
        const name = sideName(side);
        differences.push(
          ...compare(`${name}: after rollback`, expected[index] ?? new Set(), after.links[name]),
        );
      }
    }
    differences.push(...compareRest('after rollback', before, after, true));
  }
  return { reconcile, scripts, relationships: relationshipRuns, differences };
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
  const isAccident = /(?:Type|Syntax|Reference)Error|Mongo\w*Error/.test(stderr);
  return {
    ...notRun(name),
    verdict: succeeded ? 'succeeded' : isAccident ? 'failed' : 'refused',
    milliseconds: Math.round(performance.now() - start),
    checks: stdout.split('\n').flatMap(checkOf),
    message: succeeded ? null : firstError(stderr === '' ? stdout : stderr),
  };
}

/** `FAIL      Post.author <-> User.posts: the question: the answer` */
function checkOf(line: string): Check[] {
  const found = /^(\S.{7,}?) {2}(\S.*?): (.+?): (\d.*)$/.exec(line);
  if (!found) return [];
  const [, result = '', relationship = '', check = '', detail = ''] = found;
  return [{ relationship, check, result: result.trim(), detail }];
}

const distinct = (pairs: readonly (readonly [string, string])[]): Set<string> =>
  new Set(pairs.map(([left, right]) => `${left} - ${right}`));

function compare(
  where: string,
  expected: ReadonlySet<string>,
  pairs: readonly (readonly [string, string])[] = [],
): string[] {
  const actual = distinct(pairs);
  const tell = (what: string, links: string[]) =>
    links.length === 0
      ? []
      : [`${where}, ${links.length} links are ${what}: ${links.sort().slice(0, 10).join(', ')}`];
  return [
    ...tell(
      'missing',
      [...expected].filter((link) => !actual.has(link)),
    ),
    ...tell(
      'unexpected',
      [...actual].filter((link) => !expected.has(link)),
    ),
  ];
}

function compareRest(when: string, before: Snapshot, after: Snapshot, isOldSchema: boolean): string[] {
  const differences = Object.entries(before.documents)
    .filter(([collection, print]) => after.documents[collection] !== print)
    .map(
      ([collection]) =>
        `${collection}: ${when}, its documents differ in other fields than those of relationships`,
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
