import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RelationshipsResult } from '../../generator/commands/results.ts';
import { runHere } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const start = `const { Keystone } = require('@keystonejs/keystone');
const keystone = new Keystone({});
`;

async function folderWith(code: string): Promise<string> {
  const cwd = await temporaryFolder();
  writeFileSync(join(cwd, 'index.js'), start + code);
  return cwd;
}

async function diagnosticsOf(cwd: string): Promise<RelationshipsResult['diagnostics']> {
  const { stdout } = await runHere(cwd, 'relationships', 'index.js', '--json', '--no-run');
  const { diagnostics }: RelationshipsResult = JSON.parse(stdout);
  return diagnostics;
}

const numbers = (count: number) => [...Array(count).keys()];
const types = `const types = require('our-types');
const helper = require('our-helper');
`;
const manyFields =
  types +
  numbers(41)
    .map(
      (list) =>
        `keystone.createList('L${list}', { fields: { ${numbers(20).map((field) => `f${field}: { type: types.T${field}, ref: 'L0' }`)} } });`,
    )
    .join('\n');

test('what became unknown at one place is one diagnostic there, with all that it affects', async () => {
  const cwd = await folderWith(manyFields);
  const [diagnostic, ...others] = await diagnosticsOf(cwd);
  assert.is(others.length, 0);
  assert.equal(
    [diagnostic?.code, diagnostic?.file, diagnostic?.line, diagnostic?.column],
    ['AM1003', 'index.js', 3, 15],
  );
  assert.is(
    diagnostic?.message,
    "The package 'our-types' is not read. This leaves unknown the types of 820 fields in 41 lists, such as L0.f0, L1.f0.",
  );
  assert.match(
    diagnostic?.help ?? '',
    '--list L0=<file> --list L1=<file> --list L2=<file> (and so on for each list)',
  );
  assert.is(diagnostic?.affected.length, 820);
  assert.equal(diagnostic?.affected[20], {
    code: 'AM1003',
    about: 'L1.f0',
    file: 'index.js',
    line: 6,
    column: 45,
  });

  const { stderr } = await runHere(cwd, 'relationships', 'index.js', '--quiet');
  assert.match(stderr, 'index.js:3:15 error AM1003');
  assert.match(stderr, "> 3 | const types = require('our-types');");
  assert.ok(stderr.split('\n').length < 20);
  const sarif = await runHere(cwd, 'relationships', 'index.js', '--reporter', 'sarif');
  const [result] = (JSON.parse(sarif.stdout) as Log).runs[0]?.results ?? [];
  assert.is(result?.relatedLocations?.length, 820);
  assert.equal(result?.relatedLocations?.[20], {
    message: { text: 'AM1003 L1.f0' },
    physicalLocation: { artifactLocation: { uri: 'index.js' }, region: { startLine: 6, startColumn: 45 } },
  });
});

test('what is given to unread code, and what becomes of it, is one diagnostic', async () => {
  const field = "{ friend: { type: require('@keystonejs/fields').Relationship, ref: 'User' } }";
  const cwd = await folderWith(`${types}keystone.createList('User', helper(helper({ fields: ${field} })));`);
  const [diagnostic, ...others] = await diagnosticsOf(cwd);
  assert.equal(others, []);
  assert.is(diagnostic?.line, 4);
  assert.equal(
    diagnostic?.affected.map(({ code, about }) => [code, about]),
    [
      ['AM1020', null],
      ['AM1008', 'User'],
    ],
  );
});

test('several things of several kinds', async () => {
  const cwd = await folderWith(`${types}
keystone.createList('Post', { fields: { tag: { type: types.Tag, ref: 'Tag' }, ...types.common } });
keystone.createList('Tag', types.tag);
keystone.createList(types.key, { fields: {} });
for (const each of types.all) keystone.createList('Page', { fields: {} });`);
  assert.equal(
    (await diagnosticsOf(cwd)).map(({ message }) => message),
    [
      "The package 'our-types' is not read. This leaves unknown the fields of Post; the type of Post.tag; the config of Tag; the key of a list that is created in one place; the condition for creating Page.",
    ],
  );
});

test('two lists are named, and a variable keeps its name', async () => {
  const cwd = await folderWith(
    `const { ALL } = process.env;\nif (ALL) for (const key of ['A', 'B']) keystone.createList(key, { fields: {} });`,
  );
  assert.equal(
    (await diagnosticsOf(cwd)).map(({ message }) => message),
    ['process.env.ALL is set outside the source. This leaves unknown the conditions for creating A and B.'],
  );
});

test('one thing alone, and what is wrong rather than unknown, stay as they are', async () => {
  const cwd = await folderWith(`${types}
keystone.createList('_A', { fields: { a: { type: types.Tag, ref: 'Tag' } } }); keystone.createList('_B', { fields: {} });`);
  assert.equal(
    (await diagnosticsOf(cwd)).map(({ code, column, affected }) => [code, column, affected.length]),
    [
      ['AM1014', 1, 0],
      ['AM1003', 44, 0],
      ['AM1014', 80, 0],
    ],
  );
});

test('200 lines are printed, errors first, and the number of others; --all-diagnostics prints all', async () => {
  const warnings = numbers(30).map((each) => `require('./w${each}');`);
  const errors = numbers(30).map((each) => `keystone.createList('L${each}', require('e${each}'));`);
  const cwd = await folderWith([...warnings, ...errors].join('\n'));
  const first = await runHere(cwd, 'relationships', 'index.js', '--quiet');
  const lines = first.stderr.trimEnd().split('\n');
  assert.ok(lines.length > 180 && lines.length <= 200, `${lines.length} lines`);
  const shown = first.stderr.match(/ (error|warning) AM/g)?.length ?? 0;
  assert.not.match(first.stderr, 'warning');
  assert.is(lines.at(-1), `and ${60 - shown} more: --all-diagnostics prints them all.`);
  const all = await runHere(cwd, 'relationships', 'index.js', '--quiet', '--all-diagnostics');
  assert.is(all.stderr.match(/ (error|warning) AM/g)?.length, 60);
  assert.not.match(all.stderr, 'more: --all');
});

test.run();
