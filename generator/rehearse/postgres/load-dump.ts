import { Refusal } from '../../refusal.ts';
import type { Progress } from '../progress.ts';
import type { DumpFile } from './dump-file.ts';
import { type Session, SqlError } from './session.ts';
import { type Piece, split } from './split.ts';

type Statement = Extract<Piece, { text: string }>;

/** Statements about ownership and access, which do not matter to a rehearsal. */
const LEFT_OUT: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^ALTER\s.*\sOWNER\s+TO\s/is, 'ALTER … OWNER TO'],
  [/^(GRANT|REVOKE)\s/i, 'GRANT and REVOKE'],
  [/^ALTER\s+DEFAULT\s+PRIVILEGES\s/i, 'ALTER DEFAULT PRIVILEGES'],
  [/^COMMENT\s+ON\s+(EXTENSION|DATABASE|ROLE|TABLESPACE)\s/i, 'COMMENT ON EXTENSION'],
  [/^SECURITY\s+LABEL\s/i, 'SECURITY LABEL'],
  [/^(CREATE|ALTER|DROP)\s+(ROLE|USER|GROUP)\s/i, 'roles'],
  [/^(CREATE|ALTER|DROP)\s+(DATABASE|TABLESPACE)\s/i, 'databases and tablespaces'],
  [
    /^(CREATE|ALTER|DROP)\s+(PUBLICATION|SUBSCRIPTION|EVENT\s+TRIGGER)\s/i,
    'publications, subscriptions and event triggers',
  ],
];

