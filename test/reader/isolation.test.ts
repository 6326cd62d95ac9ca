import fs from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Project, readLists } from '../../generator/reader/index.ts';
import { runFiles } from '../support/run-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Programs that try to get out of the engine, or to keep it busy. What one learns it says with the key of a list. */
const test = suite<{ folder: string }>('the engine that list files run in');

test.before(async (context) => {
  context.folder = await temporaryFolder();
});

const head = `const { Keystone } = require('@keystonejs/keystone');
const { Text, Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({});
const say = (...words) => keystone.createList(words.map(word => String(word).replace(/\\W/g, '_')).join('_'), { fields: {} });
`;

/** What a program says. */
function said(
  folder: string,
  program: string,
  files: Readonly<Record<string, string>> = {},
): readonly string[] {
  const { lists, stop } = runFiles(folder, { 'index.js': head + program, ...files });
  if (stop !== null) throw new Error(`${stop.kind} ${stop.message}`);
  return lists.map(({ key }) => key);
}

for (const [what, expression] of Object.entries({
  'the global object': 'globalThis',
  'a function of the host': 'require',
  'a function that a stand-in makes': 'keystone.createList',
  'a stand-in of a package': "require('express')",
  'a module of Node': "require('fs').readFileSync",
  'the process': 'process',
})) {
  test(`has no host behind ${what}`, ({ folder }) => {
    const program = `
      const outer = (${expression}).constructor.constructor('return this')();
      say(outer === globalThis || typeof outer === 'function');
      say(typeof Deno, typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics === 'object' ? 'x' : 'x');
      say(process.binding === undefined ? 'no' : typeof process.binding('fs').internalModuleStat());
    `;
    const [isSame, types] = said(folder, program);
    assert.equal([isSame, types?.split('_').slice(0, 2)], ['true', ['undefined', 'undefined']]);
  });
}

test('leaves nothing of its own in the global object', ({ folder }) => {
  const own = `say(...Object.getOwnPropertyNames(globalThis).filter(name => /guest|host|^ask|compile|lodash|qjs/i.test(name)), 'end');`;
  assert.equal(said(folder, own), ['end']);
});

test('imports no module of Node that could do something', ({ folder }) => {
  const secret = path.join(folder, 'made-by-a-child');
  said(
    folder,
    `require('node:child_process').execSync('touch ${secret}');
     new (require('worker_threads').Worker)('${secret}', { eval: true });
     require('fs').writeFileSync('${secret}', 'x');
     require('node:fs').promises.writeFile('${secret}', 'x');
     require('node:http').get('http://127.0.0.1:1');
     import('node:child_process').then(({ execSync }) => execSync('touch ${secret}'));
     process.kill(process.pid);
     process.dlopen({ exports: {} }, '${secret}');
     say('done');`,
  );
  assert.not(fs.existsSync(secret));
});

test('knows no variable of the environment that it is not given', ({ folder }) => {
  process.env.ARCADE_SECRET = 'hunter2';
  const program = `say(process.env.ARCADE_SECRET, Object.keys(process.env).length, 'PATH' in process.env);`;
  assert.equal(said(folder, program), ['undefined_0_false']);
});

test('reads no file outside of the project, not through links either', ({ folder }) => {
  const outside = path.join(path.dirname(folder), 'outside-of-the-project');
  fs.mkdirSync(outside, { recursive: true });
  fs.writeFileSync(path.join(outside, 'secret.js'), `module.exports = 'secret';`);
  fs.writeFileSync(path.join(outside, 'secret.json'), '"secret"');
  const project = path.join(folder, 'linked');
  fs.mkdirSync(project, { recursive: true });
  for (const [name, target] of Object.entries({ file: 'secret.json', folder: '' })) {
    fs.rmSync(path.join(project, name), { force: true });
    fs.symlinkSync(path.join(outside, target), path.join(project, name));
  }
  const program = `
    const fs = require('fs');
    const tries = [
      () => fs.readFileSync('/etc/passwd', 'utf8'),
      () => fs.readFileSync('../outside-of-the-project/secret.json', 'utf8'),
      () => fs.readFileSync(__dirname + '/../../outside-of-the-project/secret.json', 'utf8'),
      () => fs.readFileSync('file', 'utf8'),
      () => fs.readFileSync('folder/secret.json', 'utf8'),
      () => fs.readdirSync('/'),
      () => fs.readdirSync('folder'),
      () => fs.statSync('/etc/passwd'),
      () => fs.existsSync('/etc/passwd') || undefined,
      () => typeof require('${outside}/secret.js') === 'string' ? 'secret' : undefined,
      () => typeof require('./folder/secret.js') === 'string' ? 'secret' : undefined,
      () => typeof require('../../outside-of-the-project/secret.json') === 'string' ? 'secret' : undefined,
    ];
    for (const attempt of tries) {
      try {
        if (attempt() !== undefined) say('read', tries.indexOf(attempt));
      } catch {}
    }
    say('end');
  `;
  assert.equal(said(project, program), ['end']);
});

