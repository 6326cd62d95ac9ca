import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { layOut } from '../../generator/layouts/index.ts';
import { LIBRARY_PATHS } from '../../generator/render/mongo.ts';
import { serverUrl } from './needs.ts';
import type { Job } from './one-mongosh.ts';
import { temporaryFolder } from './temporary.ts';

const require = createRequire(import.meta.url);

/**
 * Runs scripts one after another with the driver, in the form for migrate-mongo. mongosh takes longer to read a script than to run
 * it. Returns `ok` or the error message for each.
 */
export async function runInDriver(jobs: readonly Job[]): Promise<string[]> {
  const folder = await temporaryFolder();
  const client = new MongoClient(serverUrl('mongo') ?? '');
  try {
    const outcomes: string[] = [];
    for (const [index, { url, script }] of jobs.entries()) {
      const file = join(folder, `${index}.cjs`);
      await writeFile(file, await inDriver(script));
      const { up } = require(file) as { up: (db: Db) => Promise<void> };
      const database = new URL(url).pathname.slice(1);
      outcomes.push(
        await up(client.db(database)).then(
          () => 'ok',
          (error: Error) => error.message,
        ),
      );
    }
    return outcomes;
  } finally {
    await client.close();
  }
}

/** A file for migrate-mongo with this script as its migrate, without output. */
async function inDriver(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const scripts = ['preflight', 'migrate', 'verify', 'rollback'].map((name) => ({
    path: `mongo/${name}.js`,
    text,
  }));
  for (const path of LIBRARY_PATHS) {
    scripts.push({ path, text: await readFile(join(dirname(file), basename(path)), 'utf8') });
  }
  const { runner } = layOut('migrate-mongo', 'arcade', scripts, {
    paths: () => [],
    own: [],
    read: () => null,
  });
  return (runner[0]?.text ?? '').replace('const print = console.log;', 'const print = () => {};');
}
