import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../../refusal.ts';
import { messageOf } from '../../text/system-error.ts';

/** A plain-text dump, which can be read several times. */
export interface DumpFile {
  readonly path: string;
  /** The size of the file. The text of a compressed file is many times longer. */
  readonly bytes: number;
  readonly isCompressed: boolean;
  /** Its text, and how much of the file has been read so far. */
  read(): { chunks: AsyncIterable<Buffer>; bytesRead: () => number };
}

const CHUNK = 1 << 20;

/** Opens a dump of pg_dump. Throws a UsageError if it is not plain text, with the command that converts it. */
export async function openDump(path: string): Promise<DumpFile> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    throw new UsageError(`${path} does not exist.`, 'Name a file that pg_dump wrote: --dump <file>');
  if (found.isDirectory()) throw notPlain(path, 'a folder, as written by pg_dump --format=directory');
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
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`, 'Create the dump again.');
  }
}

async function head(path: string): Promise<Buffer> {
  const file = await open(path).catch((error: Error) => {
    throw new UsageError(
      `${path} cannot be read: ${messageOf(error)}`,
      'Name a file that you can read, or change its permissions.',
    );
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The format, by the first bytes; null for text. */
function formatOf(bytes: Buffer): string | null {
  const begins = (text: string) => bytes.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
  if (begins('PGDMP')) return 'an archive of pg_dump --format=custom';
  if (begins('toc.dat')) return 'an archive of pg_dump --format=tar';
  if (begins('\x28\xb5\x2f\xfd')) return 'compressed with zstd';
  if (begins('\x04\x22\x4d\x18')) return 'compressed with lz4';
  if (begins('BZh') || begins('\xfd7zXZ') || begins('PK\x03\x04')) return 'compressed';
  if (begins('\xff\xfe') || begins('\xfe\xff')) return 'in UTF-16, as PowerShell writes it with >';
  return bytes.includes(0) ? 'not a text file' : null;
}

const notPlain = (path: string, format: string): UsageError =>
  new UsageError(
    `${path} is ${format}; rehearse needs a plain-text dump.`,
    format.startsWith('an archive') || format.startsWith('a folder')
      ? `Convert it: pg_restore --no-owner -f dump.sql ${path}`
      : 'Create one, which may be compressed with gzip: pg_dump --no-owner -f dump.sql',
  );
