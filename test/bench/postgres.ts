import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parse } from 'libpg-query';
import type pg from 'pg';
import { oldDdl } from '../support/keystone-ddl.ts';
import { writeScripts } from '../support/library-scripts.ts';
import { variableOf } from '../support/needs.ts';
import { withClient, withDatabase } from '../support/postgres.ts';
import { providePostgres } from '../support/servers/postgres.ts';
import { table } from './table.ts';
import { type Kind, projectOfKind } from './two-sided.ts';

const sizes = [10_000, 100_000, 1_000_000];
const kinds: readonly Kind[] = ['many-to-many', 'one-to-many', 'one-to-one'];

/** The parts of migrate, in the order of the columns. Locks are held from the lock to the end. */
const parts = ['guards', 'pairs', 'drop', 'renames'] as const;
type Part = (typeof parts)[number] | 'other';

/**
 * The scripts on PostgreSQL, statement by statement on one connection. Times are milliseconds by the clock. Of
 * migrate: `guards` ask for lost links, `pairs` removes repeated ones, `drop` and `renames` are the DDL. `locked` is
 * the time from the first lock to the end of COMMIT.
 */
export async function benchPostgres(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arcade-migrate-bench-'));
  const server = await providePostgres(folder);
  try {
    if (server.url === null) return `could not run: ${server.reason}`;
    process.env[variableOf('postgres')] = server.url;
    const rows: string[][] = [];
    for (const kind of kinds) for (const links of sizes) rows.push(await measure(kind, links));
    const head = ['two-sided', 'links', 'preflight', 'migrate', 'locked', ...parts, 'verify', 'rollback'];
    return `${server.about}\n${table([head, ...rows])}`;
  } finally {
    if (server.url !== null) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(kind: Kind, links: number): Promise<string[]> {
  const script = await writeScripts(projectOfKind(kind), 'postgres');
  return withDatabase((database) =>
    withClient(database, async (client) => {
      await client.query(oldDdl(projectOfKind(kind).lists));
      await fill(client, kind, links);
      const preflight = await runTimed(client, script('preflight'));
      const migrate = await runTimed(client, script('migrate'));
      const verify = await runTimed(client, script('verify'));
      const rollback = await runTimed(client, script('rollback'));
      const locked = migrate.slice(migrate.findIndex(({ text }) => isLock(text)));
      return [
        kind,
        String(links),
        sum(preflight),
        sum(migrate),
        sum(locked),
        ...parts.map((part) => sum(locked.filter(({ text }) => partOf(text) === part))),
        sum(verify),
        sum(rollback),
      ];
    }),
  );
}

/** As many links as said, in which both sides agree; an item has ten where it can have several. */
async function fill(client: pg.Client, kind: Kind, links: number): Promise<void> {
  await client.query('SET session_replication_role = replica'); // no foreign key is looked up
  for (const statement of rowsOf(kind, links)) await client.query(statement);
  await client.query('RESET session_replication_role');
  // As a database is that has been in use for a while.
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
}

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

interface Timed {
  readonly text: string;
  readonly milliseconds: number;
}

/** Runs a script that must succeed, statement by statement. */
async function runTimed(client: pg.Client, file: string): Promise<Timed[]> {
  const script = await readFile(file);
  const { stmts = [] } = await parse(script.toString('utf8'));
  const timed: Timed[] = [];
  for (const { stmt_location: start = 0, stmt_len: length = script.length } of stmts) {
    const text = script.subarray(start, start + length).toString('utf8');
    const begin = performance.now();
    await client.query(text);
    timed.push({ text, milliseconds: performance.now() - begin });
  }
  return timed;
}

const withoutComments = (text: string): string => text.replace(/^(\s|--[^\n]*\n)*/, '');

const isLock = (text: string): boolean => text.includes('LOCK TABLE');

function partOf(text: string): Part {
  const statement = withoutComments(text);
  if (statement.includes('could not be made one')) return 'pairs';
  if (/^DROP\s|\sDROP COLUMN\s/.test(statement)) return 'drop';
  if (/^ALTER\s.*\sRENAME\s/s.test(statement)) return 'renames';
  return statement.startsWith('DO ') && statement.includes('migration refused') ? 'guards' : 'other';
}

const sum = (timed: readonly Timed[]): string => {
  const total = timed.reduce((milliseconds, one) => milliseconds + one.milliseconds, 0);
  return total.toFixed(total < 100 ? 1 : 0);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await benchPostgres());