/** Statements that are left out if the scratch server cannot run them. */
const MAY_FAIL: readonly (readonly [pattern: RegExp, what: (found: RegExpExecArray) => string | null])[] = [
  [
    /^CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([^\s";]+)/i,
    ([, name]) => `the extension ${name}, which this server does not have`,
  ],
  [
    /^SET\s+(?:SESSION\s+|LOCAL\s+)?([^\s=;]+)/i,
    ([, name]) => `SET ${name}, which this server does not know`,
  ],
  [/^CREATE\s+POLICY\s/i, () => 'policies for roles that do not exist here'],
  // The statements of pg_dump --clean; and the schema that every database already has.
  [/^(DROP\s|ALTER\s+TABLE\s.*\sDROP\s)/is, () => null],
  [/^CREATE\s+SCHEMA\s+"?public"?\s*;/i, () => null],
];

const ENCODING = /^SET\s+client_encoding\s*(?:=|TO)\s*'?([\w-]+)'?/i;
const EXTENSION = /^CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([^\s";]+)/i;
const COPY = /^COPY\s+(.*)\s+FROM\s+stdin\s*;$/is;

/** The extensions of a dump. pg_dump writes them first. */
export async function extensionsOf(dump: DumpFile): Promise<string[]> {
  const names: string[] = [];
  for await (const piece of split(dump.read().chunks)) {
    if (piece.kind === 'rows' || /^(CREATE\s+TABLE|COPY|INSERT)\s/i.test(piece.text)) break;
    const name = EXTENSION.exec(piece.text)?.[1];
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** The statements that were left out, and how many. */
export type LeftOut = ReadonlyMap<string, number>;

/**
 * Loads a dump into an empty database, without its owners and privileges. If any other statement fails, throws a Refusal with the
 * line of the dump.
 */
export async function loadDump(session: Session, dump: DumpFile, progress: Progress): Promise<LeftOut> {
  const leftOut = new Map<string, number>();
  const leave = (what: string | null) => what !== null && leftOut.set(what, (leftOut.get(what) ?? 0) + 1);
  const { chunks, bytesRead } = dump.read();
  let target: Statement | null = null;
  let inserts: Statement[] = [];
  let connects = 0;

  const runInserts = async () => {
    const waiting = inserts;
    inserts = [];
    await runTogether(session, waiting, (statement, error) => stop(dump, statement, error, leftOut));
  };
  for await (const piece of split(chunks)) {
    progress(`loading the dump, ${Math.round((100 * bytesRead()) / dump.bytes)} %`);
    if (piece.kind === 'rows') {
      if (target !== null) await copy(session, dump, target, piece.bytes, leftOut);
      continue;
    }
    if (/^INSERT\s/i.test(piece.text)) {
      inserts.push(piece);
      if (inserts.length >= INSERTS_AT_ONCE) await runInserts();
      continue;
    }
    await runInserts();
    target = COPY.test(piece.text) ? piece : null;
    if (target !== null) continue;
    if (piece.kind === 'psql command') {
      if (/^\\connect\b/.test(piece.text)) connects += 1;
      refuseCommand(dump, piece, connects);
      continue;
    }
    const encoding = ENCODING.exec(piece.text)?.[1];
    if (encoding !== undefined && !/^(utf-?8|unicode|sql_ascii)$/i.test(encoding)) {
      throw new Refusal(
        `${dump.path} has the encoding ${encoding}.`,
        'Create it in UTF-8: pg_dump --encoding=UTF8 -f dump.sql',
      );
    }
    const what = LEFT_OUT.find(([pattern]) => pattern.test(piece.text))?.[1];
    if (what !== undefined) leave(what);
    else await run(session, dump, piece, leave, leftOut);
  }
  await runInserts();
  // The dump has changed the search path, row security and other settings.
  await session.query('RESET ALL');
  return leftOut;
}

const INSERTS_AT_ONCE = 1000;

async function run(
  session: Session,
  dump: DumpFile,
  statement: Statement,
  leave: (what: string | null) => void,
  leftOut: LeftOut,
): Promise<void> {
  try {
    await session.query(statement.text);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    for (const [pattern, what] of MAY_FAIL) {
      const found = pattern.exec(statement.text);
      if (found) return leave(what(found));
    }
    stop(dump, statement, error, leftOut);
  }
}

async function copy(
  session: Session,
  dump: DumpFile,
  statement: Statement,
  rows: Uint8Array,
  leftOut: LeftOut,
): Promise<void> {
  try {
    await session.copy(COPY.exec(statement.text)?.[1] ?? '', rows);
  } catch (error) {
    if (error instanceof SqlError) stop(dump, statement, error, leftOut);
    throw error;
  }
}

/** Running a thousand at once takes a tenth of the time. If one fails, the transaction is rolled back and each runs alone. */
async function runTogether(
  session: Session,
  statements: readonly Statement[],
  onError: (statement: Statement, error: SqlError) => never,
): Promise<void> {
  if (statements.length === 0) return;
  try {
    await session.query(statements.map(({ text }) => text).join('\n'));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    for (const statement of statements) {
      await session.query(statement.text).catch((cause: unknown) => {
        if (cause instanceof SqlError) onError(statement, cause);
        throw cause;
      });
    }
  }
}

/** pg_dump writes `\restrict` to protect psql, and `\connect` after the CREATE DATABASE of --create. */
function refuseCommand(dump: DumpFile, { text, line }: Statement, connects: number): void {
  if (connects > 1) {
    throw new Refusal(
      `${dump.path}, line ${line}: the dump contains several databases, as written by pg_dumpall.`,
      'Dump a single database: pg_dump -f dump.sql <database>',
    );
  }
  if (/^\\(connect|restrict|unrestrict)\b/.test(text)) return;
  throw new Refusal(
    `${dump.path}, line ${line}: ${text} is a psql command, which a dump of pg_dump does not contain.`,
    'Load it into a scratch database with psql, and rehearse there: --url <address> --yes',
  );
}

function stop(dump: DumpFile, { text, line }: Statement, error: SqlError, leftOut: LeftOut): never {
  const [first = ''] = text.split('\n');
  const lacks = [...leftOut.keys()].filter((what) => what.startsWith('the extension '));
  throw new Refusal(
    `${dump.path}, line ${line}: ${error.message}${error.detail ? `\n${error.detail}` : ''}\n  ${first.slice(0, 200)}`,
    `${lacks.length > 0 ? `Left out before: ${lacks.join(', ')}. ` : ''}Rehearse on a server with the same features as yours: --url postgres://…`,
  );
}
