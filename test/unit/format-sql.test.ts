import fc from 'fast-check';
import { parse } from 'libpg-query';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatSql } from '../../generator/render/format-sql.ts';
import { quoteIdentifier, quoteLiteral } from '../../generator/text/quote-sql.ts';
import { seed } from '../support/seed.ts';

test('what fits stays on one line, and white space is one blank', () => {
  assert.is(formatSql('alter table "a"\n\n rename   to "b";', 2), '  alter table "a" rename to "b";');
});

test('a statement that is too long is broken where its clauses begin', () => {
  const names = Array.from({ length: 9 }, (_, index) => `"a_long_name_of_a_column_${index}"`);
  assert.is(
    formatSql(`SELECT ${names.slice(0, 2).join(', ')} FROM "a" WHERE ${names.join(' AND ')};`, 4),
    [
      `    SELECT ${names.slice(0, 2).join(', ')} FROM "a" WHERE ${names[0]}`,
      `      AND ${names.slice(1, 5).join(' AND ')}`,
      `      AND ${names.slice(5).join(' AND ')};`,
    ].join('\n'),
  );
});

test('what closes a parenthesis goes on with the last line within it', () => {
  const long = (letter: string) => `"${letter.repeat(70)}"`;
  assert.is(
    formatSql(
      `SELECT 1 INTO x FROM (SELECT ${long('a')} FROM ${long('b')} WHERE ${long('c')} LIMIT 10) AS y;`,
      0,
    ),
    [
      'SELECT 1 INTO x FROM (',
      `  SELECT ${long('a')}`,
      `  FROM ${long('b')}`,
      `  WHERE ${long('c')} LIMIT 10) AS y;`,
    ].join('\n'),
  );
});

const name = fc
  .tuple(fc.constantFrom('a', '(', ';', "'", ' ', '--', '"', '\n', '\\'), fc.nat(60))
  .map(([head, length]) => `${head}${'b'.repeat(length)}`);

test('formatting changes no token, whatever is in a name or a text', async () => {
  await fc.assert(
    fc.asyncProperty(name, name, name, async (a, b, c) => {
      const statement = `SELECT ${quoteIdentifier(a)}, ${quoteLiteral(b)} FROM (SELECT * FROM ${quoteIdentifier(c)} WHERE ${quoteIdentifier(b)} = ${quoteLiteral(c)} LIMIT 10) AS x;`;
      const formatted = formatSql(statement, 2);
      const withoutPlaces = (tree: unknown) =>
        JSON.stringify(tree, (key, value) =>
          /^(location|stmt_len|stmt_location)$/.test(key) ? undefined : value,
        );
      assert.is(withoutPlaces(await parse(formatted)), withoutPlaces(await parse(statement)));
    }),
    { seed },
  );
});

test.run();
