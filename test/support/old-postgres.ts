import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { generateScripts, type Scripts } from './cli.ts';
import { type Dataset, type Link, linkTexts, sampleDataset } from './dataset.ts';
import { type KeystoneCase, nameOf, type Relationship, type Side } from './keystone-cases.ts';
import { type Database, loadSqlFile, withDatabase } from './postgres.ts';
import {
  fillPostgres,
  linkOneSide,
  readAllRows,
  readMigratedLinks,
  readRules,
  storedRelationships,
} from './postgres-data.ts';

/** The starting point of a test. */
export interface OldDatabase {
  readonly database: Database;
  readonly scripts: Scripts;
  readonly dataset: Dataset;
}

const generated = new Map<string, Promise<Scripts>>();

/** A database of old Keystone with consistent data, and the scripts that `generate` writes with these options. */
export async function withOldDatabase(
  example: KeystoneCase,
  work: (old: OldDatabase) => Promise<void>,
  ...options: readonly string[]
): Promise<void> {
  const key = [example.name, ...options].join(' ');
  const scripts = generated.get(key) ?? generateScripts(example, 'postgres', ...options);
  generated.set(key, scripts);
  await withDatabase(async (database) => {
    const dataset = await fillOldPostgres(database, example, 2);
    await work({ database, scripts: await scripts, dataset });
  });
}

/** Makes an empty database one of old Keystone, with consistent data. */
export async function fillOldPostgres(
  database: Database,
  example: KeystoneCase,
  seed: number,
): Promise<Dataset> {
  await loadSqlFile(database, join(example.folder, 'before.sql'));
  const rules = await readRules(database, example);
  const dataset = sampleDataset(example.lists, storedRelationships(example), rules, seed);
  await fillPostgres(database, example, dataset, rules);
  return dataset;
}

/** The rows of a dataset in old Keystone. */
export async function rowsOf(example: KeystoneCase, dataset: Dataset): Promise<string[]> {
  return withDatabase(async (database) => {
    await loadSqlFile(database, join(example.folder, 'before.sql'));
    await fillPostgres(database, example, dataset, await readRules(database, example));
    return readAllRows(database);
  });
}

/** Stores a link on one side only. */
export async function linkSide(
  database: Database,
  example: KeystoneCase,
  { left }: Relationship,
  side: Side,
  link: Link,
): Promise<void> {
  const [near, far] = side === left ? [link.left, link.right] : [link.right, link.left];
  await linkOneSide(database, example, side, near, far);
}

/** Asserts that Keystone 8 finds every link and no others. */
export async function mustHoldLinks(
  database: Database,
  example: KeystoneCase,
  dataset: Dataset,
): Promise<void> {
  const links = await readMigratedLinks(database, example);
  for (const relationship of example.relationships) {
    const name = nameOf(relationship);
    assert.equal(linkTexts(links[name] ?? []), linkTexts(dataset.links[name] ?? []), `links of ${name}`);
  }
}
