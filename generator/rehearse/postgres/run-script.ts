import { performance } from 'node:perf_hooks';
import { type Check, checkOf, type ScriptRun } from '../report.ts';
import { type Session, SqlError, select } from './session.ts';
import { statementsOf } from './split.ts';

/**
 * A script refuses with RAISE EXCEPTION. Errors about a constraint, a dependent object, a privilege, a lock or a duplicate name are
 * refusals too.
 */
const REFUSALS = /^(P0001|23...|2BP01|42501|55P03|42P07)$/;

/** Runs a script statement by statement until the first error, as psql does. Reads its locks before the transaction ends. */
export async function runScript(
  session: Session,
  name: ScriptRun['name'],
  script: string,
): Promise<ScriptRun> {
  const statements = await statementsOf(script);
  // A script without its own transaction gets one, so that its locks can be read before they are released.
  const hasTransaction = statements.some((statement) => /^BEGIN\b/i.test(statement));
  const tables = await tableNames(session);
  let locks: ScriptRun['locks'] = [];
  let checks: readonly Check[] = [];
  let rowsTouched = 0;
  const start = performance.now();
  const outcome = (verdict: ScriptRun['verdict'], message: string | null): ScriptRun => {
    const end = performance.now();
    return {
      ...{ name, verdict, message, locks, checks, rowsTouched: rowsTouched || null },
      milliseconds: Math.round(end - start),
      lockedMilliseconds: locks.length > 0 ? Math.round(end - start) : 0,
    };
  };
  try {
    if (!hasTransaction) await session.query('BEGIN');
    for (const statement of statements) {
      const { rows, touched } = await session.query<Record<string, unknown>>(statement);
      rowsTouched += touched;
      if (rows[0] && name in rows[0]) checks = rows.flatMap((row) => checkOf(String(row[name])));
    }
    if (!hasTransaction) {
      locks = await readLocks(session, tables);
      await session.query('COMMIT');
    }
    return outcome('succeeded', null);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const said = [error.message, ...(error.detail ? [error.detail] : [])].join('\n');
    const result = outcome(REFUSALS.test(error.code) ? 'refused' : 'failed', said);
    await session.query('ROLLBACK');
    return result;
  }
}

/** The names of all tables by oid, because the script may rename tables. */
async function tableNames(session: Session): Promise<Map<string, string>> {
  const rows = await select<{ oid: string; name: string }>(
    session,
    `select oid::text, relname as name from pg_class where relkind in ('r', 'p') and relpersistence <> 't'
       and relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)`,
  );
  return new Map(rows.map(({ oid, name }) => [oid, name]));
}

/** Weakest first. The even weaker modes block only DDL. */
const MODES = [
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
];

async function readLocks(session: Session, tables: ReadonlyMap<string, string>): Promise<ScriptRun['locks']> {
  const rows = await select<{ oid: string; mode: string }>(
    session,
    `select relation::text as oid, mode from pg_locks
     where pid = pg_backend_pid() and locktype = 'relation' and granted`,
  );
  const strongest = new Map<string, number>();
  for (const { oid, mode } of rows) {
    const table = tables.get(oid);
    if (table === undefined || !MODES.includes(mode)) continue;
    strongest.set(table, Math.max(strongest.get(table) ?? 0, MODES.indexOf(mode)));
  }
  return [...strongest]
    .map(([table, mode]) => ({ table, mode: modeInSql(MODES[mode] ?? '') }))
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** `AccessExclusiveLock` is `ACCESS EXCLUSIVE` in SQL. */
const modeInSql = (mode: string): string =>
  mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
