import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planMigration } from '../../generator/plan/index.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { renderPlan } from '../../generator/render/plan-document.ts';
import { project } from '../support/arbitraries.ts';
import { runCli } from '../support/cli.ts';
import { seed } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const compile = () => {
    const schema = readJson(join(root, 'generator/schemas', `${name}.json`)) as object;
    return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  };
  const validator = validators.get(name) ?? compile();
  validators.set(name, validator);
  return validator;
}

function follows(name: string, value: unknown): void {
  const validate = validatorOf(name);
  assert.ok(validate(value), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3), null, 2)}`);
}

/** Each value with one key taken away, added, or of another type: every place in it once. */
function* mutationsOf(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const mutated of mutationsOf(item)) yield value.with(index, mutated);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      for (const mutated of mutationsOf(item)) yield { ...value, [key]: mutated };
      yield { ...value, [key]: typeof item === 'number' ? 'one' : 7 };
    }
  }
}

test('FORMATS.md names every schema', () => {
  const formats = readFileSync(join(root, 'FORMATS.md'), 'utf8');
  for (const file of readdirSync(join(root, 'generator/schemas'))) {
    assert.match(formats, `[\`${file}\`](generator/schemas/${file})`);
  }
});

test('manifest.json and plan.json of the sample follow their schemas', () => {
  follows('manifest', readJson(join(root, 'out/manifest.json')));
  follows('plan', readJson(join(root, 'out/0001_arcade/plan.json')));
});

test('a value of another type anywhere does not', () => {
  for (const [name, path] of [
    ['manifest', 'out/manifest.json'],
    ['plan', 'out/0001_arcade/plan.json'],
  ] as const) {
    let refused = 0;
    for (const mutated of mutationsOf(readJson(join(root, path)))) {
      assert.not(validatorOf(name)(mutated), `${name} ${++refused}`);
    }
    assert.ok(refused > 100);
  }
});

test('nor does a key too many or too few, or a version that is not known', () => {
  const plan = readJson(join(root, 'out/0001_arcade/plan.json')) as Record<string, unknown>;
  const { lists, ...without } = plan;
  for (const mutated of [
    without,
    { ...plan, more: 1 },
    { ...plan, planVersion: 2 },
    { ...plan, reconcile: 'x' },
  ]) {
    assert.not(validatorOf('plan')(mutated));
  }
  assert.ok(Array.isArray(lists));
});

test('the plan of every project follows the schema', () => {
  fc.assert(
    fc.property(project, fc.constantFrom('abort', 'merge', 'discard'), (drawn, reconcile) => {
      const { relationships } = findRelationships(drawn, { sideOrder: 'alphabetical', locale: 'en' });
      const { plan } = planMigration(drawn, relationships, {
        databases: ['postgres', 'mongo'],
        schemaName: 'public',
        lockTimeout: '5s',
        sideOrder: 'alphabetical',
        locale: 'en',
        reconcile,
      });
      follows('plan', JSON.parse(renderPlan(plan).text));
    }),
    { numRuns: 60, seed },
  );
});

test('what the commands print with --json follows their schemas', async () => {
  const folder = await temporaryFolder();
  cpSync(join(root, 'test/fixtures/sample-blog'), folder, { recursive: true });
  const run = async (schema: string, ...args: string[]) => {
    const { stdout } = await runCli(folder, ...args, '--json');
    follows(schema, JSON.parse(stdout));
    return stdout;
  };
  await Promise.all([
    run('relationships', 'relationships', 'index.ts'),
    run('generate-stdout', 'generate', 'index.ts', '--stdout'),
    run('templates', 'templates'),
    run('generate', 'generate', 'index.ts'),
  ]);
  const comment = join(folder, 'lists/Comment.ts');
  const text = readFileSync(comment, 'utf8');
  writeFileSync(
    comment,
    text.replace("ref: 'Post' }", "ref: 'Pst', many: true }").replace('author', 'editor'),
  );
  const migrate = join(folder, 'out/0001_arcade/postgres/migrate.sql');
  writeFileSync(migrate, readFileSync(migrate, 'utf8').replace('5s', '6s'));
  const faults = await run('check', 'check', 'index.ts');
  assert.match(faults, 'AM2001');
  writeFileSync(
    comment,
    text
      .replace("ref: 'Post' }", "ref: 'Post', many: true }")
      .replace(
        "author: { type: Relationship, ref: 'User' }",
        "editors: { type: Relationship, ref: 'User', many: true }",
      ),
  );
  const drift = JSON.parse(await run('check', 'check', 'index.ts'));
  for (const key of ['uncovered', 'changed', 'gone', 'edits']) assert.is(drift[key].length, 1, key);
});

test.run();
