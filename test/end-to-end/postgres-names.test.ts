import * as assert from 'uvu/assert';
import { planMigration } from '../../generator/plan/index.ts';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { quoteIdentifier } from '../../generator/text/quote-sql.ts';
import { newDdl, oldDdl } from '../support/keystone-ddl.ts';
import { writeScripts } from '../support/library-scripts.ts';
import { projectOf } from '../support/lists.ts';
import { suiteNeeding } from '../support/needs.ts';
import { query, readSchema, withDatabase } from '../support/postgres.ts';
import { mustBeSchema, mustOnlyRead, mustRefuse, mustSucceed, readState } from '../support/postgres-steps.ts';

const test = suiteNeeding('postgres', 'PostgreSQL, names of all kinds');

const LONG = 'x'.repeat(44);

/** Projects whose names are in each other's way, or are not what names usually are. */
const projects: Readonly<Record<string, Project>> = {
  'a new table name that is another old one, of a table that gets another name': projectOf({
    Post: { tags: { ref: 'Tag', many: true }, tags_many: { ref: 'Tag', many: true } },
    Tag: {},
  }),
  'a new table name that is another old one, of a table that goes': projectOf({
    Post: { tags: { ref: 'Tag', many: true }, tags_many: { ref: 'Author.posts', many: true } },
    Author: { posts: { ref: 'Post.tags_many', many: true } },
    Tag: { posts: { ref: 'Post', many: true } },
  }),
  'a chain of three': projectOf({
    Post: {
      tags_many_many: { ref: 'Tag', many: true },
      tags: { ref: 'Tag', many: true },
      tags_many: { ref: 'Tag', many: true },
    },
    Tag: {},
  }),
  'a new column name that the other column has': projectOf({
    Post: { drafts: { ref: 'Post_left', many: true } },
    Post_left: {},
    User_right: { friends: { ref: 'User', many: true } },
    User: {},
  }),
  'a new index name that the index of a table that goes has': projectOf({
    post: { tags: { ref: 'post_left', many: true } },
    Post: { tags_many: { ref: 'post_left.posts' } },
    post_left: { posts: { ref: 'Post.tags_many', many: true } },
  }),
  'reserved words, upper case and underscores': projectOf({
    select: { from: { ref: 'ORDER.where', many: true }, user: { ref: 'table.all' } },
    ORDER: { where: { ref: 'select.from', many: true }, _: { ref: 'select', many: true } },
    table: { all: { ref: 'select.user' }, check: { ref: 'ORDER' }, end: { ref: 'ORDER', many: true } },
  }),
  'quotes, dollars, blanks, dots and unicode': projectOf({
    'a"b\'c': { 'x $1': { ref: "Łódź.o'n", many: true }, "it's": { ref: '日本語.é"' } },
    Łódź: { "o'n": { ref: 'a"b\'c.x $1', many: true } },
    日本語: { 'é"': { ref: "a\"b'c.it's" }, $question$: { ref: '$arcade$', many: true } },
    $arcade$: {
      'back\\slash': { ref: '日本語', many: true },
      '%I %s': { ref: 'Łódź' },
      '${x}': { ref: 'Łódź', many: true },
    },
    'my-list': { 'a-b': { ref: 'Łódź', many: true } },
  }),
  'names of 63 bytes, and of more': projectOf({
    Post: {
      [LONG]: { ref: 'User', many: true },
      ['é'.repeat(20)]: { ref: `${'Long'.repeat(5)}.posts`, many: true },
    },
    ['Long'.repeat(5)]: { posts: { ref: `Post.${'é'.repeat(20)}`, many: true } },
    User: { ['y'.repeat(70)]: { ref: 'Post' } },
  }),
};

for (const [what, project] of Object.entries(projects)) {
  test(what, async () => {
    const { relationships, diagnostics } = findRelationships(project, {
      sideOrder: 'alphabetical',
      locale: 'en',
    });
    assert.equal(diagnostics, []);
    const scripts = await writeScripts(project, 'postgres');
    await withDatabase(async (database) => {
      await query(database, oldDdl(project.lists) + fill(project));
      const before = await readState(database);
      assert.ok(before.rows.length > 3);
      await mustOnlyRead(database, scripts('preflight'));
      await mustSucceed(database, scripts('migrate'));
      await mustOnlyRead(database, scripts('verify'));
      await mustRefuse(database, scripts('migrate'), /already migrated/);
      const fresh = await withDatabase(async (other) => {
        // Where Keystone 8 itself fails on a name, ours are free ones.
        const created = await query(other, newDdl(project.lists, relationships)).then(
          () => true,
          () => false,
        );
        return created ? readSchema(other) : null;
      });
      if (fresh) mustBeSchema(await readSchema(database), fresh, 'the schema of a fresh Keystone 8');
      await mustSucceed(database, scripts('rollback'));
      const after = await readState(database);
      mustBeSchema(after.schema, before.schema, 'the schema after rollback');
      assert.equal(after.rows, before.rows);
      await mustRefuse(database, scripts('rollback'), /not migrated/);
    });
  });
}

/** Items 1 to 3 in each list, and each linked with its namesake on every side of every relationship. */
function fill({ lists }: Project): string {
  const fields = lists.flatMap(({ key, relationships }) =>
    relationships.map(({ path, many, ref }) => ({ list: key, path, many, target: ref.split('.')[0] ?? '' })),
  );
  return [
    ...lists.map(({ key }) => `INSERT INTO ${quoteIdentifier(key)} (id) VALUES (1), (2), (3);`),
    ...fields.map(({ list, path, many, target }) =>
      many
        ? `INSERT INTO ${quoteIdentifier(`${list}_${path}`)} (${quoteIdentifier(`${list}_id`)}, ${quoteIdentifier(`${target}_id`)}) VALUES (1, 1), (2, 2), (3, 3);`
        : `UPDATE ${quoteIdentifier(list)} SET ${quoteIdentifier(path)} = id;`,
    ),
  ].join('\n');
}

test('names that cannot work are refused before a script is written', async () => {
  const path = 'p'.repeat(60);
  for (const [lists, owner] of [
    [{ Post: { tags: { ref: 'Tag', many: true } }, Tag: {}, Post_tags_many: {} }, /Post_tags_many/],
    [
      {
        Post: { [`${path}1`]: { ref: 'Tag', many: true }, [`${path}2`]: { ref: 'Tag', many: true } },
        Tag: {},
      },
      /p1 -> Tag.*p2 -> Tag|p2 -> Tag.*p1 -> Tag/,
    ],
  ] as const) {
    const project = projectOf(lists);
    const found = findRelationships(project, { sideOrder: 'alphabetical', locale: 'en' });
    const { diagnostics } = planMigration(project, found.relationships, {
      databases: ['postgres'],
      schemaName: 'public',
      lockTimeout: '5s',
      sideOrder: 'alphabetical',
      locale: 'en',
      reconcile: 'abort',
    });
    const errors = [...found.diagnostics, ...diagnostics];
    assert.ok(
      errors.some(({ severity, message }) => severity === 'error' && owner.test(message)),
      JSON.stringify(errors),
    );
  }
});

test.run();
