import { once } from 'node:events';
import { UsageError } from '../../refusal.ts';
import { importPeer } from './import-peer.ts';
import { asSqlError, type Session } from './session.ts';

/** Connects to the scratch database at an address. Refuses where it cannot be reached, or the drivers are not installed. */
export async function connect(url: string): Promise<Session> {
  const { Client, from } = await importDrivers();
  const client = new Client({ connectionString: url, application_name: 'arcade-migrate rehearse' });
  // A connection that the server ends between two statements; the next one says so.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new UsageError(
      `The database of --url cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      'Nothing was done.',
    );
  }
  return {
    async query<Row extends object>(statement: string) {
      try {
        // Of several statements at once it gives several results.
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
    'To rehearse on a PostgreSQL server, the packages pg and pg-copy-streams are needed.',
    'Install them: npm install --save-dev pg pg-copy-streams. Or leave out --url, for an embedded PostgreSQL.',
  );
}
