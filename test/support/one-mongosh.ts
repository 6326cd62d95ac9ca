import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { runMongoFile } from './mongo.ts';
import { serverUrl } from './needs.ts';
import { temporaryFolder } from './temporary.ts';

/** A script to run on a database. */
export interface Job {
  readonly url: string;
  readonly script: string;
}

/**
 * Runs scripts one after another in one mongosh, which is slow to start. Each is loaded within a function of its own,
 * since all share one scope; else they are as emitted. Gives for each `ok`, or the message of its error.
 */
export async function runInOneMongosh(jobs: readonly Job[]): Promise<string[]> {
  const folder = await temporaryFolder();
  const wrapped = new Map<string, string>();
  for (const script of new Set(jobs.map(({ script }) => script))) {
    const file = join(folder, `${wrapped.size}.js`);
    await writeFile(file, `(() => {\n${await readFile(script, 'utf8')}\n})();\n`);
    wrapped.set(script, file);
  }
  const runner = join(folder, 'all.js');
  const list = jobs.map(({ url, script }) => ({ url, file: wrapped.get(script) }));
  await writeFile(
    runner,
    `let last = null;
for (const { url, file } of ${JSON.stringify(list)}) {
  let outcome = 'ok';
  try {
    if (url !== last) db = connect(url);
    last = url;
    load(file);
  } catch (error) {
    outcome = String(error.message);
  }
  print('OUTCOME ' + JSON.stringify(outcome));
}
`,
  );
  const { status, stdout, stderr } = await runMongoFile(serverUrl('mongo') ?? '', runner, {
    timeoutSeconds: 900,
  });
  assert.is(status, 0, stderr);
  const lines = stdout.split('\n').filter((line) => line.startsWith('OUTCOME '));
  const outcomes = lines.map((line) => String(JSON.parse(line.slice('OUTCOME '.length))));
  assert.is(outcomes.length, jobs.length, stdout);
  return outcomes;
}