test('stops endless loops and recursion, and what needs too much memory', ({ folder }) => {
  for (const program of [
    'for (;;) {}',
    'const again = () => Promise.resolve().then(again); again();',
    'const again = () => setTimeout(again); again();',
    'function* forever() { for (;;) yield 1; } [...forever()];',
    "'a'.repeat(40).match(/(a+)+b/);",
    'const all = []; for (;;) all.push(new Array(1000).fill(all));',
    "let text = 'x'; for (;;) text += text;",
    'new Proxy({}, { get: (target, key, self) => self[key] }).x;',
  ]) {
    const { stop } = runFiles(folder, { 'index.js': head + program });
    assert.ok(stop, program);
  }
  const caught =
    "const dive = () => dive(); try { dive(); } catch {} try { for (;;) {} } catch {} say('on');";
  assert.is(runFiles(folder, { 'index.js': head + caught }).stop?.kind, 'limit');
});

test('gives what it has found as plain data, whatever the program does to the language', ({ folder }) => {
  const program = `
    keystone.createList('User', { fields: { '__proto__x': { type: Text }, ['__proto__']: { type: Text }, constructor: { type: Text } } });
    Object.prototype.toJSON = () => ({ polluted: true });
    Array.prototype.toJSON = () => 'polluted';
    String.prototype.toJSON = () => 'polluted';
    JSON.stringify = () => '{"lists":[{"key":"Forged"}]}';
    JSON.parse = () => ({ kind: 'file', path: '/etc/passwd' });
    Array.prototype.map = () => [{ key: 'Forged' }];
    Array.prototype.push = () => 0;
    Array.prototype.filter = () => [];
    Object.keys = Object.entries = () => [];
    Object.defineProperty(Object.prototype, 'lists', { value: [] });
    Map.prototype.get = Map.prototype.set = WeakMap.prototype.get = () => undefined;
    Error.prepareStackTrace = () => 'polluted';
  `;
  const findings = runFiles(folder, { 'index.js': head + program });
  assert.equal(
    findings.lists.map(({ key }) => key),
    ['User'],
  );
  assert.is(({} as Record<string, unknown>).polluted, undefined);
  assert.is(Object.getPrototypeOf(findings), Object.prototype);
  assert.is((findings as unknown as Record<string, unknown>).polluted, undefined);
});

test('has the same clock and the same random numbers in every run', ({ folder }) => {
  const program = 'say(Date.now(), new Date().getTimezoneOffset(), Math.random(), Math.random());';
  const [first] = said(folder, program);
  assert.match(first ?? '', /^1585699200000_0_/);
  assert.equal(said(folder, program), [first]);
});

test('leaves nothing of one run for the next', ({ folder }) => {
  said(folder, "globalThis.leak = 'leak'; Array.prototype.leak = 1; require('lodash').leak = 1; say('x');");
  const program = "say(typeof leak, [].leak, require('lodash').leak, keystone.listsArray.length);";
  assert.equal(said(folder, program), ['undefined_undefined_undefined_0']);
});

test('runs no code of the project in Node', ({ folder }) => {
  const files = {
    'index.js': `${head}require('./lists.mjs'); process.exitCode = 3; globalThis.ranInNode = true;`,
    'lists.mjs': "import { Keystone } from '@keystonejs/keystone'; globalThis.ranInNode = true;",
  };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const project: Project = readLists(['index.js'], { cwd: folder });
  assert.ok(project.secondReading);
  assert.is((globalThis as Record<string, unknown>).ranInNode, undefined);
  assert.not.equal(process.exitCode, 3);
});

test.run();
