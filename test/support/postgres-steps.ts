import { basename } from 'node:path';
import * as assert from 'uvu/assert';
import { type Database, readSchema, runSqlFile } from './postgres.ts';
import { readAllRows } from './postgres-data.ts';
import { type Schema, schemaDifferences } from './schema.ts';

/** Everything that a script could change. */
export interface State {
  readonly schema: Schema;
  readonly rows: readonly string[];
}

export async function readState(database: Database): Promise<State> {
  return { schema: await readSchema(database), rows: await readAllRows(database) };
}

/** Runs scripts that must succeed, one after another. */
export async function mustSucceed(database: Database, ...scripts: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await runSqlFile(database, ...scripts);
  const names = scripts.map((script) => basename(script)).join(', ');
  assert.is(status, 0, `${names} ended with status ${status}\n${stdout}${stderr}`);
}

/** Runs a script that must succeed and change nothing. */
export async function mustOnlyRead(database: Database, script: string): Promise<void> {
  const before = await readState(database);
  await mustSucceed(database, script);
  mustBeUnchanged(before, await readState(database), script);
}

/**
 * Runs a script that must refuse: with an error that the script itself raises and that matches each pattern, and without changing
 * anything.
 */
export const mustRefuse = (database: Database, script: string, ...patterns: RegExp[]): Promise<void> =>
  mustEndWith('P0001', database, script, patterns);

/** The same for a script that an error of the server ends, identified by its SQLSTATE. */
export const mustBeRefusedByServer = (
  sqlState: string,
  database: Database,
  script: string,
  ...patterns: RegExp[]
): Promise<void> => mustEndWith(sqlState, database, script, patterns);

async function mustEndWith(
  sqlState: string,
  database: Database,
  script: string,
  patterns: readonly RegExp[],
): Promise<void> {
  const before = await readState(database);
  const { status, stdout, stderr } = await runSqlFile(database, script);
  assert.is.not(status, 0, `${basename(script)} should have refused\n${stdout}${stderr}`);
  assert.match(
    stderr,
    new RegExp(`ERROR: {2}${sqlState}:`),
    `${basename(script)} failed by accident\n${stdout}${stderr}`,
  );
  for (const pattern of patterns) {
    assert.match(stdout + stderr, pattern, `${basename(script)} should say ${pattern}\n${stdout}${stderr}`);
  }
  mustBeUnchanged(before, await readState(database), script);
}

/** Compares two schemas including all names, but ignores the order of columns. */
export function mustBeSchema(actual: Schema, expected: Schema, what: string): void {
  const differences = schemaDifferences(expected, actual);
  assert.is(differences.length, 0, `${what}\n${differences.join('\n')}`);
}

function mustBeUnchanged(before: State, after: State, script: string): void {
  const what = `${basename(script)} changed`;
  mustBeSchema(after.schema, before.schema, `${what} the schema`);
  assert.is(after.schema.text, before.schema.text, `${what} the order of columns`);
  assert.equal(after.rows, before.rows, `${what} rows`);
}
