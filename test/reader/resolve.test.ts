import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newResolver } from '../../generator/reader/modules/resolve.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'arcade-migrate-'));

for (const name of [
  'a.js',
  'a.ts',
  'b.ts',
  'c/index.js',
  'd/package.json',
  'd/lib/main.js',
  'e.json',
  'f.config.js',
  'node_modules/g/index.js',
  'src/alias.ts',
  'own/package.json',
  'own/lists/index.js',
  'own/names/one.js',
  'own/src/more.ts',
  'own/config.js',
  'own/hoisted.js',
  'packages/shared/package.json',
  'packages/shared/src/index.ts',
  'packages/shared/src/more.ts',
]) {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), '{}');
}
fs.writeFileSync(path.join(root, 'd/package.json'), '{ "main": "lib/main" }');
fs.writeFileSync(
  path.join(root, 'packages/shared/package.json'),
  '{ "name": "shared", "main": "dist/index.js" }',
);
fs.writeFileSync(path.join(root, 'own/package.json'), '{ "devDependencies": { "config": "1" } }');
fs.writeFileSync(path.join(root, 'package.json'), '{ "dependencies": { "hoisted": "1" } }');
fs.writeFileSync(path.join(root, 'pnpm-workspace.yaml'), 'packages:\n  # all of them\n  - "packages/*"\n');
fs.writeFileSync(
  path.join(root, 'tsconfig.json'),
  '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }',
);

/** What an import in `from` means, in short. */
function resolve(specifier: string, from = 'index.js'): string {
  const resolution = newResolver().resolve(specifier, path.join(root, from));
  if (resolution.kind === 'file') return path.relative(root, resolution.path).replaceAll('\\', '/');
  return 'name' in resolution ? `${resolution.kind} ${resolution.name}` : resolution.kind;
}

test('finds files as Node does, with the extensions of the importing language first', () => {
  assert.is(resolve('./a'), 'a.js');
  assert.is(resolve('./a', 'index.ts'), 'a.ts');
  assert.is(resolve('./b'), 'b.ts');
  assert.is(resolve('./b.js', 'index.ts'), 'b.ts');
  assert.is(resolve('./e'), 'e.json');
  assert.is(resolve('./f.config'), 'f.config.js');
  assert.is(resolve('./nowhere'), 'missing');
});

test('finds the file of a folder', () => {
  assert.is(resolve('./c'), 'c/index.js');
  assert.is(resolve('./c/'), 'c/index.js');
  assert.is(resolve('.', 'c/other.js'), 'c/index.js');
  assert.is(resolve('./d'), 'd/lib/main.js');
});

test('follows the aliases of a tsconfig and the packages of the workspace, but no installed package', () => {
  assert.is(resolve('~/alias'), 'src/alias.ts');
  assert.is(resolve('shared'), 'packages/shared/src/index.ts');
  assert.is(resolve('shared/more'), 'packages/shared/src/more.ts');
  assert.is(resolve('g'), 'package g');
  assert.is(resolve('@keystonejs/fields'), 'package @keystonejs/fields');
  assert.is(resolve('node:path'), 'builtin path');
});

test('finds files of the project where its folders are searched like packages, but no dependencies', () => {
  assert.is(resolve('names/one', 'own/lists/index.js'), 'own/names/one.js');
  assert.is(resolve('more', 'own/lists/index.js'), 'own/src/more.ts');
  assert.is(resolve('config', 'own/lists/index.js'), 'package config');
  assert.is(resolve('hoisted', 'own/lists/index.js'), 'package hoisted');
  assert.is(resolve('@/lists/user', 'own/lists/index.js'), 'alias');
  assert.is(resolve('@scope/name', 'own/lists/index.js'), 'package @scope/name');
});

test.after(() => fs.rmSync(root, { recursive: true, force: true }));

test.run();
