import { once } from 'node:events';
import { UsageError } from '../../refusal.ts';
import { importPeer } from './import-peer.ts';
import { asSqlError, type Session } from './session.ts';

/** Connects to a scratch database. Throws a Refusal if it cannot be reached, or if the drivers are not installed. */
export async function connect(url: string): Promise<Session> {
  const { Client, from } = await importDrivers();
  const client = new Client({ connectionString: url, application_name: 'arcade-migrate rehearse' });
  // If the server ends the connection between two statements, the next statement fails.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new UsageError(
      `The database of --url cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      'Nothing was changed. Check the address: --url postgres://user:password@host/database',
    );
  }
  return {
    async query<Row extends object>(statement: string) {
      try {
        // Several statements at once give several results.
        const results = [await client.query<Row>(statement)].flat();
        const changing = results.filter(({ command }) => /^(INSERT|UPDATE|DELETE)$/.test(command));
        return {
          rows: results.at(-1)?.rows ?? [],
          touched: changing.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
        };
      } catch (error) {
        throw asSqlError(error);
      }
    },
    async copy(target, rows) {
      const stream = client.query(from(`COPY ${target} FROM stdin`));
      stream.end(rows);
      try {
        await once(stream, 'finish');
      } catch (error) {
        throw asSqlError(error);
      }
    },
    close: () => client.end(),
  };
}

async function importDrivers() {
  const pg = await importPeer<typeof import('pg')>('pg');
  const copy = await importPeer<typeof import('pg-copy-streams')>('pg-copy-streams');
  if (pg !== null && copy !== null) return { Client: pg.default.Client, from: copy.from };
  throw new UsageError(
    'A rehearsal on a PostgreSQL server needs the packages pg and pg-copy-streams.',
    'Install them: npm install --save-dev pg pg-copy-streams. Or leave out --url to use an embedded PostgreSQL.',
  );
}
