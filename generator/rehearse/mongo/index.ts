import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { planMongo } from '../../plan/mongo/index.ts';
import { Refusal } from '../../refusal.ts';
import { runCycle } from '../cycle.ts';
import { undoOnInterrupt } from '../interrupt.ts';
import { sidesOf } from '../links.ts';
import { makeData } from '../made-data.ts';
import type { RehearsalOptions } from '../options.ts';
import type { Progress } from '../progress.ts';
import type { Rehearsal, Run, ScriptRun } from '../report.ts';
import { type RehearsedVersion, refuseLaidOut, relationshipsIn } from '../version.ts';
import { type Rehearsed, rehearsable } from './cycle.ts';
import { collectionsOf, documentsOf, rulesOf } from './documents.ts';
import { type Mongosh, startMongosh } from './mongosh.ts';
import { EMPTY, FILL, LOOK } from './scripts.ts';

/** Rehearses the mongosh scripts of a version on the database of --url. */
export async function rehearseMongo(
  version: RehearsedVersion,
  options: RehearsalOptions,
  progress: Progress,
): Promise<Pick<Rehearsal, 'server' | 'data' | 'leftOut' | 'isDrifted' | 'runs'>> {
  const { plan } = version;
  if (plan.mongo === null) {
    throw new Refusal(
      `${version.id} has no scripts for MongoDB.`,
      'To rehearse its PostgreSQL scripts, leave out --url.',
    );
  }
  refuseLaidOut(version, 'mongo');
  const relationships = relationshipsIn(plan, plan.mongo);
  const lists = [...new Set(relationships.flatMap(sidesOf).flatMap(({ list, refList }) => [list, refList]))];
  const collections = new Map(plan.lists.map(({ key, collection }) => [key, collection]));
  const common = { lists, collections, relationships };

  const url = options.url ?? '';
  const mongosh = startMongosh(url);
  const runs: Run[] = [];
  let server = '';
  let data = 'the documents in the database';
  let restore: ((other: Mongosh) => Promise<unknown>) | null = null;
  const undo = async () => {
    await mongosh.end();
    if (restore === null) return;
    progress('cleaning up');
    const other = startMongosh(url);
    await restore(other).finally(other.end);
  };
  await undoOnInterrupt(undo, async () => {
    try {
      for (const variant of await variantsOf(version, mongosh, common, options)) {
        progress('connecting');
        const look = await mongosh.call<{ version: string; collections: string[] }>(LOOK, null);
        server = `MongoDB ${look.version}`;
        const isOurs = look.collections.length === 0;
        if (!isOurs) refuseNonEmpty(look.collections, options);
        restore = isOurs
          ? (other) => other.call(EMPTY, { lookAgainAfter: 300 })
          : (other) => other.runFile(variant.script('rollback'));
        try {
          if (isOurs) data = await fill(mongosh, common, options, progress);
          runs.push(await runCycle(rehearsable(mongosh, { ...common, ...variant }), progress));
        } finally {
          if (isOurs) await mongosh.call(EMPTY, { lookAgainAfter: 0 });
        }
      }
    } finally {
      await mongosh.end();
    }
  });
  return { server, data, leftOut: [], isDrifted: options.drift !== null, runs };
}

type Common = Pick<Rehearsed, 'lists' | 'collections' | 'relationships'>;
type Variant = Pick<Rehearsed, 'reconcile' | 'script'>;

/** The scripts on disk. With --drift, also the scripts for each other --reconcile. */
async function variantsOf(
  { plan, folder }: RehearsedVersion,
  mongosh: Mongosh,
  { relationships }: Common,
  options: RehearsalOptions,
): Promise<Variant[]> {
  const own: Variant = {
    reconcile: plan.reconcile,
    script: (name) => join(folder, `${name}.js`),
  };
  if (options.drift === null) return [own];
  const { LIBRARY_PATHS, renderMongo } = await import('../../render/mongo.ts');
  const templates = await options.templates();
  return (['abort', 'merge', 'resolve', 'discard'] as const).map((reconcile) => {
    if (reconcile === own.reconcile) return own;
    const path = (name: string) => mongosh.file(`${reconcile}-${name}`);
    const replanned = planMongo(relationships, plan.lists).plan;
    for (const { path: script, text } of renderMongo(replanned, reconcile, templates)) {
      const name = script.replace('mongo/', '');
      // All scripts load the library from their own folder.
      writeFileSync(LIBRARY_PATHS.includes(script) ? mongosh.file(name) : path(name), text);
    }
    return { reconcile, script: (name: ScriptRun['name']) => path(`${name}.js`) };
  });
}

function refuseNonEmpty(collections: readonly string[], { mayBeFilled, drift }: RehearsalOptions): void {
  if (mayBeFilled && drift === null) return;
  throw new Refusal(
    `The database of --url is not empty: it holds ${collections.slice(0, 5).join(', ')}.`,
    drift === null
      ? 'Nothing was changed. Name an empty database, or add --yes if this is a copy that may be migrated and rolled back.'
      : 'Nothing was changed. --drift needs an empty database, because it breaks the links of generated documents.',
  );
}

async function fill(
  mongosh: Mongosh,
  { lists, relationships, collections }: Common,
  options: RehearsalOptions,
  progress: Progress,
): Promise<string> {
  progress('making documents');
  const { dataset, about } = makeData(lists, relationships, rulesOf(collections), options);
  const documents = mongosh.file('documents.jsonl');
  await pipeline(
    Readable.from(documentsOf(lists, relationships, dataset, collections)),
    createWriteStream(documents),
  );
  await mongosh.call(FILL, {
    collections: collectionsOf(lists, relationships.flatMap(sidesOf), collections),
    documents,
  });
  return about;
}
