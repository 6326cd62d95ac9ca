import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSettings } from '../../generator/command-line/settings.ts';
import { UsageError } from '../../generator/refusal.ts';
import { seed } from '../support/seed.ts';

const settings = suite<{ cwd: string }>('settings');

settings.before.each((context) => {
  context.cwd = mkdtempSync(join(tmpdir(), 'arcade-migrate-'));
});

settings.after.each(({ cwd }) => rmSync(cwd, { recursive: true, force: true }));

/** The faults that an action throws, without the code frames. */
const faults = async (action: () => Promise<unknown>): Promise<string[]> => {
  try {
    await action();
  } catch (error) {
    assert.instance(error, UsageError);
    return (error as UsageError).message.split('\n').filter((line) => !/^([> ] *\d* \|.*)?$/.test(line));
  }
  return [];
};

const write = (cwd: string, file: string, content: unknown) =>
  writeFileSync(join(cwd, file), typeof content === 'string' ? content : JSON.stringify(content));

settings('what is not said has its default', async ({ cwd }) => {
  assert.equal(await parseSettings({ entries: ['index.js'], out: undefined }, cwd), {
    entries: ['index.js'],
    lockTimeout: '5s',
    out: 'out',
    name: 'arcade',
    layout: 'plain',
    sideOrder: 'alphabetical',
    locale: 'en',
    reconcile: 'abort',
    env: {},
    list: {},
    allowUnresolved: false,
    review: 'md',
    replace: false,
    force: false,
    dryRun: false,
    stdout: false,
    items: '100',
    seed: '1',
    yes: false,
    json: false,
    quiet: false,
    cwd,
  });
});

settings('the command line wins over the config file, and that over package.json', async ({ cwd }) => {
  write(cwd, 'package.json', {
    name: 'x',
    'arcade-migrate': { entries: ['a.js'], out: 'a', name: 'a', locale: 'da' },
  });
  write(cwd, 'arcade-migrate.config.json', { out: 'b', name: 'b' });
  const { entries, locale, out, name } = await parseSettings({ entries: [], name: 'c' }, cwd);
  assert.equal({ entries, locale, out, name }, { entries: ['a.js'], locale: 'da', out: 'b', name: 'c' });
});

settings('all faults of all sources come in one message', async ({ cwd }) => {
  write(cwd, 'package.json', { 'arcade-migrate': { databases: 'mongo' } });
  write(cwd, 'arcade-migrate.config.json', { quiet: 'yes' });
  assert.equal(
    await faults(() =>
      parseSettings(
        { entries: ['a.js'], database: 'mysql', sideOrder: 'x', name: '../up', locale: '?' },
        cwd,
      ),
    ),
    [
      'package.json:1:20: databases is not an option. Did you mean database?',
      'arcade-migrate.config.json:1:10: quiet must be true or false: "yes"',
      '--database is not one of postgres, mongo, both: "mysql"',
      '--side-order is not one of alphabetical, declaration: "x"',
      '--locale must be a language tag, such as en or da-DK: "?"',
      '--name must begin with a letter or digit, and have only letters, digits, - and _: "../up"',
    ],
  );
});

settings('each fault says in plain words what a value must be', async ({ cwd }) => {
  write(cwd, 'arcade-migrate.config.json', { entries: 'a.js', out: 1, name: '', list: 'x', env: { A: 1 } });
  assert.equal(
    await faults(() => parseSettings({}, cwd)),
    [
      '1:12: entries must be a list of file names: "a.js"',
      '1:59: env.A must be a string: 1',
      '1:44: list must be an object of names and values: "x"',
      '1:25: out must be a string: 1',
      '1:34: name must begin with a letter or digit, and have only letters, digits, - and _: ""',
    ].map((fault) => `arcade-migrate.config.json:${fault}`),
  );
});

