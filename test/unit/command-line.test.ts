import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { flagOf, OPTIONS, type Option } from '../../generator/command-line/options.ts';
import { COMMANDS } from '../../generator/commands/index.ts';
import { runHere } from '../support/in-process.ts';
import { seed } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary.ts';

const LISTS = `const { Keystone } = require('@keystonejs/keystone');
const { Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({});
keystone.createList('Tag', { fields: {} });
keystone.createList('Post', { fields: { tags: { type: Relationship, ref: 'Tag', many: true } } });
`;

const names = Object.keys(OPTIONS);
const text = fc.oneof(
  fc.constantFrom(
    '',
    'both',
    'merge',
    'en',
    '5s',
    'a=b',
    'index.js',
    'lists',
    'a file',
    '../x',
    'sarif',
    '__proto__',
    '-',
    '\u0000',
  ),
  // No path that leads out of the folder of the test.
  fc.string({ maxLength: 8 }).filter((value) => !value.startsWith('/') && !value.includes('..')),
);
const entry = fc.constantFrom('index.js', 'index.js', 'lists', 'nowhere.js', 'broken.js', 'data.bin');
const word = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...names.map(flagOf), '--', '-h', '--help', '--version') },
  { weight: 2, arbitrary: text },
  { weight: 1, arbitrary: text.map((value) => `--${value}`) },
);
/** An option with a value that it may well take. */
const option = fc
  .constantFrom(...(Object.entries(OPTIONS) as [string, Option][]))
  .chain(([name, { type, ...rest }]) => {
    if (type === 'flag') return fc.constant<readonly string[]>([flagOf(name)]);
    const likely =
      'choices' in rest ? fc.constantFrom(...rest.choices) : fc.constantFrom('a', 'A=b', 'lists', '1s');
    return fc
      .oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: text })
      .map((value) => [flagOf(name), value]);
  });
/** Mostly sensible, so that it gets far; and words that stand anywhere. */
const commandLine = fc.tuple(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...COMMANDS.map(({ name }) => name), 'completion') },
    { weight: 1, arbitrary: word },
  ),
  fc
    .tuple(
      fc.array(entry, { maxLength: 2 }),
      fc.oneof(
        { weight: 2, arbitrary: fc.array(option, { maxLength: 2 }).map((options) => options.flat()) },
        { weight: 1, arbitrary: fc.array(word, { maxLength: 3 }) },
      ),
    )
    .map((words) => words.flat()),
);
const configuration = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  {
    weight: 3,
    arbitrary: fc
      .dictionary(
        fc.oneof(fc.constantFrom('entries', '$schema', ...names), text),
        fc.oneof(fc.jsonValue(), text, fc.boolean()),
        {
          maxKeys: 4,
        },
      )
      .map((values) => JSON.stringify(values)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: text },
);

/** All files and folders below a folder. */
const treeOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

test('whatever is typed or configured: status 0, 1 or 2, no stack trace, and nothing written where it is not 0', async () => {
  const statuses = new Map<number | null, number>();
  await fc.assert(
    fc.asyncProperty(commandLine, configuration, async ([command, rest], config) => {
      const above = await temporaryFolder();
      const cwd = join(above, 'project');
      mkdirSync(join(cwd, 'lists'), { recursive: true });
      writeFileSync(join(cwd, 'index.js'), LISTS);
      writeFileSync(join(cwd, 'lists', 'index.js'), LISTS);
      writeFileSync(join(cwd, 'broken.js'), 'const = ;');
      writeFileSync(join(cwd, 'data.bin'), Buffer.from([0, 255, 254, 128]));
      if (config !== null) writeFileSync(join(cwd, 'arcade-migrate.config.json'), config);
      const before = treeOf(above);
      const { status, stdout, stderr } = await runHere(cwd, command, ...rest);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      assert.ok(status === 0 || status === 1 || status === 2, `status ${status}`);
      assert.not.match(stdout + stderr, /^\s+at .*:\d+/m);
      assert.not.match(stderr, 'which is a bug');
      if (status !== 0) {
        assert.ok(stderr.trim() !== '' || stdout.trim() !== '', 'it says nothing');
        assert.equal(treeOf(above), before);
      }
      rmSync(above, { recursive: true, force: true });
    }),
    { numRuns: 80, seed },
  );
  // Else what is drawn is no test of one of them.
  for (const status of [0, 1, 2])
    assert.ok((statuses.get(status) ?? 0) > 2, `status ${status} is seldom drawn`);
});

test.run();
