import * as assert from 'uvu/assert';
import { generateScripts, type Scripts } from './cli.ts';
import { type Dataset, type Link, linkTexts, sampleDataset } from './dataset.ts';
import { type KeystoneCase, nameOf } from './keystone-cases.ts';
import { createShape, keystoneShape, type MongoDatabase, withMongoDatabase } from './mongo.ts';
import { fillMongo, readMigratedLinks, rulesOf } from './mongo-data.ts';

/** The starting point of a test. */
export interface OldMongo {
  readonly database: MongoDatabase;
  readonly scripts: Scripts;
  readonly dataset: Dataset;
}

const generated = new Map<string, Promise<Scripts>>();

/** A database of old Keystone with consistent data, and the scripts that `generate` writes with these options. */
export async function withOldMongo(
  example: KeystoneCase,
  work: (old: OldMongo) => Promise<void>,
  ...options: readonly string[]
): Promise<void> {
  const key = [example.name, ...options].join(' ');
  const scripts = generated.get(key) ?? generateScripts(example, 'mongo', ...options);
  generated.set(key, scripts);
  const shape = await keystoneShape(example, 'before');
  const rules = rulesOf(example, shape);
  const dataset = sampleDataset(example.lists, example.relationships, rules, 2);
  await withMongoDatabase(async (database) => {
    await createShape(database.db, shape);
    await fillMongo(database.db, example, dataset, rules);
    await work({ database, scripts: await scripts, dataset });
  });
}

/**
 * Asserts that Keystone 8 finds every link and no others, and that a join collection keeps the order of each array.
 *
 * @param inOrder the links whose order is known. Those that a merge adds with a second command are not: the ids of the test
 *   server are in order within a command, but across commands only by the second
 */
export async function mustHoldLinks(
  { db }: MongoDatabase,
  example: KeystoneCase,
  dataset: Dataset,
  inOrder: Dataset = dataset,
): Promise<void> {
  const links = await readMigratedLinks(db, example);
  for (const relationship of example.relationships) {
    const name = nameOf(relationship);
    const actual = links[name] ?? [];
    const expected = dataset.links[name] ?? [];
    assert.equal(linkTexts(actual), linkTexts(expected), `links of ${name}`);
    if (relationship.cardinality === 'N:N') {
      const ordered = inOrder.links[name] ?? [];
      const texts = new Set(linkTexts(ordered));
      const arrays = actual.filter((link) => texts.has(linkTexts([link]).join()));
      assert.equal(byLeftItem(arrays), byLeftItem(ordered), `the order of the links of ${name}`);
    }
  }
}

function byLeftItem(links: readonly Link[]): Record<number, number[]> {
  const lists: Record<number, number[]> = {};
  for (const { left, right } of links) {
    lists[left] ??= [];
    lists[left].push(right);
  }
  return lists;
}
