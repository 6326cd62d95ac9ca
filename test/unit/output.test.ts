import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A project whose output is longer than any pipe holds. */
async function largeProject(): Promise<string> {
  const folder = await temporaryFolder();
  const lists = Array.from({ length: 300 }, (_, number) => {
    const field = `{ type: Relationship, ref: 'List${(number + 1) % 300}', many: true }`;
    return `keystone.createList('List${number}', { fields: { next: ${field} } });`;
  });
  const head = [
    "const { Keystone } = require('@keystonejs/keystone');",
    "const { Relationship } = require('@keystonejs/fields');",
    'const keystone = new Keystone({});',
  ];
  writeFileSync(join(folder, 'index.js'), [...head, ...lists, ''].join('\n'));
  return folder;
}

/** Runs a line of bash in which $ARCADE is the program. */
const bash = (cwd: string, line: string) =>
  run('bash', ['-c', `set -o pipefail; ARCADE='${process.execPath} ${program}'; ${line}`], { cwd });

test('output is complete in a pipe, and who reads only its beginning ends the program quietly', async () => {
  const folder = await largeProject();
  const { status, stderr } = await bash(
    folder,
    `$ARCADE relationships index.js --json --quiet > file.json && $ARCADE relationships index.js --json --quiet | cat > pipe.json`,
  );
  assert.is(status, 0, stderr);
  const [file, pipe] = ['file.json', 'pipe.json'].map((name) => readFileSync(join(folder, name), 'utf8'));
  assert.ok((file ?? '').length > 200_000);
  assert.is(pipe, file);

  const cut = await bash(folder, `$ARCADE relationships index.js --quiet --json | head -1`);
  assert.equal([cut.status, cut.stdout, cut.stderr], [141, '{\n', '']);
});

test('output that cannot be written is one line and status 1', async () => {
  if (!existsSync('/dev/full')) return;
  const folder = await largeProject();
  const full = await bash(folder, '$ARCADE relationships index.js --quiet > /dev/full');
  assert.equal([full.status, full.stderr.split('\n').length], [1, 2]);
  assert.match(full.stderr, 'The output cannot be written');
});

test('--help and --version load nothing that is slow to load', async () => {
  const folder = await temporaryFolder();
  const hooks = join(folder, 'hooks.mjs');
  writeFileSync(
    hooks,
    `import { writeSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  writeSync(2, 'loads ' + found.url + '\\n');
  return found;
}`,
  );
  const register = `data:text/javascript,import { register } from 'node:module'; register('file://${hooks}');`;
  for (const option of ['--help', '--version']) {
    const { stdout, stderr } = await run(process.execPath, ['--import', register, program, option], {
      cwd: folder,
    });
    assert.ok(stdout.length > 0);
    // The program is bundled: its parts say what they were made of.
    const parts = stderr.match(/(?<=loads )file:.*\/dist\/.*/gm) ?? [];
    const loaded = stderr + parts.map((url) => readFileSync(new URL(url), 'utf8')).join('\n');
    assert.match(loaded, 'node_modules/yargs/');
    for (const name of ['ts-morph', 'handlebars', 'sql-formatter', 'valibot']) {
      assert.not.match(loaded, `node_modules/${name}/`, `${option} loads ${name}`);
    }
  }
});

test.run();
