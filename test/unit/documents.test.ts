import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandName, flagOf, OPTIONS, optionsOf } from '../../generator/command-line/options.ts';
import { COMMANDS } from '../../generator/commands/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The text of all files of a folder. */
const textIn = (folder: string): string =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

test('every message that docs/troubleshooting.md quotes is one that the program has', () => {
  const program = textIn('generator') + textIn('templates');
  const headings = read('docs/troubleshooting.md').match(/^### `.*`$/gm) ?? [];
  assert.ok(headings.length > 10);
  for (const heading of headings) {
    for (const message of heading.slice('### `'.length, -1).split('`, or `')) {
      assert.ok(program.includes(message), message);
    }
  }
});

test('every option that the documents name exists', () => {
  const flags = Object.keys(OPTIONS).map(
    (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
  const others =
    /^--(no-color|no-run|help|version|quiet|change|database-name|set|save-dev|no-owner|schema-only|disable-triggers)$/;
  // docs/layouts.md is full of the options of migration runners.
  const documents = readdirSync(join(root, 'docs')).filter(
    (name) => name.endsWith('.md') && name !== 'layouts.md',
  );
  for (const file of documents) {
    for (const flag of read(`docs/${file}`).match(/(?<=`|\s)--[a-z][a-z-]+/g) ?? []) {
      assert.ok(flags.includes(flag) || others.test(flag), `${file}: ${flag}`);
    }
  }
});

test('every option stands with a command that has it', () => {
  const pages = readdirSync(join(root, 'docs')).map((name) => `docs/${name}`);
  const names = COMMANDS.map(({ name }) => name).join('|');
  let count = 0;
  for (const page of ['README.md', 'FORMATS.md', ...pages]) {
    for (const [shown, name] of read(page).matchAll(
      new RegExp(`(?<=\`|npx )(?:arcade-migrate )?(${names})\\b[^\`\\n]*`, 'g'),
    )) {
      const known = [...optionsOf(name as CommandName).map(([option]) => flagOf(option)), '--help'];
      for (const flag of shown.match(/(?<=\s)--[a-z][a-z-]+/g) ?? []) {
        assert.ok(known.includes(flag), `${page}: ${shown}`);
        count += 1;
      }
    }
  }
  assert.ok(count > 15, `${count} options`);
});

test.run();
