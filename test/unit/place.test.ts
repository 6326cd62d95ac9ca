import fs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../generator/refusal.ts';
import { finishOthers, placeFiles } from '../../generator/versions/place.ts';

const CHANGES = ['mkdirSync', 'writeFileSync', 'renameSync', 'rmSync', 'rmdirSync'] as const;

/** Runs an action while each change of a file first asks `before`, which throws where it is not to happen. */
function withFileSystem(
  before: (change: (typeof CHANGES)[number], args: unknown[]) => void,
  action: () => void,
) {
  const originals = CHANGES.map((change) => [change, fs[change]] as const);
  for (const [change, original] of originals) {
    const replaced = (...args: unknown[]) => {
      before(change, args);
      return Reflect.apply(original, fs, args);
    };
    Object.assign(fs, { [change]: replaced });
  }
  syncBuiltinESMExports();
  try {
    action();
  } finally {
    Object.assign(fs, Object.fromEntries(originals));
    syncBuiltinESMExports();
  }
}

/** What is left of a file that could not be written whole. */
function leavePart(path: unknown): void {
  const file = fs.openSync(String(path), 'w');
  fs.writeSync(file, '{');
  fs.closeSync(file);
}

/** All files below a folder with their texts, hidden ones included. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]),
  );

const OLD = {
  'db/V1.sql': 'old',
  'out/a/one': 'old',
  'out/a/two': 'old',
  'out/b/three': 'old',
  'out/manifest': 'old',
};
const NEW = {
  'db/V1.sql': 'new',
  'db/V2.sql': 'new',
  'out/a/one': 'new',
  'out/c/four': 'new',
  'out/manifest': 'new',
};

const FILES = ['a/one', 'c/four', '../db/V1.sql', '../db/V2.sql', 'manifest'].map((path) => ({
  path,
  text: 'new',
}));

const place = (folder: string, isCurrent = () => {}) =>
  placeFiles(join(folder, 'out'), FILES, ['a/two', 'b/three'], isCurrent);

function fill(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(OLD)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const test = suite<{ folder: string }>('place');

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'arcade-migrate-'));
  fill(context.folder);
});

test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

test('files are written and removed, and folders that are left empty go', ({ folder }) => {
  place(folder);
  assert.equal(contentOf(folder), NEW);
  assert.equal(readdirSync(join(folder, 'out')).sort(), ['a', 'c', 'manifest']);
});

test('cut off at any moment, the next run finds the old state or makes the new', ({ folder }) => {
  class Killed extends Error {}
  const states = new Set<string>();
  let done = false;
  for (let moment = 0; !done; moment++) {
    fill(folder);
    let count = 0;
    withFileSystem(
      (change, args) => {
        if (count++ < moment) return;
        // The first change that does not happen may be a file that is cut off half-way.
        if (count === moment + 1 && change === 'writeFileSync') leavePart(args[0]);
        throw new Killed();
      },
      () => {
        try {
          place(folder);
          done = true;
        } catch (error) {
          assert.instance(error, Killed);
        }
      },
    );
    finishOthers(join(folder, 'out'));
    const content = contentOf(folder);
    const state = content['out/manifest'] ?? '';
    assert.equal(content, state === 'old' ? OLD : NEW, `cut off at change ${moment}`);
    states.add(state);
  }
  assert.equal([...states], ['old', 'new']);
});

/** When the run of another machine, of which nothing more is known, must be over. */
function atLaterTime(action: () => void): void {
  const { now } = Date;
  Date.now = () => now() + 61_000;
  try {
    action();
  } finally {
    Date.now = now;
  }
}

test('a full disk at any file leaves everything as it was, and nothing else', ({ folder }) => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  let failed = 0;
  for (let file = 0; failed === file; file++) {
    fill(folder);
    let written = 0;
    withFileSystem(
      (change, args) => {
        if (change !== 'writeFileSync' || written++ !== file) return;
        leavePart(args[0]);
        throw full;
      },
      () => {
        try {
          place(folder);
        } catch (error) {
          assert.is(error, full);
          failed++;
        }
      },
    );
    assert.equal(contentOf(folder), failed > file ? OLD : NEW);
    if (failed > file) assert.equal(readdirSync(join(folder, 'out')).sort(), ['a', 'b', 'manifest']);
  }
  assert.is(failed, FILES.length + 1);
});

test('while another run writes, this one does not', ({ folder }) => {
  const out = join(folder, 'out');
  const journal = { pid: process.ppid, host: 'elsewhere', since: Date.now(), remove: [], write: [] };
  for (const name of ['.writing.json', '.moving.json']) {
    const path = join(out, name);
    writeFileSync(path, JSON.stringify(journal));
    assert.throws(
      () => place(folder),
      (error: unknown) => error instanceof Refusal,
    );
    assert.equal(contentOf(folder), { ...OLD, [`out/${name}`]: JSON.stringify(journal) });
    atLaterTime(() => place(folder));
    assert.equal(contentOf(folder), NEW);
    fill(folder);
  }
});

test('what is no longer current is not written', ({ folder }) => {
  assert.throws(
    () =>
      place(folder, () => {
        throw new Error('stale');
      }),
    'stale',
  );
  assert.equal(contentOf(folder), OLD);
});

test('a folder that is read-only leaves everything as it was', ({ folder }) => {
  const before = process.cwd();
  const isRoot = process.geteuid?.() === 0;
  for (const path of ['.', 'out', 'out/a', 'out/b']) chmodSync(join(folder, path), 0o777);
  chmodSync(join(folder, 'db'), 0o555);
  process.chdir(folder);
  if (isRoot) process.seteuid?.('nobody');
  try {
    assert.throws(() => placeFiles('out', FILES, ['a/two', 'b/three'], () => {}), /EACCES/);
  } finally {
    if (isRoot) process.seteuid?.(0);
    process.chdir(before);
    chmodSync(join(folder, 'db'), 0o777);
  }
  assert.equal(contentOf(folder), OLD);
});

test.run();
