import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeFrame } from '../../generator/text/code-frame.ts';

const text = ['one', 'two', '\tthree', 'four', 'five', 'six'].join('\r\n');

test('shows two lines before and after, numbered, with a caret below the column', () => {
  assert.is(
    codeFrame(text, 3, 2),
    ['  1 | one', '  2 | two', '> 3 |  three', '    |  ^', '  4 | four', '  5 | five'].join('\n'),
  );
});

test('shows what there is at the beginning and the end', () => {
  assert.is(codeFrame('only', 1, 1), ['> 1 | only', '    | ^'].join('\n'));
  assert.is(codeFrame(text, 6, 3), ['  4 | four', '  5 | five', '> 6 | six', '    |   ^'].join('\n'));
});

test('shows nothing of a file that is no text', () => {
  assert.is(codeFrame('\u007fELF\u0000', 1, 1), '');
});

test('cuts lines that are too long to read', () => {
  const [line = ''] = codeFrame('x'.repeat(5000), 1, 3000).split('\n');
  assert.ok(line.length < 200);
});

test('shows no control characters, which a terminal would obey', () => {
  assert.is(codeFrame('a\u001b[2Jb', 1, 1), ['> 1 | a\uFFFD[2Jb', '    | ^'].join('\n'));
});

test.run();
