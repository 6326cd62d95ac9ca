import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLists } from '../../generator/reader/index.ts';
import { describeDiagnostics, describeRelationships } from './describe.ts';

/** The smallest projects with what stopped others: each is read to its end, and a run agrees. */
const root = fileURLToPath(new URL('../fixtures/field-cases', import.meta.url));

const friends = ['User.friends -> User, many'];
const compiled = [
  'Post.author1 -> User.posts1',
  'Post.author2 -> User.posts2',
  'Post.owner -> User',
  'Post.tags -> Tag.posts, many',
  'Tag.owner -> User',
  'Tag.posts -> Post.tags, many',
  'User.owner -> User',
  'User.posts1 -> Post.author1, many',
  'User.posts2 -> Post.author2, many',
];

const cases: Readonly<Record<string, readonly string[]>> = {
  chdir: ['Post.author -> User.posts', 'User.posts -> Post.author, many'],
  'esm-package': friends,
  'number-parse': ['Post.author -> User'],
  'false-express': friends,
  'mono-modulealias': friends,
  'silent-passport': [...friends, 'passportSession.item -> User'],
};

for (const [name, relationships] of Object.entries(cases)) {
  test(`reads ${name}, and a run confirms it`, () => {
    const project = readLists(['index.js'], { cwd: path.join(root, name) });
    assert.equal(describeDiagnostics(project), []);
    assert.equal(describeRelationships(project), relationships);
    assert.is(project.secondReading?.outcome, 'confirmed');
  });
}

/** What only the run follows. */
const settled: Readonly<Record<string, readonly string[]>> = {
  'content-blocks': [
    'Page.body -> _ContentType_Page_body.from',
    'Post.body -> _ContentType_Post_body.from',
    '_Block_Post_poll.from -> _ContentType_Post_body.polls',
    '_ContentType_Page_body.from -> Page.body',
    '_ContentType_Post_body.from -> Post.body',
    '_ContentType_Post_body.polls -> _Block_Post_poll.from, many',
  ],
  'pkg-require-all': friends,
  'pkg-require-directory': friends,
  'passport-subclass': ['passportSession.item -> Member'],
  proxy: ['Comment.tag -> Tag', 'Post.owner -> User', 'Tag.post -> Post', ...friends],
  ...Object.fromEntries(
    ['es5', 'es2015', 'es2017', 'es2020', 'esb16', 'esbuild', 'min'].map((target) => [
      `compiled-${target}`,
      compiled,
    ]),
  ),
};

for (const [name, relationships] of Object.entries(settled)) {
  test(`a run settles ${name}, which alone is read with an error`, () => {
    const cwd = path.join(root, name);
    const project = readLists(['index.js'], { cwd });
    assert.equal(describeDiagnostics(project), []);
    assert.equal(describeRelationships(project), relationships);
    assert.is(project.secondReading?.outcome, 'settled');
    assert.match(describeDiagnostics(readLists(['index.js'], { cwd, run: false })).join('\n'), 'error');
  });
}

test.run();
