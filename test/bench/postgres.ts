import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { Reconcile } from '../../generator/plan/index.ts';
import { oldDdl } from '../support/keystone-ddl.ts';
import { writeScripts } from '../support/library-scripts.ts';
import { variableOf } from '../support/needs.ts';
import { withClient, withDatabase } from '../support/postgres.ts';
import { providePostgres } from '../support/servers/postgres.ts';
import { table } from './table.ts';
import { type Kind, projectOfKind } from './two-sided.ts';

const sizes = [10_000, 100_000, 1_000_000];
const kinds: readonly Kind[] = ['many-to-many', 'one-to-many', 'one-to-one'];

/**
 * The scripts on PostgreSQL, on one connection. Times are in milliseconds of real time. `resolve` is migrate with
 * `--reconcile resolve` on a database with 1 % of drifted links. The other columns are for a database without drift.
 */
export async function benchPostgres(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arcade-migrate-bench-'));
  const server = await providePostgres(folder);
  try {
    if (server.url === null) return `could not run: ${server.reason}`;
    process.env[variableOf('postgres')] = server.url;
    const rows: string[][] = [];
    for (const kind of kinds) for (const links of sizes) rows.push(await measure(kind, links));
    const head = [
      'two-sided',
      'links',
      'preflight',
      'migrate',
      'verify',
      'rollback',
      'resolve',
      'resolve / migrate',
    ];
    return `${server.about}\n${table([head, ...rows])}`;
  } finally {
    if (server.url !== null) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(kind: Kind, links: number): Promise<string[]> {
  const times = await timesOf(kind, links, 'abort', ['preflight', 'migrate', 'verify', 'rollback']);
  const [resolve = 0] = await timesOf(kind, links, 'resolve', ['migrate']);
  const ratio = resolve / (times[1] ?? 0);
  const milliseconds = [...times, resolve].map((time) => time.toFixed(time < 100 ? 1 : 0));
  return [kind, String(links), ...milliseconds, ratio.toFixed(2)];
}

/** Runs scripts one after another on a new database. Returns how many milliseconds each took. */
async function timesOf(kind: Kind, links: number, reconcile: Reconcile, names: string[]): Promise<number[]> {
  const project = projectOfKind(kind);
  const script = await writeScripts(project, 'postgres', reconcile);
  return withDatabase((database) =>
    withClient(database, async (client) => {
      await client.query(oldDdl(project.lists));
      const rows = rowsOf(kind, links);
      await fill(client, reconcile === 'resolve' ? [...rows, ...driftOf(kind)] : rows);
      const times: number[] = [];
      for (const name of names) times.push(await timed(client, script(name)));
      return times;
    }),
  );
}

async function fill(client: pg.Client, statements: readonly string[]): Promise<void> {
  await client.query('SET session_replication_role = replica'); // does not check foreign keys
  for (const statement of statements) await client.query(statement);
  await client.query('RESET session_replication_role');
  // A database in use has statistics.
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
}

/** Inserts this number of links, on both sides. An item that can have several links has ten. */
function rowsOf(kind: Kind, links: number): string[] {
  const items = kind === 'many-to-many' ? links / 10 : links;
  const item = `generate_series(1, ${items}) AS n`;
  switch (kind) {
    case 'many-to-many':
      return [
        `INSERT INTO "Post" (id) SELECT n FROM ${item}`,
        `INSERT INTO "User" (id) SELECT n FROM ${item}`,
        `INSERT INTO "Post_users" ("Post_id", "User_id")
         SELECT n, 1 + (n + k * 7919) % ${items} FROM ${item}, generate_series(0, 9) AS k`,
        `INSERT INTO "User_posts" ("User_id", "Post_id") SELECT "User_id", "Post_id" FROM "Post_users" ORDER BY 1, 2`,
      ];
    case 'one-to-many':
      return [
        `INSERT INTO "Post" (id, users) SELECT n, (n + 9) / 10 FROM ${item}`,
        `INSERT INTO "User" (id) SELECT n FROM ${item}`,
        `INSERT INTO "User_posts" ("User_id", "Post_id") SELECT users, id FROM "Post" ORDER BY 1, 2`,
      ];
    case 'one-to-one':
      return [
        `INSERT INTO "Post" (id, users) SELECT n, ${items} - n + 1 FROM ${item}`,
        `INSERT INTO "User" (id, posts) SELECT n, ${items} - n + 1 FROM ${item}`,
      ];
  }
}

/** Makes 1 % of the links differ. The kept side has room for half of them, and the others must be set aside. */
function driftOf(kind: Kind): string[] {
  switch (kind) {
    case 'many-to-many':
      return [
        'DELETE FROM "Post_users" WHERE "Post_id" % 200 = 0',
        'UPDATE "User_posts" SET "Post_id" = -"Post_id" WHERE "Post_id" % 200 = 100',
      ];
    case 'one-to-many':
      return [
        'UPDATE "Post" SET users = NULL WHERE id % 200 = 0',
        'UPDATE "User_posts" SET "User_id" = 1 WHERE "Post_id" % 200 = 100',
      ];
    case 'one-to-one':
      return [
        'UPDATE "Post" SET users = NULL WHERE id % 200 = 0',
        'UPDATE "User" SET posts = -posts WHERE id % 200 = 100',
      ];
  }
}

/** Runs a script that must succeed. Returns how many milliseconds it took. */
async function timed(client: pg.Client, file: string): Promise<number> {
  const script = await readFile(file, 'utf8');
  const begin = performance.now();
  await client.query(script);
  return performance.now() - begin;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await benchPostgres());
