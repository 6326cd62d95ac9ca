import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plan, planMigration } from '../../generator/plan/index.ts';
import { Refusal } from '../../generator/refusal.ts';
import { findRelationships, relationshipName } from '../../generator/relationships/index.ts';
import {
  compare,
  findEdits,
  finishCutOff,
  nextId,
  presentVersions,
  readManifest,
  toReplace,
  uncoveredBy,
  writeVersion,
} from '../../generator/versions/index.ts';
import { projectOf, type ShortField } from '../support/lists.ts';

const SCRIPTS = [
  { path: 'REVIEW.md', text: 'read me\n' },
  { path: 'postgres/migrate.sql', text: 'BEGIN;\nCOMMIT;\n' },
];

const POST = { author: { ref: 'User' }, tags: { ref: 'Tag', many: true } };

const planOf = (post: Readonly<Record<string, ShortField>>, schemaName = 'public'): Plan =>
  planFrom({ Post: post, User: {}, Tag: {} }, schemaName);

function planFrom(lists: Parameters<typeof projectOf>[0], schemaName = 'public'): Plan {
  const project = projectOf(lists);
  const options = {
    databases: ['postgres'],
    schemaName,
    lockTimeout: '5s',
    sideOrder: 'alphabetical',
    locale: 'en',
    reconcile: 'abort',
  } as const;
  return planMigration(project, findRelationships(project, options).relationships, options).plan;
}

/** Writes a version as generate does, and gives its id. */
function write(
  out: string,
  name: string,
  plan: Plan,
  { id = nextId(out, name, readManifest(out)), force = false, files = SCRIPTS } = {},
): string {
  const below = files.map(({ path, text }) => ({
    path: path.startsWith('../') ? path : `${id}/${path}`,
    text,
  }));
  writeVersion(out, { id, plan, files: below }, { force });
  return id;
}

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

const drift = (plan: Plan, out: string) => compare(plan, presentVersions(readManifest(out), out));

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    assert.instance(error, Refusal);
    return (error as Refusal).message;
  }
  throw new Error('it did not refuse');
};

const versions = suite<{ out: string }>('versions');

versions.before.each((context) => {
  context.out = mkdtempSync(join(tmpdir(), 'arcade-migrate-'));
});

versions.after.each(({ out }) => rmSync(out, { recursive: true, force: true }));

versions('a version is a folder with its files, and an entry in the manifest', ({ out }) => {
  assert.is(write(out, 'arcade', planOf(POST)), '0001_arcade');
  assert.equal(readdirSync(out).sort(), ['0001_arcade', 'manifest.json']);
  assert.is(readFileSync(join(out, '0001_arcade/postgres/migrate.sql'), 'utf8'), 'BEGIN;\nCOMMIT;\n');
  const [version] = readManifest(out).versions;
  assert.is(version?.relationships.length, 2);
  assert.equal(Object.keys(version?.files ?? {}), [
    '0001_arcade/REVIEW.md',
    '0001_arcade/postgres/migrate.sql',
  ]);
});

versions('numbers count on, past folders of other names', ({ out }) => {
  write(out, 'arcade', planOf(POST));
  mkdirSync(join(out, '0002_by-hand'));
  assert.is(write(out, 'more', planOf({})), '0003_more');
});

versions('a folder that an interrupted run left is taken over when it is the same', ({ out }) => {
  write(out, 'arcade', planOf(POST));
  rmSync(join(out, 'manifest.json'));
  assert.is(write(out, 'arcade', planOf(POST)), '0001_arcade');

  rmSync(join(out, 'manifest.json'));
  writeFileSync(join(out, '0001_arcade/REVIEW.md'), 'mine\n');
  assert.match(
    refusal(() => write(out, 'arcade', planOf(POST))),
    '0001_arcade/REVIEW.md',
  );
  assert.is(read(out, '0001_arcade/REVIEW.md'), 'mine\n');
});

versions('a folder that cannot be written is a refusal', ({ out }) => {
  const file = join(out, 'file');
  writeFileSync(file, '');
  assert.match(
    refusal(() => write(file, 'arcade', planOf(POST))),
    'cannot be written',
  );
});

