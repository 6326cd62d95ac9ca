import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLists } from '../../generator/reader/index.ts';
import { describeDiagnostics, describeRelationships } from './describe.ts';

/** One project a style. Its expected.json says what is to be read, and every diagnostic. */
interface Expected {
  readonly entries: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly relationships: readonly string[];
  readonly diagnostics: readonly string[];
}

const root = fileURLToPath(new URL('../fixtures/reader', import.meta.url));

for (const style of fs.readdirSync(root)) {
  test(`reads the style ${style}`, () => {
    const cwd = path.join(root, style);
    const expected: Expected = JSON.parse(fs.readFileSync(path.join(cwd, 'expected.json'), 'utf8'));
    const project = readLists(expected.entries, { cwd, env: expected.env ?? {} });
    assert.equal(describeDiagnostics(project), expected.diagnostics);
    assert.equal(describeRelationships(project), expected.relationships);
  });
}

test.run();
