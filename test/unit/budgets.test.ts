import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderScripts } from '../../generator/render/index.ts';
import { everydayProject } from '../support/arbitraries.ts';
import {
  BUDGETED,
  type Budget,
  countLines,
  emittedFor,
  LIBRARY_TARGET,
  linesOf,
} from '../support/budgets.ts';
import { planOf } from '../support/plans.ts';
import { seed } from '../support/seed.ts';

const BUDGETS: readonly Budget[] = ['migrate.sql', 'rollback.sql', 'migrate.js', 'all'];

for (const budgeted of BUDGETED) {
  const emitted = emittedFor(budgeted);
  for (const budget of BUDGETS) {
    test(`${budgeted.name}: ${budget} is no longer than its budget`, () => {
      const lines = linesOf(emitted)[budget];
      assert.ok(
        lines <= budgeted.targets[budget],
        `${lines} lines, and ${budgeted.targets[budget]} are allowed`,
      );
    });
  }

  test(`${budgeted.name}: no script has a line of more than 140 columns`, () => {
    const long = [...emitted]
      .filter(([path]) => /\.(sql|js)$/.test(path))
      .flatMap(([path, text]) =>
        text.split('\n').flatMap((line, index) => ([...line].length > 140 ? [`${path}:${index + 1}`] : [])),
      );
    assert.equal(long, []);
  });
}

test('the library is no longer than its budget', () => {
  for (const budgeted of BUDGETED) {
    const lines = countLines(emittedFor(budgeted).get('mongo/arcade.js') ?? '');
    assert.ok(lines > 0 && lines <= LIBRARY_TARGET, `${lines} lines, and ${LIBRARY_TARGET} are allowed`);
  }
});

/** The lines that a project may have, and those that each relationship that changes may add. */
const ALLOWED = {
  'postgres/migrate.sql': { base: 80, each: { abort: 18, merge: 24 } },
  'postgres/rollback.sql': { base: 100, each: { abort: 25, merge: 31 } },
  'mongo/migrate.js': { base: 50, each: { abort: 10, merge: 16 } },
} as const;

for (const reconcile of ['abort', 'merge'] as const) {
  test(`--reconcile ${reconcile}: scripts grow with the relationships that change, within their budget`, () => {
    const worst = new Map<string, { readonly over: number; readonly about: string }>();
    for (const drawn of fc.sample(everydayProject, { numRuns: 100, seed })) {
      const plan = planOf(drawn, 'public', reconcile);
      if (plan === null) continue;
      const texts = new Map(renderScripts(plan).map(({ path, text }) => [path, text]));
      for (const [path, { base, each }] of Object.entries(ALLOWED)) {
        const text = texts.get(path);
        if (text === undefined) continue;
        const changing = (path.startsWith('mongo') ? plan.mongo : plan.postgres)?.steps.length ?? 0;
        const allowed = base + each[reconcile] * changing;
        const lines = countLines(text);
        const about = `${path}: ${lines} lines for ${changing} relationships that change, ${allowed} are allowed`;
        if (lines - allowed > (worst.get(path)?.over ?? 0)) worst.set(path, { over: lines - allowed, about });
      }
    }
    assert.equal(
      [...worst.values()].map(({ about }) => about),
      [],
    );
  });
}

test('where one relationship changes, nothing of four lines or more appears twice in a script', () => {
  for (const [path, text] of oneToMany()) {
    if (!/\.(sql|js)$/.test(path)) continue;
    assert.equal(repeatsIn(text), [], path);
  }
});

test('repeats are found, whatever they are called', () => {
  const part = (name: string) =>
    `SELECT "${name}"\nFROM "${name}"\nWHERE '${name}' = ''\nORDER BY "${name}";\n`;
  assert.is(repeatsIn(`${part('a')}x := 1;\n${part('b')}`).length, 1);
  assert.is(repeatsIn(`${part('a')}x := 1;\n`).length, 0);
});

/** The lines at which a run of four begins that stood there before, names and texts aside. */
function repeatsIn(script: string): string[] {
  const lines = script
    .split('\n')
    .map((text, index) => ({ text: text.trim(), number: index + 1 }))
    .filter(({ text }) => isWorthReading(text))
    .map(({ text, number }) => ({ number, text: text.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '_') }));
  const seen = new Map<string, number>();
  return lines.flatMap(({ number }, index) => {
    const run = lines.slice(index, index + 4);
    if (run.length < 4) return [];
    const key = run.map(({ text }) => text).join('\n');
    const before = seen.get(key);
    seen.set(key, before ?? number);
    return before === undefined ? [] : [`line ${number} as line ${before}`];
  });
}

/** A line with a word of its own: no blank one, no comment, no END or parenthesis that only closes something. */
const isWorthReading = (line: string): boolean =>
  !/^(--|\/\/|\*|\/\*)/.test(line) && /[a-z]/i.test(line.replaceAll(/\b(BEGIN|END|IF|LOOP|ELSE)\b/g, ''));

test('where one relationship changes, the change is within the first 60 lines', () => {
  const emitted = oneToMany();
  for (const [path, change] of [
    ['postgres/migrate.sql', 'DROP TABLE "public"."User_posts";'],
    ['mongo/migrate.js', '$unset: { posts:'],
  ] as const) {
    const line = (emitted.get(path) ?? '').split('\n').findIndex((text) => text.includes(change)) + 1;
    assert.ok(line > 0 && line <= 60, `${path}: line ${line}`);
  }
});

function oneToMany(): Map<string, string> {
  const project = BUDGETED.find(({ name }) => name === 'one-to-many');
  if (!project) throw new Error('The project with one relationship is gone.');
  return emittedFor(project);
}

test.run();
