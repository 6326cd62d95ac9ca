import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type MongoStep, planMongo, type StoredField } from '../../generator/plan/mongo/index.ts';
import { type PostgresStep, planPostgres } from '../../generator/plan/postgres/index.ts';
import { readLists } from '../../generator/reader/index.ts';
import { findRelationships, type SideOrder } from '../../generator/relationships/index.ts';

const POSTGRES = { schemaName: 'public', lockTimeout: '5s' } as const;

/**
 * What the cheatsheet published with Arcade says of its User and Post, in the words of its migration strategies:
 * exact with the sides in the order of declaration. Beside it, what Keystone 8 expects, where that is another thing.
 */
const CHEATSHEET: readonly {
  readonly kind: string;
  readonly sideOrder: SideOrder;
  readonly postgres: readonly string[];
  readonly mongo: readonly string[];
}[] = [
  { kind: 'one-to-many-one-sided', sideOrder: 'declaration', postgres: [], mongo: [] },
  { kind: 'one-to-many-one-sided', sideOrder: 'alphabetical', postgres: [], mongo: [] },
  ...(['declaration', 'alphabetical'] as const).map((sideOrder) => ({
    kind: 'many-to-many-one-sided',
    sideOrder,
    postgres: [
      'rename Post_authors to Post_authors_many',
      'rename Post_id to Post_left_id',
      'rename User_id to User_right_id',
    ],
    mongo: [
      'create post_authors_manies with Post_left_id and User_right_id from posts.authors',
      'delete posts.authors',
    ],
  })),
  ...(['declaration', 'alphabetical'] as const).map((sideOrder) => ({
    kind: 'one-to-many-two-sided',
    sideOrder,
    postgres: ['drop User_posts'],
    mongo: ['delete users.posts'],
  })),
  {
    kind: 'many-to-many-two-sided',
    sideOrder: 'declaration',
    postgres: [
      'drop Post_authors',
      'rename User_posts to User_posts_Post_authors',
      'rename User_id to User_left_id',
      'rename Post_id to Post_right_id',
    ],
    mongo: [
      'create user_posts_post_authors with User_left_id and Post_right_id from users.posts',
      'delete users.posts',
      'delete posts.authors',
    ],
  },
  {
    kind: 'many-to-many-two-sided',
    sideOrder: 'alphabetical',
    postgres: [
      'drop User_posts',
      'rename Post_authors to Post_authors_User_posts',
      'rename Post_id to Post_left_id',
      'rename User_id to User_right_id',
    ],
    mongo: [
      'create post_authors_user_posts with Post_left_id and User_right_id from posts.authors',
      'delete posts.authors',
      'delete users.posts',
    ],
  },
  {
    kind: 'one-to-one-two-sided',
    sideOrder: 'declaration',
    postgres: ['drop Post.author'],
    mongo: ['delete posts.author'],
  },
  {
    kind: 'one-to-one-two-sided',
    sideOrder: 'alphabetical',
    postgres: ['drop User.post'],
    mongo: ['delete users.post'],
  },
];

for (const { kind, sideOrder, postgres, mongo } of CHEATSHEET) {
  test(`${kind}, ${sideOrder}`, () => {
    const fixtures = fileURLToPath(new URL('../fixtures/cheatsheet/', import.meta.url));
    const project = readLists([`${kind}.js`], { cwd: fixtures });
    const { relationships, diagnostics } = findRelationships(project, { sideOrder, locale: 'en' });
    assert.equal([...project.diagnostics, ...diagnostics], []);
    assert.equal(
      relationships.map((relationship) => relationship.kind),
      [kind],
    );

    assert.equal(
      planPostgres(relationships, project.lists, POSTGRES).plan.steps.flatMap(sayPostgres),
      postgres,
    );
    assert.equal(planMongo(relationships, project.lists).plan.steps.flatMap(sayMongo), mongo);
  });
}

/** The cheatsheet does not speak of constraints, indexes and repeated pairs. */
function sayPostgres({ kept, after, dropped }: PostgresStep): string[] {
  const drop = dropped && (dropped.kind === 'table' ? dropped.name : `${dropped.table}.${dropped.name}`);
  return [
    ...(drop === null ? [] : [`drop ${drop}`]),
    ...(kept?.kind === 'table' && after.kind === 'table'
      ? [
          `rename ${kept.name} to ${after.name}`,
          `rename ${kept.near.name} to ${after.near.name}`,
          `rename ${kept.far.name} to ${after.far.name}`,
        ]
      : []),
  ];
}

function sayMongo({ kept, dropped, join }: MongoStep): string[] {
  const name = ({ collection, path }: StoredField) => `${collection}.${path}`;
  return [
    ...(join ? [`create ${join.collection} with ${join.near} and ${join.far} from ${name(kept)}`] : []),
    ...(join ? [`delete ${name(kept)}`] : []),
    ...(dropped ? [`delete ${name(dropped)}`] : []),
  ];
}

test.run();
