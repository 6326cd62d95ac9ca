import fc from 'fast-check';
import { format } from 'sql-formatter';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatSql } from '../../generator/render/format-sql.ts';
import { seed } from '../support/seed.ts';

test('statements are formatted, one blank line between them', () => {
  assert.is(
    formatSql('begin;\n\n\nalter table "a" rename to "b"; commit;\n'),
    'begin;\n\nalter table "a"\nrename to "b";\n\ncommit;\n',
  );
});

test('a semicolon in a name, a text, a comment or a body ends no statement', () => {
  const names = `ALTER TABLE "a;\n""b"\nRENAME TO "c;d";`;
  const text = `SELECT\n  'it''s; so';`;
  const comment = '-- first; second: "\nCOMMIT;';
  const body = `DO $a$\nBEGIN\n  PERFORM 1;\nEND\n$a$;`;
  const sql = [names, text, comment, body, 'COMMIT;'].join('\n\n');
  assert.is(formatSql(sql), `${sql}\n`);
});

test('the body of a DO block stays as it is, with the comment before it', () => {
  const block = '-- One run at a time.\nDO $arcade$\nBEGIN\n    perform   1;\nEND\n$arcade$;';
  assert.is(formatSql(`BEGIN;\n${block}\n`), `BEGIN;\n\n${block}\n`);
});

test('SET LOCAL stays on its line', () => {
  assert.is(formatSql('SET LOCAL statement_timeout = 0;'), 'SET LOCAL statement_timeout = 0;\n');
});

test('a statement looks the same whichever came before it', () => {
  const statement = (near: string, far: string) =>
    `ALTER TABLE "a" ADD CONSTRAINT "b" FOREIGN KEY ("${near}", "${far}") REFERENCES "${far}" ("id");`;
  const name = fc
    .tuple(fc.constantFrom('a', '(', ';', "'", ' '), fc.nat(40))
    .map(([head, length]) => `${head}${'b'.repeat(length)}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 4 }), (names) => {
      const statements = names.map(([near, far]) => statement(near, far));
      const alone = statements.map((sql) => format(sql, { language: 'postgresql' }));
      assert.is(formatSql(statements.join('\n')), `${alone.join('\n\n')}\n`);
    }),
    { seed },
  );
});

test.run();
