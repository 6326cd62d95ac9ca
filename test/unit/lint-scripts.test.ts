import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generateScripts } from '../support/cli.ts';
import { run } from '../support/command.ts';
import { keystoneCase } from '../support/keystone-cases.ts';

const bin = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'node_modules/.bin');

/** Cases that have every kind of step between them. */
const CASES = [
  'todo-all-kinds',
  'self-many-to-many',
  'options-one-to-one',
  'options-one-to-one-not-null-right',
];

for (const name of CASES) {
  for (const reconcile of ['abort', 'merge', 'resolve', 'discard']) {
    test(`squawk finds nothing in ${name}, ${reconcile}, but what the scripts say they ignore`, async () => {
      const scripts = await generateScripts(keystoneCase(name), 'postgres', '--reconcile', reconcile);
      const { status, stdout, stderr } = await run(join(bin, 'squawk'), [
        '--reporter',
        'gcc',
        ...Object.values(scripts),
      ]);
      assert.is(`${stdout}${status}`, '0', stderr);
    });
  }
}

test.run();
