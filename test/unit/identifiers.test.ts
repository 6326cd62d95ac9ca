import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  cutIdentifier,
  freePrefix,
  knexName,
  knexPrefix,
} from '../../generator/plan/postgres/identifiers.ts';

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
  assert.is(knexName(knexPrefix('Post_authors', 'Post_id'), 'foreign'), 'post_authors_post_id_foreign');
  assert.is(knexName(knexPrefix('my-list.x', 'leadAuthor'), 'index'), 'my_list_x_leadauthor_index');
});

test('a prefix whose names are taken gets a number, and its names stay within 63 bytes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'c'.repeat(63), `${'c'.repeat(52)}_2`), { maxLength: 30 }),
      (wanted) => {
        const taken = new Set<string>();
        for (const name of wanted) {
          const prefix = freePrefix(name, (candidate) => taken.has(knexName(candidate, 'foreign')));
          assert.ok(bytes(knexName(prefix, 'foreign')) <= 63);
          taken.add(knexName(prefix, 'foreign'));
        }
        assert.is(taken.size, wanted.length);
      },
    ),
  );
  assert.is(
    freePrefix('a', (prefix) => ['a', 'a_2'].includes(prefix)),
    'a_3',
  );
});

test.run();
