/** One connection to a scratch database. */
export interface Session {
  /** Runs one statement. Throws {@link SqlError}. */
  query<Row extends object = Record<string, unknown>>(statement: string): Promise<Answer<Row>>;
  /** Runs `COPY <target> FROM stdin` with whole rows in the text format. Throws {@link SqlError}. */
  copy(target: string, rows: Uint8Array): Promise<void>;
  /** Ends the connection; nothing of an embedded server is left. */
  close(): Promise<void>;
}

export interface Answer<Row> {
  readonly rows: readonly Row[];
  /** How many rows an INSERT, UPDATE or DELETE touched. */
  readonly touched: number;
}

/** What the server answers to a statement that it does not do. */
export class SqlError extends Error {
  constructor(
    message: string,
    /** The SQLSTATE: `42P01`. */
    readonly code: string,
    readonly detail: string | null,
  ) {
    super(message);
  }
}

/** Makes an SqlError of what a driver throws; what is none stays as it is. */
export function asSqlError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (!/^[0-9A-Z]{5}$/.test(error.code)) return error;
  const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : null;
  return new SqlError(error.message, error.code, detail);
}

/** The rows of a query. */
export const select = async <Row extends object>(session: Session, sql: string): Promise<readonly Row[]> =>
  (await session.query<Row>(sql)).rows;
