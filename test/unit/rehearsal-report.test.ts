import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeConsole } from '../../generator/command-line/console.ts';
import { describeRehearsal } from '../../generator/commands/rehearsal-report.ts';
import { notRun, type Run } from '../../generator/rehearse/report.ts';

const test = suite('the report of a rehearsal');

const console = makeConsole({ quiet: false, color: false, reporter: 'text' });

const links = Array.from({ length: 10 }, (_, index) => `User ${crypto.randomUUID()} - Post ${index}`).join();

const run: Run = {
  reconcile: 'abort',
  scripts: [
    {
      ...notRun('preflight'),
      verdict: 'refused',
      message: 'verdict: FAIL, 1 problem',
      checks: [{ relationship: 'A', check: 'stored only in "User_posts"', result: 'FAIL', detail: links }],
    },
    { ...notRun('migrate'), verdict: 'refused', message: `stored only in "User_posts": ${links}` },
  ],
  relationships: [],
  differences: [],
};

for (const isDrifted of [false, true]) {
  test(`the reason of a refusal is whole, ${isDrifted ? 'with' : 'without'} --drift`, () => {
    const report = describeRehearsal(
      {
        ...{ version: '0001_arcade', database: 'postgres', server: 'PostgreSQL', data: 'rows' },
        ...{ leftOut: [], edits: [], runs: [run], isDrifted },
      },
      console,
    );
    assert.is(report.split(links).length, isDrifted ? 3 : 2);
  });
}

test.run();
