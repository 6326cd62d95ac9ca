import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Adapter, Project } from '../../generator/reader/project.ts';
import {
  findRelationships,
  type Relationship,
  relationshipName,
} from '../../generator/relationships/index.ts';
import { project } from '../support/arbitraries.ts';
import { projectOf } from '../support/lists.ts';

const ALPHABETICAL = { sideOrder: 'alphabetical', locale: 'en' } as const;
const DECLARATION = { sideOrder: 'declaration', locale: 'en' } as const;

const find = (found: Project, options: Parameters<typeof findRelationships>[1] = ALPHABETICAL) =>
  findRelationships(found, options);

const only = (found: Project, options?: Parameters<typeof findRelationships>[1]): Relationship => {
  const { relationships, diagnostics } = find(found, options);
  assert.equal(diagnostics, []);
  assert.is(relationships.length, 1);
  return relationships[0] as Relationship;
};

const faults = (lists: Parameters<typeof projectOf>[0]) =>
  find(projectOf(lists)).diagnostics.map(
    ({ code, message, source }) => `${code} ${source.file}:${source.line} ${message}`,
  );

/** Without what depends on the order of declaration. */
const names = ({ relationships }: ReturnType<typeof find>) =>
  relationships.map(({ sideOrderMatters: _, ...relationship }) => JSON.stringify(relationship)).sort();

test('the order of declaration makes no difference to alphabetical order', () => {
  fc.assert(
    fc.property(project, (drawn) => {
      const reversed: Project = {
        ...drawn,
        lists: drawn.lists
          .map((list) => ({ ...list, relationships: [...list.relationships].reverse() }))
          .reverse(),
      };
      assert.equal(names(find(reversed)), names(find(drawn)));
    }),
  );
});

test('every relationship field is a side of exactly one relationship', () => {
  fc.assert(
    fc.property(project, (drawn) => {
      const { relationships } = find(drawn);
      const sides = relationships.flatMap(({ left, right }) => (right ? [left, right] : [left]));
      const fields = drawn.lists.flatMap(({ key, relationships }) =>
        relationships.map(({ path }) => `${key}.${path}`),
      );
      assert.equal(sides.map(({ list, path }) => `${list}.${path}`).sort(), fields.sort());
    }),
  );
});

test('left is the side whose list key sorts first, by the locale', () => {
  const lists = { Zeb: { a: { ref: 'Aaa.z' } }, Aaa: { z: { ref: 'Zeb.a' } } };
  assert.is(relationshipName(only(projectOf(lists))), 'Aaa.z <-> Zeb.a');
  assert.is(relationshipName(only(projectOf(lists), { ...ALPHABETICAL, locale: 'da' })), 'Zeb.a <-> Aaa.z');
});

test('on one list the field path decides', () => {
  const lists = { User: { parent: { ref: 'User.children' }, children: { ref: 'User.parent', many: true } } };
  const found = only(projectOf(lists));
  assert.is(relationshipName(found), 'User.children <-> User.parent');
  assert.is(found.cardinality, '1:N');
  assert.equal([found.tableName, found.columnName], ['User', 'parent']);
});

test('it says where the two side orders have different results', () => {
  const lists = (many: boolean) => ({
    User: { post: { ref: 'Post.user', many } },
    Post: { user: { ref: 'User.post' } },
  });
  assert.ok(only(projectOf(lists(false))).sideOrderMatters);
  assert.ok(only(projectOf(lists(false)), DECLARATION).sideOrderMatters);
  assert.not(only(projectOf(lists(true))).sideOrderMatters, 'one-to-many: the single side stays anyway');
});

test('collections have the names of mongoose 5.9', () => {
  const found = find(projectOf({ Human: { a: { ref: 'Human', many: true } } })).relationships[0];
  assert.is(found?.collection, 'human_a_manies');
  const human = only(projectOf({ Human: { a: { ref: 'Human' } } }));
  assert.is(human.collection, 'humen');
});

test('a collection that the list chooses is kept', () => {
  const drawn = projectOf({ Post: { author: { ref: 'User' } }, User: {} });
  const lists = drawn.lists.map((list) => ({ ...list, collection: `my${list.key}` }));
  assert.is(only({ ...drawn, lists }).collection, 'myPost');
});

test('a ref to a list that does not exist', () => {
  assert.equal(faults({ Post: { author: { ref: 'Usr' } } }), [
    'AM2001 lists/Post.js:3 Post.author refers to the list Usr, which does not exist.',
  ]);
});

test('a ref to a field that does not exist, or is no relationship', () => {
  assert.equal(faults({ Post: { author: { ref: 'User.posts' }, editor: { ref: 'User.name' } }, User: {} }), [
    'AM2002 lists/Post.js:3 Post.author refers to User.posts, which does not exist.',
    'AM2002 lists/Post.js:4 Post.editor refers to User.name, which is not a relationship.',
  ]);
});

test('two sides that do not name each other', () => {
  assert.equal(
    faults({
      Post: { author: { ref: 'User.posts' }, editor: { ref: 'User.posts' } },
      User: { posts: { ref: 'Post.editor', many: true } },
    }),
    ['AM2003 lists/Post.js:3 Post.author refers to User.posts, but User.posts refers to Post.editor.'],
  );
});

test('a field that names itself', () => {
  assert.match(
    faults({ User: { friends: { ref: 'User.friends', many: true } } })[0] ?? '',
    /^AM2004 .*User\.friends/,
  );
});

test('a ref that is no ref', () => {
  for (const ref of ['', 'User.', '.posts', 'User.posts.x']) {
    assert.match(faults({ Post: { author: { ref } }, User: {} })[0] ?? '', /^AM2005 /);
  }
});

test('lists on two adapters', () => {
  const drawn = projectOf({ Post: { author: { ref: 'User' } }, User: {} });
  const lists = drawn.lists.map((list) => ({ ...list, adapterName: list.key === 'User' ? 'other' : null }));
  assert.is(find({ ...drawn, lists }).diagnostics[0]?.code, 'AM2006');

  const source = { file: 'index.js', line: 1, column: 1 };
  const byDefault: Adapter = { name: 'other', isDefault: true, database: 'mongo', schemaName: null, source };
  assert.equal(find({ ...drawn, lists, adapters: [byDefault] }).diagnostics, []);
});

test('two join tables of one name, and a join table with the name of a list', () => {
  assert.equal(
    faults({ A_b_C: { d: { ref: 'X', many: true } }, A: { b_C_d: { ref: 'X', many: true } }, X: {} }),
    [
      'AM2007 lists/A.js:3 The join table of A.b_C_d -> X would be named A_b_C_d_many, a name that A_b_C.d -> X uses too.',
    ],
  );
  assert.match(
    faults({ Post: { tags: { ref: 'Tag', many: true } }, Tag: {}, Post_tags_many: {} })[0] ?? '',
    /^AM2007 .*Post_tags_many, a name that the list Post_tags_many uses too/,
  );
});

test.run();
