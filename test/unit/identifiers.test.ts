import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cutIdentifier, knexName, takeName } from '../../generator/plan/postgres/identifiers.ts';

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

test('an identifier is cut to the longest run of whole characters within 63 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 90 }), (name) => {
      const cut = cutIdentifier(name);
      assert.ok(bytes(cut) <= 63);
      assert.ok(name.startsWith(cut));
      const [next = ''] = name.slice(cut.length);
      const following = [...name.slice(cut.length)][0] ?? next;
      assert.ok(cut === name || bytes(cut + following) > 63);
      assert.is(cutIdentifier(cut), cut);
    }),
  );
});

test('a character that does not fit is left out whole', () => {
  assert.is(cutIdentifier(`${'a'.repeat(62)}é`), 'a'.repeat(62));
  assert.is(cutIdentifier(`${'a'.repeat(61)}é`), `${'a'.repeat(61)}é`);
});

test('constraints and indexes have the names that knex gives them', () => {
  assert.is(knexName('Post_authors', 'Post_id', 'foreign'), 'post_authors_post_id_foreign');
  assert.is(knexName('my-list.x', 'leadAuthor', 'index'), 'my_list_x_leadauthor_index');
});

test('a taken name gets a number, and stays within 63 bytes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'c'.repeat(63), `${'c'.repeat(61)}_2`), { maxLength: 30 }),
      (wanted) => {
        const taken = new Set<string>();
        const names = wanted.map((name) => takeName(name, taken));
        assert.is(new Set(names).size, wanted.length);
        assert.ok(names.every((name) => bytes(name) <= 63));
      },
    ),
  );
  assert.is(takeName('a', new Set(['a', 'a_2'])), 'a_3');
});

test.run();