versions('a folder in the place of a file is a refusal', ({ out }) => {
  mkdirSync(join(out, '0001_arcade/REVIEW.md'), { recursive: true });
  const id = '0001_arcade';
  assert.match(
    refusal(() => write(out, 'arcade', planOf(POST), { id })),
    /cannot be written: a folder is where a file should be/,
  );
  assert.equal(readdirSync(out), [id]);
});

versions(
  'where files cannot be moved after others were, nothing says that nothing was written',
  ({ out }) => {
    const journal = { pid: 0, host: '', since: 0, remove: [], write: ['a.sql', 'b.sql'] };
    writeFileSync(join(out, '.moving.json'), JSON.stringify(journal));
    for (const path of journal.write) writeFileSync(join(out, `.${path}.writing`), path);
    mkdirSync(join(out, 'b.sql'));
    assert.throws(
      () => finishCutOff(out),
      (error: unknown) =>
        error instanceof Refusal && error.help.startsWith('Some files are already in place'),
    );
    assert.is(read(out, 'a.sql'), 'a.sql');
    rmSync(join(out, 'b.sql'), { recursive: true });
    finishCutOff(out);
    assert.equal(readdirSync(out), ['a.sql', 'b.sql']);
  },
);

versions('the same lists are covered, wherever they are declared', ({ out }) => {
  write(out, 'arcade', planOf(POST));
  const moved = { author: POST.author, tags: { ...POST.tags, source: { file: 'x.js', line: 9, column: 9 } } };
  assert.equal(drift(planOf(moved), out), { uncovered: [], changed: [], gone: [] });
});

versions('a new relationship is not covered, one that went is gone', ({ out }) => {
  write(out, 'arcade', planOf(POST));
  const { uncovered, changed, gone } = drift(
    planOf({ author: POST.author, editors: { ref: 'User', many: true } }),
    out,
  );
  assert.equal(uncovered, ['Post.editors -> User']);
  assert.equal(changed, []);
  assert.equal(gone, [{ relationship: 'Post.tags -> Tag', version: '0001_arcade' }]);
});

versions('what does not change needs no version', ({ out }) => {
  assert.equal(drift(planOf({ author: POST.author }), out), { uncovered: [], changed: [], gone: [] });
  write(out, 'arcade', planOf(POST));
  const more = planOf({ ...POST, editor: { ref: 'User' } });
  assert.equal(drift(more, out), { uncovered: [], changed: [], gone: [] });
  assert.equal(uncoveredBy(readManifest(out).versions, more).map(relationshipName), ['Post.editor -> User']);
});

versions('another cardinality, or another schema, is another shape', ({ out }) => {
  write(out, 'arcade', planOf(POST));
  const single = drift(planOf({ ...POST, tags: { ref: 'Tag' } }), out);
  assert.equal(single.changed, [
    {
      relationship: 'Post.tags -> Tag',
      version: '0001_arcade',
      was: 'Post.tags -> Tag (N:N, Post_tags_many), PostgreSQL schema public',
      is: 'Post.tags -> Tag (N:1, Post), PostgreSQL schema public',
    },
  ]);
  assert.is(drift(planOf(POST, 'cms'), out).changed.length, 2);
});

versions(
  'what a field says of its column and index, and the collection of a list, are of the shape too',
  ({ out }) => {
    const said = {
      isUnique: true,
      isNotNullable: true,
      isIndexed: false,
      mongooseOptions: { sparse: true, index: true },
    };
    const project = { Post: { author: { ref: 'User' } }, User: {} };
    write(out, 'arcade', planFrom(project));
    const written = planFrom({ Post: { author: { ref: 'User', ...said } }, User: {} });
    const renamed = {
      ...written,
      lists: written.lists.map((list) => ({ ...list, collection: `my_${list.key}` })),
    };
    assert.equal(
      drift(renamed, out).changed.map(({ was, is }) => [was, is]),
      [
        [
          'Post.author -> User (N:1, Post), PostgreSQL schema public',
          'Post.author -> User (N:1, Post), Post.author isUnique: true, Post.author isIndexed: false, Post.author isNotNullable: true, Post.author mongooseOptions: {"sparse":true,"index":true}, Post.author collection: "my_Post", Post.author refCollection: "my_User", PostgreSQL schema public',
        ],
      ],
    );
    write(out, 'arcade', renamed);
    rmSync(join(out, '0001_arcade'), { recursive: true });
    assert.equal(drift(renamed, out), { uncovered: [], changed: [], gone: [] });
  },
);

