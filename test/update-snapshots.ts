/** Rewrites snapshots/, the JSON Schemas and the generated parts of the documents. Read the diff before you commit it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documents } from './support/documents.ts';
import { takeSnapshots } from './support/snapshots.ts';

const folder = fileURLToPath(new URL('../snapshots/', import.meta.url));

rmSync(folder, { recursive: true, force: true });
for (const [path, text] of await takeSnapshots()) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
for (const [path, text] of await documents()) writeFileSync(path, text);