settings('a fault in a file comes with its position and the lines around it', async ({ cwd }) => {
  const frame = async (file: string, content: string): Promise<string> => {
    write(cwd, file, content);
    const error = await parseSettings({ entries: ['a.js'] }, cwd).catch((reason: UsageError) => reason);
    rmSync(join(cwd, file));
    return error instanceof UsageError ? `${error.message}\n${error.help}` : '';
  };
  assert.is(
    await frame('arcade-migrate.config.json', '{\n  "database":\n    "mysql",\n  "schemaname": "cms"\n}\n'),
    `arcade-migrate.config.json:3:5: database is not one of postgres, mongo, both: "mysql"

  1 | {
  2 |   "database":
> 3 |     "mysql",
    |     ^
  4 |   "schemaname": "cms"
  5 | }

arcade-migrate.config.json:4:3: schemaname is not an option. Did you mean schemaName?

  2 |   "database":
  3 |     "mysql",
> 4 |   "schemaname": "cms"
    |   ^
  5 | }
  6 |

"arcade-migrate help generate" lists the options. In a file their names are in camel case, such as schemaName.`,
  );
  assert.match(
    await frame('package.json', '{\n  "arcade-migrate": {\n    "entries": [1] } }'),
    /^package\.json:3:17: entries\.0 must be a string: 1\n/,
  );
  assert.match(
    await frame('package.json', '{ "arcade-migrate": [] }'),
    /^package\.json:1:21: the options must/,
  );
  assert.is(
    await frame('arcade-migrate.config.json', '{ "database": mongo }'),
    `arcade-migrate.config.json:1:15: Unexpected token 'm'

> 1 | { "database": mongo }
    |               ^

Correct the file. It is JSON: names and strings need double quotes, and no comma follows the last value.`,
  );
});

settings('no entry, an option twice, a config that is none', async ({ cwd }) => {
  assert.match((await faults(() => parseSettings({}, cwd)))[0] ?? '', 'no entry file was given');
  assert.match(
    (await faults(() => parseSettings({ entries: ['a.js'], out: ['a', 'b'] }, cwd)))[0] ?? '',
    '--out can be given once only',
  );
  write(cwd, 'arcade-migrate.config.json', '{');
  assert.match(
    (await faults(() => parseSettings({ entries: ['a.js'] }, cwd)))[0] ?? '',
    /^arcade-migrate\.config\.json:1:2: Expected property name/,
  );
  write(cwd, 'arcade-migrate.config.json', []);
  assert.match(
    (await faults(() => parseSettings({ entries: ['a.js'] }, cwd)))[0] ?? '',
    '1:1: the options must be an object',
  );
});

settings('a record is an object in a file, and a repeated option on the command line', async ({ cwd }) => {
  write(cwd, 'arcade-migrate.config.json', {
    entries: ['a.js'],
    env: { MODE: 'a=b' },
    list: { User: 'user.js' },
  });
  assert.equal((await parseSettings({}, cwd)).env, { MODE: 'a=b' });
  const { env, list } = await parseSettings({ env: ['MODE=a=b', 'NONE='], list: 'Post=post.js' }, cwd);
  assert.equal({ env, list }, { env: { MODE: 'a=b', NONE: '' }, list: { Post: 'post.js' } });
  assert.equal(await faults(() => parseSettings({ env: ['MODE', '=x'] }, cwd)), [
    '--env must be NAME=value: "MODE"',
    '--env must be NAME=value: "=x"',
  ]);
});

settings('$schema may stand in the configuration; what is for one run may not', async ({ cwd }) => {
  write(cwd, 'arcade-migrate.config.json', { $schema: 'x', entries: ['a.js'] });
  assert.equal(Object.keys(await parseSettings({}, cwd)).includes('$schema'), false);
  write(cwd, 'arcade-migrate.config.json', { force: true, env: ['a'] });
  assert.equal(await faults(() => parseSettings({ entries: ['a.js'] }, cwd)), [
    'arcade-migrate.config.json:1:21: env must be an object of names and values: ["a"]',
    'arcade-migrate.config.json:1:2: force is for one run: give it on the command line, as --force',
  ]);
});

settings('the JSON Schema allows what the program does', async ({ cwd }) => {
  const schema = JSON.parse(
    readFileSync(new URL('../../generator/schemas/config.json', import.meta.url), 'utf8'),
  );
  const isValid = new Ajv({ allErrors: true }).compile(schema);
  const likely = [
    'postgres',
    'abort',
    '5s',
    'text',
    'a-b',
    '',
    true,
    false,
    ['a.js'],
    [''],
    { A: 'b' },
    { A: '' },
  ];
  const values = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...likely) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  // Whether a text is a language tag is no pattern: the schema leaves it open.
  const names = Object.keys(schema.properties).filter((name) => name !== 'locale');
  const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.string() },
  );
  const outcomes = { valid: 0, invalid: 0 };
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, values, { minKeys: 1, maxKeys: 2 }), async (configuration) => {
      write(cwd, 'arcade-migrate.config.json', configuration);
      const isTaken = (await faults(() => parseSettings({}, cwd, { needsEntries: false }))).length === 0;
      assert.is(isValid(configuration), isTaken, JSON.stringify(configuration));
      outcomes[isTaken ? 'valid' : 'invalid'] += 1;
    }),
    { seed, numRuns: 400 },
  );
  assert.ok(outcomes.valid > 20 && outcomes.invalid > 20);
});

settings.run();
