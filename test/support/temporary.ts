import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string | null = null;

/** A new folder that is removed when this process ends. */
export async function temporaryFolder(): Promise<string> {
  if (root === null) {
    const created = mkdtempSync(join(tmpdir(), 'arcade-migrate-'));
    process.on('exit', () => rmSync(created, { recursive: true, force: true, maxRetries: 3 }));
    root = created;
  }
  return mkdtemp(join(root, 'folder-'));
}