versions('a version whose folder was deleted covers nothing', ({ out }) => {
  write(out, 'arcade', planOf(POST));
  rmSync(join(out, '0001_arcade'), { recursive: true });
  assert.equal(drift(planOf(POST), out).uncovered, ['Post.tags -> Tag']);
  assert.is(write(out, 'arcade', planOf(POST)), '0001_arcade');
  assert.is(readManifest(out).versions.length, 1);
});

versions('files that were edited or removed are found; other line ends are no edit', ({ out }) => {
  write(out, 'arcade', planOf(POST));
  const edits = () => findEdits(out, readManifest(out).versions).map(({ state }) => state);
  const migrate = join(out, '0001_arcade/postgres/migrate.sql');
  writeFileSync(migrate, 'BEGIN;\r\nCOMMIT;\r\n');
  assert.equal(edits(), []);
  writeFileSync(migrate, 'COMMIT;\n');
  assert.equal(edits(), ['edited']);
  rmSync(migrate);
  assert.equal(edits(), ['missing']);
  mkdirSync(migrate);
  assert.equal(edits(), ['missing'], 'a folder is no file');
});

versions('a manifest that is none is a refusal, and stays as it is', ({ out }) => {
  for (const text of [
    '',
    '{',
    '{"manifestVersion":2,"versions":[]}',
    '{"manifestVersion":1,"versions":[{}]}',
  ]) {
    writeFileSync(join(out, 'manifest.json'), text);
    assert.match(
      refusal(() => readManifest(out)),
      'manifest.json',
    );
    assert.is(readFileSync(join(out, 'manifest.json'), 'utf8'), text);
  }
});

versions('versions can be moved with their folder', ({ out }) => {
  write(out, 'arcade', planOf(POST));
  const copy = join(out, 'copy');
  cpSync(join(out, '0001_arcade'), join(copy, '0001_arcade'), { recursive: true });
  cpSync(join(out, 'manifest.json'), join(copy, 'manifest.json'));
  assert.equal(drift(planOf(POST), copy), { uncovered: [], changed: [], gone: [] });
  assert.equal(findEdits(copy, readManifest(copy).versions), []);
});

versions('a relationship between fields that two versions cover concerns both', ({ out }) => {
  const lists = (post: ShortField, user: ShortField) =>
    planFrom({ Post: { author: post }, User: { posts: user } });
  const one = planFrom({ Post: { author: { ref: 'User' } }, User: {} });
  write(out, 'one', one);
  const two = lists({ ref: 'User' }, { ref: 'Post', many: true });
  write(out, 'two', { ...two, relationships: two.relationships.filter(({ left }) => left.path === 'posts') });
  const joined = lists({ ref: 'User.posts' }, { ref: 'Post.author', many: true });
  assert.equal(
    drift(joined, out).changed.map(({ version }) => version),
    ['0001_one', '0002_two'],
  );
});

versions('--replace means the newest version whose relationships changed, else the newest', ({ out }) => {
  const present = () => presentVersions(readManifest(out), out);
  assert.is(toReplace(planOf(POST), present()), null);
  write(out, 'arcade', planOf({ author: POST.author }));
  write(out, 'tags', planOf({ tags: POST.tags }));
  assert.is(toReplace(planOf(POST), present()), '0002_tags');
  assert.is(toReplace(planOf({ ...POST, author: { ref: 'User', many: true } }), present()), '0001_arcade');
  assert.is(toReplace(planOf(POST, 'cms'), present()), '0002_tags');
});

versions('a version takes the place of its former self: files that it no longer has go', ({ out }) => {
  const id = write(out, 'arcade', planOf(POST));
  write(out, 'tags', planOf({}));
  const files = [{ path: 'REVIEW.md', text: 'read me again\n' }];
  write(out, 'arcade', planOf(POST, 'cms'), { id, files });
  assert.equal(readdirSync(join(out, id)), ['REVIEW.md']);
  assert.is(read(out, id, 'REVIEW.md'), 'read me again\n');
  const [first, second] = readManifest(out).versions;
  assert.equal([first?.id, first?.schemaName, second?.id], [id, 'cms', '0002_tags']);
});

