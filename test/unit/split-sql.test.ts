import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { split, statementsOf } from '../../generator/rehearse/postgres/split.ts';
import { keystoneCase } from '../support/keystone-cases.ts';
import { seed } from '../support/seed.ts';

const test = suite('SQL split into statements');

/** What a text splits into, in chunks of some size: a line each. */
async function lines(text: string, size = 1 << 20): Promise<string[]> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  const found: string[] = [];
  for await (const piece of split(chunks)) {
    if (piece.kind !== 'rows') found.push(`${piece.line} ${piece.text}`);
    else if (found.at(-1)?.startsWith('rows ')) found.push(`rows ${found.pop()?.slice(5)}${piece.bytes}`);
    else found.push(`rows ${piece.bytes}`);
  }
  return found;
}

for (const [what, statement] of [
  ['a text', `select 'a;b', 'it''s;', ''`],
  ['a text with escapes', String.raw`select E'\';', e'\\', E'a'';\''`],
  ['a word that ends in e before a text', String.raw`select type'\', 1`],
  ['a name', `select ";", "a"";", x.";"`],
  ['dollar quotes', `do $$ begin perform 1; end $$`],
  ['named dollar quotes', `do $a$ $b$ ; $$ ; $ab$ $a$`],
  ['a name with dollars', `select a$b$c, $1 from t$`],
  ['a comment to the end of the line', `select 1 -- ; ' " $$\n , 2`],
  ['nested comments', `select /* ; /* ' */ ; */ 1`],
  ['parentheses', `create rule r as on insert to t do (select 1; select 2)`],
  [
    'a body in standard SQL',
    `create or replace function f() returns int begin atomic select case when 1 = 1 then 2 end; select 3; end`,
  ],
  ['a word of bodies outside of one', `create view v as select case when a then b end as "end"`],
  ['other alphabets', `select 'Zoë; ж', "ж;" from ж$`],
] as const) {
  test(`${what}: no end where a semicolon is hidden`, async () => {
    const text = `-- before;\n${statement};select 2;`;
    assert.equal(await statementsOf(text), [`${statement};`, 'select 2;']);
    assert.equal(await lines(text, 1), await lines(text));
  });
}

test('a backslash hides a quote where the dump says that strings are not standard', async () => {
  const text = `set standard_conforming_strings = off; select '\\';'; set standard_conforming_strings = on; select '\\'; select 2`;
  assert.is((await statementsOf(text)).length, 5);
});

test('the data of COPY, and commands of psql, with their lines', async () => {
  const text = `\\restrict abc\n\nCOPY public."a;b" (id, "x FROM stdin") FROM stdin;\n1\tit's; -- $$\n2\t\\N\\.\n\\.\n\nCOPY t (id) FROM stdin;\n\\.\nselect\n1;\n\\unrestrict abc\n`;
  const expected = [
    '1 \\restrict abc',
    '3 COPY public."a;b" (id, "x FROM stdin") FROM stdin;',
    "rows 1\tit's; -- $$\n2\t\\N\\.\n",
    '8 COPY t (id) FROM stdin;',
    '10 select\n1;',
    '12 \\unrestrict abc',
  ];
  assert.equal(await lines(text), expected);
  for (const size of [1, 2, 3, 7]) assert.equal(await lines(text, size), expected);
  assert.equal(await lines(text.replaceAll('\n', '\r\n').replace('select\r\n1', 'select\n1')), [
    ...expected.map((line) => (line.startsWith('rows') ? line.replaceAll('\n', '\r\n') : line)),
  ]);
});

test('what is cut off is given as it is', async () => {
  assert.equal(await statementsOf("select 1; select 'a"), ['select 1;', "select 'a"]);
  assert.equal(await statementsOf('select 1; -- the end'), ['select 1;']);
  assert.equal(await lines('COPY t (id) FROM stdin;\n1\n2'), ['1 COPY t (id) FROM stdin;', 'rows 1\n2']);
  assert.equal(await statementsOf(''), []);
});

test('a real dump: nothing but blanks and comments is lost, whatever the chunks', async () => {
  const dump = readFileSync(join(keystoneCase('todo-all-kinds').folder, 'before.sql'), 'utf8');
  const whole = await lines(dump);
  assert.is(whole.filter((line) => line.includes('CREATE TABLE')).length, 6);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4000 }), async (size) => {
      assert.equal(await lines(dump, size), whole);
    }),
    { numRuns: 10, seed },
  );
  const bare = (text: string) => text.replace(/^--.*$/gm, '').replace(/\s+/g, '');
  assert.is(bare(whole.map((line) => line.replace(/^\d+ /, '')).join('')), bare(dump));
});

test.run();
