import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { runMongoFile } from './mongo.ts';
import { serverUrl } from './needs.ts';
import { temporaryFolder } from './temporary.ts';

/** A script to run on a database. */
export interface Job {
  readonly url: string;
  readonly script: string;
}

/** The library is the same for all, so it is read only once. */
const LOAD = /^load\(.*\);$/m;

/**
 * Runs scripts one after another in one mongosh, which is slow to start and to read a script. Each script is read once, as the body
 * of a function, because all share one scope. Returns `ok` or the error message for each.
 */
export async function runInOneMongosh(jobs: readonly Job[]): Promise<string[]> {
  const folder = await temporaryFolder();
  const scripts = [...new Set(jobs.map(({ script }) => script))];
  const files: string[] = [];
  for (const [index, script] of scripts.entries()) {
    const file = join(folder, `${index}.js`);
    await writeFile(
      file,
      `scripts[${index}] = () => {\n${(await readFile(script, 'utf8')).replace(LOAD, '')}\n};\n`,
    );
    files.push(file);
  }
  const runner = join(folder, 'all.js');
  const list = jobs.map(({ url, script }) => ({ url, index: scripts.indexOf(script) }));
  await writeFile(
    runner,
    `globalThis.scripts = [];
load(${JSON.stringify(join(dirname(scripts[0] ?? ''), 'arcade.js'))});
for (const file of ${JSON.stringify(files)}) load(file);
let last = null;
for (const { url, index } of ${JSON.stringify(list)}) {
  let outcome = 'ok';
  try {
    if (url !== last) db = connect(url);
    last = url;
    scripts[index]();
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
