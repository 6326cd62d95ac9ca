import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../../refusal.ts';

/** A plain dump, which can be read more than once. */
export interface DumpFile {
  readonly path: string;
  /** Of the file: of a compressed one the text is many times as long. */
  readonly bytes: number;
  readonly isCompressed: boolean;
  /** Its text, and how much of the file was read for it so far. */
  read(): { chunks: AsyncIterable<Buffer>; bytesRead: () => number };
}

const CHUNK = 1 << 20;

/**
 * Opens what pg_dump wrote.
 *
 * @throws UsageError, with what to do, where it is not there or not plain text
 */
export async function openDump(path: string): Promise<DumpFile> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    throw new UsageError(`${path} is not there.`, 'Name the file that pg_dump wrote with --dump.');
  if (found.isDirectory()) throw notPlain(path, 'a folder, as of pg_dump --format=directory');
  const isCompressed = (await head(path)).subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]));
  const read = () => {
    const file = createReadStream(path, { highWaterMark: CHUNK });
    const chunks: AsyncIterable<Buffer> = isCompressed
      ? file.pipe(createGunzip({ chunkSize: CHUNK }).on('error', () => {}))
      : file;
    return { chunks: guarded(path, chunks), bytesRead: () => file.bytesRead };
  };
  for await (const first of read().chunks) {
    const format = formatOf(first);
    if (format !== null) throw notPlain(path, format);
    break;
  }
  return { path, bytes: found.size, isCompressed, read };
}

async function* guarded(path: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Make a new dump.',
    );
  }
}

async function head(path: string): Promise<Buffer> {
  const file = await open(path).catch((error: Error) => {
    throw new UsageError(`${path} cannot be read: ${error.message}`, 'Name a file that you may read.');
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What the first bytes show, where that is no text. */
function formatOf(bytes: Buffer): string | null {
  const begins = (text: string) => bytes.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
  if (begins('PGDMP')) return 'of pg_dump --format=custom';
  if (begins('toc.dat')) return 'of pg_dump --format=tar';
  if (begins('\x28\xb5\x2f\xfd')) return 'compressed with zstd';
  if (begins('\x04\x22\x4d\x18')) return 'compressed with lz4';
  if (begins('BZh') || begins('\xfd7zXZ') || begins('PK\x03\x04')) return 'compressed';
  if (begins('\xff\xfe') || begins('\xfe\xff')) return 'in UTF-16, as PowerShell writes with >';
  return bytes.includes(0) ? 'no text' : null;
}

const notPlain = (path: string, format: string): UsageError =>
  new UsageError(
    `${path} is ${format}, and not a plain dump.`,
    format.startsWith('of pg_dump') || format.startsWith('a folder')
      ? `Make it one: pg_restore --no-owner -f dump.sql ${path}`
      : 'Make a plain one: pg_dump --no-owner -f dump.sql. One that gzip compressed is read too.',
  );
