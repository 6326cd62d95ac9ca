import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { table } from '../../generator/commands/table.ts';
import { seed } from '../support/seed.ts';

const ROWS = [
  ['RELATIONSHIP', '', 'POSTGRESQL'],
  ['Post.likedBy <-> User.likes', 'N:N', 'keeps "Post_likedBy", renames it, drops "User_likes"'],
  ['Post.author -> User', 'N:1', 'unchanged'],
];

test('without a width each row is one line; with one, cells are broken between words', () => {
  assert.equal(table(ROWS), [
    'RELATIONSHIP                      POSTGRESQL',
    'Post.likedBy <-> User.likes  N:N  keeps "Post_likedBy", renames it, drops "User_likes"',
    'Post.author -> User          N:1  unchanged',
  ]);
  assert.equal(table(ROWS, 60), [
    'RELATIONSHIP                     POSTGRESQL',
    'Post.likedBy <->            N:N  keeps "Post_likedBy",',
    'User.likes                       renames it, drops',
    '                                 "User_likes"',
    'Post.author -> User         N:1  unchanged',
  ]);
});

test('no line is wider than it must be, and no word is lost', () => {
  const cell = fc.array(fc.stringMatching(/^\w{1,12}$/), { maxLength: 8 }).map((words) => words.join(' '));
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 140, max: 200 }), ([, ...rows], width) => {
      const lines = table([['A', 'B', 'C'], ...rows], width);
      assert.ok(lines.every((line) => line.length <= width));
      const wordsOf = (texts: readonly string[]) => texts.join(' ').split(/\s+/).filter(Boolean).sort();
      assert.equal(wordsOf(lines), wordsOf(['A', 'B', 'C', ...rows.flat()]));
    }),
    { seed },
  );
});

test.run();
