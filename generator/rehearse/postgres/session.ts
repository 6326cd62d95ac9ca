/** One connection to a scratch database. */
export interface Session {
  /** Runs one statement. Throws {@link SqlError}. */
  query<Row extends object = Record<string, unknown>>(statement: string): Promise<Answer<Row>>;
  /** Runs `COPY <target> FROM stdin` with whole rows in the text format. Throws {@link SqlError}. */
  copy(target: string, rows: Uint8Array): Promise<void>;
  /** Ends the connection. An embedded server is removed. */
  close(): Promise<void>;
}

export interface Answer<Row> {
  readonly rows: readonly Row[];
  /** How many rows an INSERT, UPDATE or DELETE touched. */
  readonly touched: number;
}

/** The error that the server reports for a statement. */
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

/** Turns the server's error, as a driver throws it, into an SqlError. Returns any other error unchanged. */
export function asSqlError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (!/^[0-9A-Z]{5}$/.test(error.code)) return error;
  const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : null;
  return new SqlError(error.message, error.code, detail);
}

export const select = async <Row extends object>(session: Session, sql: string): Promise<readonly Row[]> =>
  (await session.query<Row>(sql)).rows;
