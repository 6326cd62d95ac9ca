import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keystoneCase } from './keystone-cases.ts';
import { parseDump, schemaDifferences } from './schema.ts';

const dump = readFileSync(join(keystoneCase('todo-all-kinds').folder, 'before.sql'), 'utf8');

test('a schema is equal to itself with other column and statement orders', () => {
  const reordered = `${dump.replace('    title text,\n    author integer,', '    author integer,\n    title text,')}`;
  assert.is.not(reordered, dump);
  const statements = reordered.split(/;$/m).reverse().join(';\n');
  assert.equal(schemaDifferences(parseDump(dump), parseDump(`${statements};\n`)), []);
});

for (const [what, from, to] of [
  ['the name of an index', 'INDEX todo_author_index', 'INDEX todo_writer_index'],
  ['the name of a constraint', 'CONSTRAINT todo_author_foreign', 'CONSTRAINT todo_writer_foreign'],
  [
    'the table of a foreign key',
    'KEY (author) REFERENCES public."User"',
    'KEY (author) REFERENCES public."Todo"',
  ],
  ['the rule of a foreign key', ' ON DELETE CASCADE', ''],
  ['the type of a column', '    author integer', '    author bigint'],
  ['NOT NULL', '"Todo_id" integer NOT NULL,', '"Todo_id" integer,'],
  ['the last column', '    publisher integer', '    publishers integer'],
  ['the name of a table', 'TABLE public."User_published"', 'TABLE public."User_printed"'],
] as const) {
  test(`a schema differs in ${what}`, () => {
    const changed = dump.replace(from, to);
    assert.is.not(changed, dump);
    const differences = schemaDifferences(parseDump(dump), parseDump(changed));
    assert.ok(differences.some((line) => line.startsWith('missing ')));
    assert.ok(differences.some((line) => line.startsWith('unexpected ')));
  });
}

test('what pg_dump writes for the session that loads it is no part of the schema', () => {
  const wrapped = `\\restrict abc\n${dump.replace('SET row_security = off;', 'SET row_security = off;\nSET transaction_timeout = 0;')}\\unrestrict abc\n`;
  assert.is(parseDump(wrapped).text, parseDump(dump).text);
});

test.run();