versions('what was edited by hand is overwritten, or removed, with force only', ({ out }) => {
  const id = write(out, 'arcade', planOf(POST));
  const mine = join(id, 'postgres/migrate.sql');
  writeFileSync(join(out, mine), 'mine\n');
  const manifest = read(out, 'manifest.json');
  for (const files of [SCRIPTS, SCRIPTS.slice(0, 1)]) {
    assert.match(
      refusal(() => write(out, 'arcade', planOf(POST), { id, files })),
      mine,
    );
  }
  assert.is(read(out, mine), 'mine\n');
  assert.is(read(out, 'manifest.json'), manifest);
  write(out, 'arcade', planOf(POST), { id, force: true });
  assert.is(read(out, mine), 'BEGIN;\nCOMMIT;\n');
});

versions('what is as it should be is not touched', ({ out }) => {
  const id = write(out, 'arcade', planOf(POST));
  const migrate = join(out, id, 'postgres/migrate.sql');
  writeFileSync(migrate, 'BEGIN;\r\nCOMMIT;\r\n');
  write(out, 'arcade', planOf(POST), { id });
  assert.is(read(migrate), 'BEGIN;\r\nCOMMIT;\r\n');
});

versions('files outside of the folder belong to their version too', ({ out: folder }) => {
  const out = join(folder, 'out');
  const outside = join(folder, 'db/migrations/V7__arcade.sql');
  const files = [...SCRIPTS, { path: '../db/migrations/V7__arcade.sql', text: 'SELECT 1;\n' }];
  const id = write(out, 'arcade', planOf(POST), { files });
  assert.is(read(outside), 'SELECT 1;\n');
  writeFileSync(outside, 'SELECT 2;\n');
  assert.equal(
    findEdits(out, readManifest(out).versions).map(({ state }) => state),
    ['edited'],
  );
  assert.match(
    refusal(() => write(out, 'arcade', planOf(POST), { id, files: SCRIPTS })),
    'V7__arcade.sql',
  );
  write(out, 'arcade', planOf(POST), { id, force: true });
  assert.equal(readdirSync(join(folder, 'db/migrations')), []);

  writeFileSync(outside, 'not ours\n');
  assert.match(
    refusal(() => write(out, 'more', planOf({}), { files })),
    'V7__arcade.sql',
  );
  assert.equal(readdirSync(out).sort(), [id, 'manifest.json']);
});

versions('the files outside of a version whose folder was deleted go with it', ({ out: folder }) => {
  const out = join(folder, 'out');
  const outside = (name: string) => ({ path: `../db/${name}.sql`, text: 'SELECT 1;\n' });
  const id = write(out, 'arcade', planOf(POST), { files: [...SCRIPTS, outside('V1')] });
  rmSync(join(out, id), { recursive: true });
  write(out, 'arcade', planOf(POST), { files: [...SCRIPTS, outside('V2')] });
  assert.equal(readdirSync(join(folder, 'db')), ['V2.sql']);
});

versions('a version is not written by a manifest that another run has changed meanwhile', ({ out }) => {
  const manifest = readManifest(out);
  write(out, 'arcade', planOf(POST));
  const before = read(out, 'manifest.json');
  const files = [{ path: '0002_more/REVIEW.md', text: '' }];
  assert.match(
    refusal(() => writeVersion(out, { id: '0002_more', plan: planOf({}), files }, { manifest })),
    'Another run has written',
  );
  assert.is(read(out, 'manifest.json'), before);
  assert.equal(readdirSync(out).sort(), ['0001_arcade', 'manifest.json']);
});

versions('a manifest of a newer program is named as such', ({ out }) => {
  writeFileSync(join(out, 'manifest.json'), '{"manifestVersion":2,"versions":{}}');
  assert.match(
    refusal(() => readManifest(out)),
    'was written by a newer arcade-migrate',
  );
});

versions.run();
