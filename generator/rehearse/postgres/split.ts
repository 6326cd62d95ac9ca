import { findStatement } from './statement-end.ts';

/** A part of an SQL file. */
export type Piece =
  | { readonly kind: 'statement' | 'psql command'; readonly text: string; readonly line: number }
  /** Whole rows for the preceding COPY … FROM stdin, unchanged. */
  | { readonly kind: 'rows'; readonly bytes: Buffer };

export type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

const COPY_FROM_STDIN = /^COPY\s.*\sFROM\s+stdin\s*;$/is;
const STANDARD_STRINGS = /^SET\s+standard_conforming_strings\s*(?:=|TO)\s*'?(on|off)'?\s*;$/i;
const END_OF_ROWS = Buffer.from('\n\\.');
const NEWLINE = 10;

/**
 * Splits a file of pg_dump into statements, COPY data and psql commands. Holds at most the longest statement, or a chunk of the
 * data, in memory.
 */
export async function* split(chunks: Chunks): AsyncGenerator<Piece> {
  const input = new Input(chunks);
  let hasStandardStrings = true;
  for (;;) {
    const found = findStatement(input.text(), input.at, { isLast: input.isLast, hasStandardStrings });
    if (found === null) {
      // Doubling the buffer keeps the time proportional to the length of a statement.
      await input.read(2 * (input.bytes.length - input.at));
      continue;
    }
    if (found.kind === 'nothing') return;
    input.moveTo(found.start);
    const text = input.bytes.toString('utf8', found.start, found.end).trimEnd();
    yield { kind: found.kind, text, line: input.line };
    input.moveTo(found.end);
    const setting = STANDARD_STRINGS.exec(text)?.[1];
    if (setting !== undefined) hasStandardStrings = setting.toLowerCase() === 'on';
    if (COPY_FROM_STDIN.test(text)) yield* rowsOf(input);
  }
}

/** The data of a COPY, from the line below the statement up to the line `\.`, which is skipped. */
async function* rowsOf(input: Input): AsyncGenerator<Piece> {
  await input.skipLine();
  for (;;) {
    const { bytes, at } = input;
    const isEnd = bytes[at] === END_OF_ROWS[1] && bytes[at + 1] === END_OF_ROWS[2];
    if (isEnd) return input.skipLine();
    const mark = bytes.indexOf(END_OF_ROWS, at);
    const whole = input.isLast ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    const end = mark < 0 ? whole : mark + 1;
    if (end > at) yield { kind: 'rows', bytes: bytes.subarray(at, end) };
    input.moveTo(Math.max(end, at));
    if (mark >= 0) continue;
    if (input.isLast) return;
    await input.read(input.bytes.length - input.at + 1);
  }
}

/** The part of a file that is in memory, and the current position. */
class Input {
  bytes: Buffer = Buffer.alloc(0);
  /** The current position in `bytes`. */
  at = 0;
  /** The current line, counted from 1. */
  line = 1;
  /** Whether the file ends with these bytes. */
  isLast = false;
  readonly #source: AsyncIterator<Buffer> | Iterator<Buffer>;
  #text: string | null = null;

  constructor(chunks: Chunks) {
    this.#source =
      Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  /** The bytes as text, with one character for each byte. */
  text(): string {
    this.#text ??= this.bytes.toString('latin1');
    return this.#text;
  }

  /** Reads at least one more chunk, until this many bytes follow the current position. */
  async read(size: number): Promise<void> {
    const parts = [this.bytes.subarray(this.at)];
    let length = parts[0]?.length ?? 0;
    do {
      const next = await this.#source.next();
      if (next.done) this.isLast = true;
      else {
        parts.push(next.value);
        length += next.value.length;
      }
    } while (!this.isLast && length < size);
    this.bytes = Buffer.concat(parts);
    this.at = 0;
    this.#text = null;
  }

  moveTo(end: number): void {
    for (let newline = this.#newline(); newline >= 0 && newline < end; newline = this.#newline()) {
      this.line += 1;
      this.at = newline + 1;
    }
    this.at = end;
  }

  /** Moves to the beginning of the next line. */
  async skipLine(): Promise<void> {
    while (this.#newline() < 0 && !this.isLast) await this.read(this.bytes.length - this.at + 1);
    const newline = this.#newline();
    this.moveTo(newline < 0 ? this.bytes.length : newline + 1);
  }

  #newline(): number {
    return this.bytes.indexOf(NEWLINE, this.at);
  }
}

/** The statements of an emitted script. It contains no COPY data and no psql commands. */
export async function statementsOf(script: string): Promise<string[]> {
  const statements: string[] = [];
  for await (const piece of split([Buffer.from(script)])) {
    if (piece.kind === 'statement') statements.push(piece.text);
  }
  return statements;
}
