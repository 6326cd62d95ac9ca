import { readFile } from 'node:fs/promises';
import { findStatement } from '../../generator/rehearse/postgres/statement-end.ts';
import { type Database, withClient } from './postgres.ts';

async function statementsOf(file: string): Promise<string[]> {
  const sql = await readFile(file, 'utf8');
  const statements: string[] = [];
  for (let at = 0; at < sql.length; ) {
    const found = findStatement(sql, at, { isLast: true, hasStandardStrings: true });
    if (found === null) break;
    if (found.kind !== 'nothing') statements.push(sql.slice(found.start, found.end));
    at = found.end;
  }
  return statements;
}

/**
 * Sends a script as psql does without ON_ERROR_STOP: it continues after errors. With ON_ERROR_ROLLBACK it also continues inside a
 * transaction, and with --single-transaction the transaction is psql's own. Returns all messages of the server.
 */
export async function runOn(
  database: Database,
  file: string,
  { hasSavepoints = false, isSingleTransaction = false },
): Promise<string> {
  const own = await statementsOf(file);
  const statements = isSingleTransaction ? ['BEGIN', ...own, 'COMMIT'] : own;
  return withClient(database, async (client) => {
    const said: string[] = [];
    client.on('notice', ({ message = '' }) => said.push(message));
    let isOpen = false;
    for (const statement of statements) {
      if (hasSavepoints && isOpen) await client.query('savepoint pg_psql_temporary_savepoint');
      try {
        await client.query(statement);
        if (/^BEGIN/.test(statement)) isOpen = true;
        else if (/^COMMIT/.test(statement)) isOpen = false;
        else if (hasSavepoints && isOpen) await client.query('release pg_psql_temporary_savepoint');
      } catch (error) {
        said.push(String(error));
        if (/^COMMIT/.test(statement)) isOpen = false;
        if (hasSavepoints && isOpen) await client.query('rollback to pg_psql_temporary_savepoint');
      }
    }
    return said.join('\n');
  });
}
