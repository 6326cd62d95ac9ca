import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runHere } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const LISTS = `const { Keystone } = require('@keystonejs/keystone');
const { Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({});
keystone.createList('Tag', { fields: {} });
keystone.createList('Post', { fields: { tags: { type: Relationship, ref: 'Tag', many: true } } });
`;

/** A project with a file named file, folders named as given, and one version in out. */
async function projectWith(...folders: readonly string[]): Promise<string> {
  const cwd = await temporaryFolder();
  writeFileSync(join(cwd, 'index.js'), LISTS);
  writeFileSync(join(cwd, 'file'), '');
  const { status } = await runHere(cwd, 'generate', 'index.js', '--database', 'postgres');
  assert.is(status, 0);
  for (const folder of folders) mkdirSync(join(cwd, folder), { recursive: true });
  return cwd;
}

const FILE = 'a file is where a folder should be';
const FOLDER = 'a folder is where a file should be';

test('where a folder stands for a file, or a file for a folder, the message says so and what to do', async () => {
  const cwd = await projectWith('folder', 'lists.json', 'other/manifest.json');
  for (const [command, reason, cure] of [
    ['generate index.js --out file', FILE, 'choose another one with --out'],
    ['generate index.js --out other', `manifest.json cannot be read: ${FOLDER}`, 'Restore it'],
    ['generate index.js --out new --templates file', FILE, 'Name a folder with --templates'],
    ['templates --templates file', FILE, 'Name a folder with --templates'],
    ['templates --templates nowhere', 'no such file or directory', 'Name a folder with --templates'],
    ['templates --eject file', FILE, 'Name another folder'],
    ['generate index.js --database postgres --layout knex --migrations file --out new', FILE, '--migrations'],
    ['rehearse --dump folder', 'folder is a folder', 'pg_restore'],
    ['rehearse --dump nowhere', 'nowhere does not exist', '--dump <file>'],
    ['generate index.js --lists folder', 'folder does not exist or cannot be read', 'Name the file'],
    ['generate folder', 'it holds no JavaScript', 'Name the file'],
    ['relationships lists.json', 'lists.json does not exist or cannot be read', 'Name the file'],
  ] as const) {
    const { status, stderr } = await runHere(cwd, ...command.split(' '));
    assert.ok(status === 1 || status === 2, command);
    for (const part of [reason, cure]) assert.ok(stderr.includes(part), `${command}: ${stderr}`);
    assert.not.match(stderr, /\b(E[A-Z]{4,}|syscall)\b|arcade-migrate failed/, command);
  }
});

test('a folder in the place of the config file or of package.json', async () => {
  const cwd = await projectWith('arcade-migrate.config.json');
  for (const command of ['init', 'init --force', 'check index.js']) {
    const { status, stderr } = await runHere(cwd, ...command.split(' '));
    assert.equal(
      [status, stderr],
      [
        2,
        `arcade-migrate.config.json cannot be read: ${FOLDER}\nMake it a file that you can read, or remove it.\n`,
      ],
    );
  }
  const other = await projectWith('package.json');
  for (const command of ['init', 'check index.js']) {
    const { status, stderr } = await runHere(other, ...command.split(' '));
    assert.is(status, 2);
    assert.match(stderr, `package.json cannot be read: ${FOLDER}\n`);
  }
});

test.run();
