import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { onlyUsed, toDriver } from '../../generator/layouts/driver.ts';

const is = (shell: string, driver: string) => assert.is(toDriver(shell), driver);

test('what asks the server is awaited, in a function that is async then', () => {
  is('db.getCollection("a").drop();', 'await db.getCollection("a").drop();');
  is('print(db.getName());', 'print(db.getName());');
  is(
    'function f() { return db.getCollection("a").find({}).sort({ a: 1 }).toArray(); }',
    'async function f() { return await db.getCollection("a").find({}).sort({ a: 1 }).toArray(); }',
  );
  is(
    'const c = db.getCollection("a"); const f = () => c.findOne({}); const g = (x) => x + 1; g(1); f();',
    'const c = db.getCollection("a"); const f = async () => await c.findOne({}); const g = (x) => x + 1; g(1); await f();',
  );
});

test('the answer, not the promise, is gone on with', () => {
  is(
    'for (const { name } of db.getCollection("a").getIndexes().filter((index) => index.unique)) print(name);',
    'for (const { name } of (await db.getCollection("a").getIndexes()).filter((index) => index.unique)) print(name);',
  );
  is(
    'if (!db.getCollection("a").countDocuments({}) && db.getCollectionInfos({}).length > 0) print("");',
    'if (!await db.getCollection("a").countDocuments({}) && (await db.getCollectionInfos({})).length > 0) print("");',
  );
});

test('functions ask by way of others, whatever their order, and by way of what they are given', () => {
  is(
    'f(); function f() { g(); } function g() { h(); } function h() { db.getCollection("a").drop(); }',
    'await f(); async function f() { await g(); } async function g() { await h(); } async function h() { await db.getCollection("a").drop(); }',
  );
  is(
    'function perform(action) { action(); } perform(() => { db.getCollection("a").drop(); });',
    'async function perform(action) { await action(); } await perform(async () => { await db.getCollection("a").drop(); });',
  );
});

test('a list goes through its questions in turn', () => {
  is(
    'if (["a"].some((name) => db.getCollection(name).countDocuments({}) > 0)) print("");',
    'if (await inTurn(["a"]).some(async (name) => await db.getCollection(name).countDocuments({}) > 0)) print("");',
  );
  is(
    'print(["a"].map((name) => db.getCollection(name).findOne({})).filter(Boolean));',
    'print((await inTurn(["a"]).map(async (name) => await db.getCollection(name).findOne({}))).filter(Boolean));',
  );
});

test('what a step changes is waited for', () => {
  is(
    'const step = (name, change) => ({ name, change }); step("a", () => { db.getCollection("a").drop(); }).change();',
    'const step = (name, change) => ({ name, change }); await step("a", async () => { await db.getCollection("a").drop(); }).change();',
  );
});

test('what nothing uses is left out', () => {
  const script = [
    '// Kept.',
    'const A = 1;',
    'const B = { A: 2 };',
    'function used() { return unused.A + A; }',
    'function unused() { return B; }',
    'function other() {}',
    'function up() { used(); }',
  ];
  assert.is(onlyUsed(script.join('\n'), ['up']), script.filter((line) => !/other/.test(line)).join('\n'));
  assert.is(
    onlyUsed('const A = 1;\nfunction f() { return { A: 2 }.A; }', ['f']).trim(),
    'function f() { return { A: 2 }.A; }',
  );
});

for (const [script, why] of [
  ['\nprint(rs);', /line 2: rs is not known/],
  ['db.getCollection("a").mapReduce();', /\.mapReduce\(\) is not known/],
  ['new ObjectId();', /ObjectId is not known/],
  ['[1].reduce(() => db.getCollection("a").drop());', /nothing waits for this function/],
  ['const f = () => db.getCollection("a").drop(); [1].map(f);', /nothing waits for f/],
  ['print(`a\nb`);', /spans several lines/],
] as const) {
  test(`what is not known to work is refused: ${script.trim()}`, () => {
    assert.throws(() => toDriver(script), why);
  });
}

test.run();
