import type { Extensions, PGliteInterface } from '@electric-sql/pglite';
import { UsageError } from '../../refusal.ts';
import { importPeer } from './import-peer.ts';
import { asSqlError, type Session } from './session.ts';

export interface EmbeddedOptions {
  /** Where to store the data; null for memory. */
  readonly folder: string | null;
  /** The extensions to load. Those that the package does not have are left out. */
  readonly extensions: readonly string[];
}

/** Starts PGlite in this thread. Throws a Refusal if the package is not installed. */
export async function openEmbedded({ folder, extensions }: EmbeddedOptions): Promise<Session> {
  const { PGlite } = await importPglite();
  const db: PGliteInterface = await PGlite.create({
    ...(folder === null ? {} : { dataDir: folder }),
    relaxedDurability: true,
    extensions: await loadExtensions(extensions),
  });
  const run = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw asSqlError(error);
    }
  };
  return {
    async query<Row extends object>(statement: string) {
      const [result] = await run(db.exec(statement));
      return { rows: (result?.rows ?? []) as Row[], touched: result?.affectedRows ?? 0 };
    },
    async copy(target, rows) {
      const blob = new Blob([new Uint8Array(rows)]);
      await run(db.query(`COPY ${target} FROM '/dev/blob'`, [], { blob }));
    },
    close: () => db.close(),
  };
}

async function importPglite() {
  const pglite = await importPeer<typeof import('@electric-sql/pglite')>('@electric-sql/pglite');
  if (pglite !== null) return pglite;
  throw new UsageError(
    'A rehearsal needs PostgreSQL, and the package with an embedded one is not installed.',
    'Install it: npm install --save-dev @electric-sql/pglite. Or name an empty scratch database: --url postgres://…',
  );
}

async function loadExtensions(names: readonly string[]): Promise<Extensions> {
  const loaded = await Promise.all(names.map(loadExtension));
  return Object.assign({}, ...loaded);
}

async function loadExtension(name: string): Promise<Extensions> {
  const module = name.replaceAll('-', '_');
  try {
    const contrib = await importPeer<Extensions>(`@electric-sql/pglite/contrib/${module}`);
    const extension = contrib?.[module];
    return extension ? { [module]: extension } : {};
  } catch {
    return {};
  }
}
