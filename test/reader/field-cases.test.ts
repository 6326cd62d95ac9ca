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
  'mono-modulealias': friends,
  'pkg-require-all': friends,
  'pkg-require-directory': friends,
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

for (const target of ['es5', 'es2015', 'es2017', 'es2020', 'esb16', 'esbuild', 'min']) {
  test(`reads what a compiler made for ${target}`, () => {
    const project = readLists(['index.js'], { cwd: path.join(root, `compiled-${target}`) });
    assert.equal(
      describeDiagnostics(project).filter((line) => line.startsWith('error')),
      [],
    );
    assert.equal(describeRelationships(project), compiled);
    assert.match(project.secondReading?.outcome ?? '', /^(confirmed|settled)$/);
  });
}

test.run();
