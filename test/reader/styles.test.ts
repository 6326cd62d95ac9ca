import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLists } from '../../generator/reader/index.ts';
import { describeAdapters, describeDiagnostics, describeLists, describeRelationships } from './describe.ts';

/** One project a style. Its expected.json says what is to be read, and every diagnostic. */
interface Expected {
  readonly entries: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** List keys and the files with their configs, as `--list` gives them. */
  readonly byHand?: Readonly<Record<string, string>>;
  /** All lists with their ids, adapters and collections, where the style is about those. */
  readonly lists?: readonly string[];
  /** The adapters, where the style is about those. */
  readonly adapters?: readonly string[];
  readonly relationships: readonly string[];
  readonly diagnostics: readonly string[];
}

const root = fileURLToPath(new URL('../fixtures/reader', import.meta.url));

for (const style of fs.readdirSync(root)) {
  test(`reads the style ${style}`, () => {
    const cwd = path.join(root, style);
    const expected: Expected = JSON.parse(fs.readFileSync(path.join(cwd, 'expected.json'), 'utf8'));
    const project = readLists(expected.entries, {
      cwd,
      env: expected.env ?? {},
      lists: expected.byHand ?? {},
    });
    assert.equal(describeDiagnostics(project), expected.diagnostics);
    assert.equal(describeRelationships(project), expected.relationships);
    // Where something is wrong or unknown, a run has nothing to confirm.
    const isSound = expected.diagnostics.every((line) => !line.startsWith('error'));
    if (isSound) assert.match(project.secondReading?.outcome ?? '', /^(confirmed|settled)$/);
    if (expected.lists !== undefined) assert.equal(describeLists(project), expected.lists);
    if (expected.adapters !== undefined) assert.equal(describeAdapters(project), expected.adapters);
  });
}

test.run();
