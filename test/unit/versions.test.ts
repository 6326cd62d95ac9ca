import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plan, planMigration } from '../../generator/plan/index.ts';
import { Refusal } from '../../generator/refusal.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import {
  compare,
  findEdits,
  presentVersions,
  readManifest,
  writeVersion,
} from '../../generator/versions/index.ts';
import { projectOf, type ShortField } from '../support/lists.ts';

const SCRIPTS = [
  { path: 'REVIEW.md', text: 'read me\n' },
  { path: 'postgres/migrate.sql', text: 'BEGIN;\nCOMMIT;\n' },
];

const POST = { author: { ref: 'User' }, tags: { ref: 'Tag', many: true } };

function planOf(post: Readonly<Record<string, ShortField>>, schemaName = 'public'): Plan {
  const project = projectOf({ Post: post, User: {}, Tag: {} });
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
  assert.is(writeVersion(out, 'arcade', planOf(POST), SCRIPTS), '0001_arcade');
  assert.equal(readdirSync(out).sort(), ['0001_arcade', 'manifest.json']);
  assert.is(readFileSync(join(out, '0001_arcade/postgres/migrate.sql'), 'utf8'), 'BEGIN;\nCOMMIT;\n');
  const [version] = readManifest(out).versions;
  assert.is(version?.relationships.length, 2);
  assert.equal(Object.keys(version?.files ?? {}), ['REVIEW.md', 'postgres/migrate.sql']);
});

versions('numbers count on, past folders of other names', ({ out }) => {
  writeVersion(out, 'arcade', planOf(POST), SCRIPTS);
  mkdirSync(join(out, '0002_by-hand'));
  assert.is(writeVersion(out, 'more', planOf({}), SCRIPTS), '0003_more');
});

versions('a folder that an interrupted run left is taken over when it is the same', ({ out }) => {
  writeVersion(out, 'arcade', planOf(POST), SCRIPTS);
  rmSync(join(out, 'manifest.json'));
  assert.is(writeVersion(out, 'arcade', planOf(POST), SCRIPTS), '0001_arcade');

  rmSync(join(out, 'manifest.json'));
  writeFileSync(join(out, '0001_arcade/REVIEW.md'), 'mine\n');
  assert.match(
    refusal(() => writeVersion(out, 'arcade', planOf(POST), SCRIPTS)),
    'holds other files',
  );
  assert.is(readFileSync(join(out, '0001_arcade/REVIEW.md'), 'utf8'), 'mine\n');
});

versions('a folder that cannot be written is a refusal', ({ out }) => {
  const file = join(out, 'file');
  writeFileSync(file, '');
  assert.match(
    refusal(() => writeVersion(file, 'arcade', planOf(POST), SCRIPTS)),
    'cannot be written',
  );
});

versions('the same lists are covered, wherever they are declared', ({ out }) => {
  writeVersion(out, 'arcade', planOf(POST), SCRIPTS);
  const moved = { author: POST.author, tags: { ...POST.tags, source: { file: 'x.js', line: 9, column: 9 } } };
  assert.equal(drift(planOf(moved), out), { uncovered: [], changed: [], gone: [] });
});

versions('a new relationship is not covered, one that went is gone', ({ out }) => {
  writeVersion(out, 'arcade', planOf(POST), SCRIPTS);
  const { uncovered, changed, gone } = drift(planOf({ author: POST.author, editor: { ref: 'User' } }), out);
  assert.equal(uncovered, ['Post.editor -> User']);
  assert.equal(changed, []);
  assert.equal(gone, [{ relationship: 'Post.tags -> Tag', version: '0001_arcade' }]);
});

versions('another cardinality, or another schema, is another shape', ({ out }) => {
  writeVersion(out, 'arcade', planOf(POST), SCRIPTS);
  const single = drift(planOf({ ...POST, tags: { ref: 'Tag' } }), out);
  assert.equal(single.changed, [
    {
      relationship: 'Post.tags -> Tag',
      version: '0001_arcade',
      was: 'Post.tags -> Tag (N:N, Post_tags_many), PostgreSQL schema public',
    },
  ]);
  assert.is(drift(planOf(POST, 'cms'), out).changed.length, 2);
});

versions('a version whose folder was deleted covers nothing', ({ out }) => {
  writeVersion(out, 'arcade', planOf(POST), SCRIPTS);
  rmSync(join(out, '0001_arcade'), { recursive: true });
  assert.is(drift(planOf(POST), out).uncovered.length, 2);
  assert.is(writeVersion(out, 'arcade', planOf(POST), SCRIPTS), '0001_arcade');
  assert.is(readManifest(out).versions.length, 1);
});

versions('files that were edited or removed are found; other line ends are no edit', ({ out }) => {
  writeVersion(out, 'arcade', planOf(POST), SCRIPTS);
  const edits = () => findEdits(out, readManifest(out).versions).map(({ state }) => state);
  const migrate = join(out, '0001_arcade/postgres/migrate.sql');
  writeFileSync(migrate, 'BEGIN;\r\nCOMMIT;\r\n');
  assert.equal(edits(), []);
  writeFileSync(migrate, 'COMMIT;\n');
  assert.equal(edits(), ['edited']);
  rmSync(migrate);
  assert.equal(edits(), ['missing']);
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
  writeVersion(out, 'arcade', planOf(POST), SCRIPTS);
  const copy = join(out, 'copy');
  cpSync(join(out, '0001_arcade'), join(copy, '0001_arcade'), { recursive: true });
  cpSync(join(out, 'manifest.json'), join(copy, 'manifest.json'));
  assert.equal(drift(planOf(POST), copy), { uncovered: [], changed: [], gone: [] });
  assert.equal(findEdits(copy, readManifest(copy).versions), []);
});

versions.run();
