import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLists } from '../../generator/reader/index.ts';
import { findRelationships, type Relationship } from '../../generator/relationships/index.ts';

/**
 * The smallest programs that hid a relationship once, or showed one that is not there. `expected.json` has what Keystone
 * 8.0.0 sees when it runs them. Each is read exactly, or with an error. `unread.cjs`, where there is one, is what the
 * package 'unread' could be: the reader never sees it.
 */
const root = fileURLToPath(new URL('../fixtures/reader-cases', import.meta.url));

const describe = ({ left, right, cardinality }: Relationship): string =>
  `${left.list}.${left.path} ${right === null ? `-> ${left.ref}` : `<-> ${right.list}.${right.path}`} ${cardinality}`;

for (const name of fs.readdirSync(root)) {
  test(`is exact or loud about ${name}`, () => {
    const cwd = path.join(root, name);
    const expected = JSON.parse(fs.readFileSync(path.join(cwd, 'expected.json'), 'utf8'));
    const project = readLists(['index.js'], { cwd });
    const { relationships, diagnostics } = findRelationships(project, {
      sideOrder: 'alphabetical',
      locale: 'en',
    });
    const errors = [...project.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error');
    if (errors.length === 0) assert.equal(relationships.map(describe).sort(), expected.relationships);
  });
}

test.run();
