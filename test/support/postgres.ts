import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { catalogueSchema } from './catalogue.ts';
import { type Outcome, run, runOrThrow } from './command.ts';
import { serverUrl } from './needs.ts';
import { parseDump, type Schema } from './schema.ts';

/** A database for a single test. */
export interface Database {
  readonly name: string;
  readonly url: string;
}

/** The folder with psql and pg_dump; null if the server came without them. */
const tools = process.env.ARCADE_TEST_POSTGRES_TOOLS || null;

let databases = 0;

/** Runs a test with a new database, and drops it afterwards. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const server = serverUrl('postgres');
  if (server === null) throw new Error('there is no PostgreSQL server');
  databases += 1;
  const name = `arcade_test_${process.pid}_${databases}`;
  await query({ name: 'postgres', url: server }, `create database ${name}`);
  try {
    const url = new URL(server);
    url.pathname = `/${name}`;
    return await work({ name, url: url.href });
  } finally {
    await query({ name: 'postgres', url: server }, `drop database ${name}`);
  }
}

/** Runs one statement and returns its rows. */
export async function query<Row extends pg.QueryResultRow>(
  database: Database,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  return withClient(database, async (client) => (await client.query<Row>(sql, [...parameters])).rows);
}

/** Runs work with a connection, and closes it afterwards. */
export async function withClient<T>(database: Database, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Runs scripts as users do, with a single start of psql. It stops at the first error, with status 3. Errors include their SQLSTATE.
 */
export async function runSqlFile(database: Database, ...files: readonly string[]): Promise<Outcome> {
  if (tools === null) return runWithDriver(database, files);
  // Ignore PGOPTIONS and the like from the developer's shell.
  const args = ['-X', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', '-d', database.url];
  return run(join(tools, 'psql'), [...args, ...files.flatMap((file) => ['-f', file])], {
    env: { PGOPTIONS: '', PGAPPNAME: '' },
  });
}

/** Runs a script that must succeed. */
export async function loadSqlFile(database: Database, file: string): Promise<void> {
  const { status, stderr } = await runSqlFile(database, file);
  if (status !== 0) throw new Error(`${file} cannot be loaded:\n${stderr}`);
}

/** The schema of a database from pg_dump, or from the catalogue if there is no pg_dump. */
export async function readSchema(database: Database): Promise<Schema> {
  if (tools === null) return withClient(database, catalogueSchema);
  const args = ['--schema-only', '--no-owner', '--no-privileges', '-d', database.url];
  return parseDump((await runOrThrow(join(tools, 'pg_dump'), args)).stdout);
}

/** Replaces psql: sends each script to the server as a whole, as migration runners do. */
async function runWithDriver(database: Database, files: readonly string[]): Promise<Outcome> {
  return withClient(database, async (client) => {
    let stdout = '';
    let stderr = '';
    client.on('notice', ({ severity, message, detail }) => {
      stderr += `${severity}: ${message}\n${detail ? `DETAIL: ${detail}\n` : ''}`;
    });
    for (const file of files) {
      const script = new pg.Query(await readFile(file, 'utf8'));
      script.on('row', (row) => {
        stdout += `${JSON.stringify(row)}\n`; // like psql, include rows before an error
      });
      const error = await new Promise<Error | null>((resolve) => {
        script.on('end', () => resolve(null));
        script.on('error', resolve);
        client.query(script);
      });
      if (error === null) continue;
      if (!(error instanceof pg.DatabaseError)) throw error;
      const parts = [
        `ERROR:  ${error.code}: ${error.message}`,
        error.detail && `DETAIL: ${error.detail}`,
        error.hint,
      ];
      return { status: 3, stdout, stderr: `${stderr}${parts.filter(Boolean).join('\n')}\n` };
    }
    return { status: 0, stdout, stderr };
  });
}
