import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLists } from '../../generator/reader/index.ts';
import { describeDiagnostics, describeRelationships } from './describe.ts';

/** A piece of a program, and what is to be read from it: relationships, then the codes of diagnostics. */
type Case = readonly [name: string, code: string, ...expected: string[]];

const start = `const { Keystone } = require('@keystonejs/keystone');
const { Relationship, Text } = require('@keystonejs/fields');
const keystone = new Keystone({});
const link = (ref, many) => ({ type: Relationship, ref, many });
`;
const create = 'const create = (key, fields) => keystone.createList(key, { fields });\n';

const cases: readonly Case[] = [
  [
    'a generator that yields on an unknown condition',
    `function* keys() { if (process.env.X) yield 'A'; yield 'B'; }
     for (const key of keys()) create(key, { to: link('B') });`,
    'AM1007',
  ],
  [
    'an object that iterates by code of its own',
    `class Lists { *[Symbol.iterator]() { yield 'A'; } }
     for (const key of new Lists()) create(key, {});
     create('Z', {});`,
    'AM1007',
  ],
  [
    'a part of an array of unknown length',
    `['A', 'B'].slice(0, process.env.N).forEach(key => create(key, { to: link('A') }));`,
    'A.to -> A',
    'B.to -> A',
    'AM1009',
    'AM1009',
  ],
  [
    'a Set of pairs',
    `new Set([['A', link('B')], ['B', link('A', true)]]).forEach(([key, to]) => create(key, { to }));`,
    'A.to -> B',
    'B.to -> A, many',
  ],
  [
    'a function that is called by way of Reflect, which has no model',
    `Reflect.apply(keystone.createList, keystone, ['A', { fields: { to: link('B') } }]);
     create('Z', {});`,
    'AM1020',
  ],
  [
    'a switch on an unknown value whose cases agree',
    `switch (process.env.X) {
       case 'a': create('A', { to: link('A') }); break;
       default: create('A', { to: link('A') });
     }`,
    'A.to -> A',
  ],
  [
    'an early return on an unknown condition',
    `function register() { if (process.env.X) return; create('A', { to: link('A') }); }
     register();`,
    'A.to -> A',
    'AM1009',
  ],
  [
    'an exception on an unknown condition, which is taken not to happen',
    `if (!process.env.X) throw new Error('X is not set');
     if (!process.env.Y) process.exit(1);
     create('A', { to: link('A') });`,
    'A.to -> A',
  ],
  [
    'a createList that is wrapped in place',
    `const original = keystone.createList.bind(keystone);
     keystone.createList = (key, { fields }) => original(key, { fields: { ...fields, by: link('User') } });
     create('A', { to: link('A') });`,
    'A.by -> User',
    'A.to -> A',
  ],
  [
    'a class that extends Keystone',
    `class Own extends Keystone {
       createList(key, { fields }) { return super.createList(key, { fields: { ...fields, by: link('User') } }); }
     }
     new Own({}).createList('A', { fields: { to: link('A') } });`,
    'A.by -> User',
    'A.to -> A',
  ],
  [
    'a constructor function with a prototype',
    `function Register(keystone) { this.keystone = keystone; }
     Register.prototype.add = function (key, fields) { this.keystone.createList(key, { fields }); return this; };
     new Register(keystone).add('A', { to: link('B') }).add('B', { to: link('A') });`,
    'A.to -> B',
    'B.to -> A',
  ],
  [
    'arguments handed on with apply',
    `function add() { keystone.createList.apply(keystone, Array.prototype.slice.call(arguments)); }
     add('A', { fields: { to: link('A') } });`,
    'A.to -> A',
  ],
  [
    'lodash, which has no model',
    `const _ = require('lodash');
     keystone.createList('A', _.merge({ fields: { more: link('A') } }, { fields: { to: link('A') } }));`,
    'AM1020',
    'AM1008',
  ],
  [
    'exports of packages compared: one may be any value, a whole package is something, Keystone is known',
    `const { mode, level, flags, db, isProduction } = require('my-config');
     if (mode === 'full') create('A', {});
     switch (mode) { case 'full': create('B', {}); }
     if (level == 2) create('C', {});
     if (['blog'].includes(flags)) create('D', {});
     if (db == null) create('E', {});
     if (isProduction !== true) create('F', {});
     if (require('my-config').one === require('my-config').other) create('G', {});
     if (require('my-mode') === 'full') create('J', {});
     create('H', { to: db ?? link('H') });
     if (require('my-config') == null || Text === 'x' || Text === Relationship) create('Z', { to: link('Z') });
     if (Text !== Relationship && link('A').type === Relationship) create('I', { to: link('I') });`,
    'H.to -> H',
    'I.to -> I',
    'AM1003',
    'AM1016',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'the length of what may hold less',
    `const names = [], ids = new Set(), { X } = process.env;
     if (X) { names.push('Foo'); ids.add('Foo'); }
     if (names.length === 0) create('A', {});
     if (ids.size === 0) create('B', {});
     if (names.push('Bar') === 1) create('C', {});
     if (names.unshift('Baz') === 2) create('D', {});
     if (require('glob').sync('*').findIndex(name => name === 'x') < 0) create('E', {});
     if (names.length >= 2 && names.length <= 3 && ids.size < 2) create('F', { to: link('F') });`,
    'F.to -> F',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'entries of a Map or Set that are there, or what they are, on a condition',
    `const lists = new Map([['A', { to: link('A') }]]), seen = new Set(['A']), many = new Map([['b', false]]);
     if (process.env.BLOG) { lists.set('B', { to: link('A') }); seen.add('B'); many.set('b', true); }
     if (lists.has('B')) create('B', lists.get('B'));
     if (seen.has('B')) create('C', {});
     create('D', { to: link('D', many.get('b')) });
     lists.forEach((fields, key) => create(key + 1, fields));
     for (const key of lists.keys()) create(key + 2, {});
     for (const [key, fields] of lists) create(key + 3, fields);
     if (lists.has('A') && !lists.has('E') && seen.has('A')) create('E', lists.get('A'));
     lists.delete(process.env.KEY);
     if (lists.has('A')) create('F', {});
     lists.set('B', { to: link('A') });
     if (lists.has('B')) create('G', {});`,
    'A1.to -> A',
    'A3.to -> A',
    'B.to -> A',
    'B1.to -> A',
    'B3.to -> A',
    'D.to -> D',
    'E.to -> A',
    'AM1016',
    'AM1005',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'copies of what is not all known',
    `const env = { ...process.env }, assigned = Object.assign({}, process.env);
     const merged = require('lodash').merge({}, process.env);
     if (env.A) create('A', {});
     if (assigned.B) create('B', {});
     if ({ ...new (require('my-config').Config)() }.c) create('C', {});
     if (require('dotenv').parse('D=1').D) create('D', {});
     if (require('dotenv').config().parsed.E) create('E', {});
     if (merged.F) create('F', {});
     require('lodash').forEach({ ...require('my-lists') }, (fields, key) => create('G', fields));
     if (require('dotenv').config().error) create('Z', {});
     const files = { ...require('path') };
     create(files.basename('lists/H.js', '.js'), { to: link('H') });
     if (process.env.hasOwnProperty('I')) create('I', {});`,
    'H.to -> H',
    'AM1006',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'arguments that are not all known, which may be more than there are parameters',
    `const unread = require('my-config').args, names = [], taken = [];
     if (process.env.X) names.push('x');
     function makeA(extra) { if (extra) create('A', {}); }
     function makeB(name, extra) { if (extra) create(name, {}); }
     function makeC(...extra) { if (extra.length > 1) create('C', {}); }
     function makeD() { if (arguments.length > 1) create('D', {}); }
     makeA.apply(null, unread);
     makeB.apply(null, ['B', ...unread]);
     makeC(...unread);
     makeD.call(null, ...unread);
     taken.push(...names);
     if (taken.length === 0) create('E', {});
     taken.push(...unread);
     if (taken.length < 2) create('F', {});
     makeB('G', true, ...unread);`,
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'built-in functions that fail',
    `try { JSON.stringify({ a: 10n }); create('A', { to: link('A') }); } catch { create('B', {}); }
     encodeURIComponent('\\ud800');
     if ('a-b'.replaceAll(/-/, '') === 'ab') create('C', {});
     const _ = require('lodash');
     if (_.hasOwnProperty('x')) create('D', {});
     if (_.toString('Post') === 'Post') create('E', {});
     create('F', { to: link('F') });
     [1].forEach(() => { throw new Error('x'); });`,
    'A.to -> A',
    'F.to -> F',
    'AM1015',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'arrays that are given a length or an element far away, which is left to the run',
    `const none = ['A'], short = ['A', 'B'], perhaps = ['A'], far = [];
     try { none.length = undefined; } catch { console.log('no length'); }
     short.length = 1;
     perhaps.length = process.env.N;
     far[99999] = 'C';
     for (const key of short) create(key, { to: link('A') });
     if (none.length !== 1) create('N', {});
     if (perhaps.length !== 1) create('P', {});
     if (far.includes('C')) create('F', {});`,
    'A.to -> A',
    'B.to -> A',
    'AM1007',
    'AM1007',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'parts of arrays that are put together, and what Keystone makes of functions',
    `const { objMerge, compose } = require('@keystonejs/utils'), unread = require('my-config');
     [['A'], unread.keys].flat().forEach(key => create(key, { to: link('A') }));
     if (objMerge(unread.objects).b) create('B', {});
     if (compose(unread.functions)({}).c) create('C', {});
     create('D', compose([name => ({ [name]: link('A') }), fields => ({ ...fields, more: link('A') })])('to'));`,
    'A.to -> A',
    'AM1007',
    'AM1006',
    'AM1009',
    'AM1009',
  ],
  [
    'a list plugin from the file that has it',
    `const { byTracking } = require('@keystonejs/list-plugins/lib/tracking/byTracking');
     keystone.createList('A', { fields: { to: link('A') }, plugins: [byTracking()] });`,
    'A.createdBy -> User',
    'A.to -> A',
    'A.updatedBy -> User',
  ],
  [
    'what built-in functions say of numbers and objects',
    `const unread = require('my-config').value;
     if (Object.is('a', 'a') && Object.is(NaN, NaN) && !Object.is({}, {})) create('A', { to: link('A') });
     if (Object.is(unread, 'full')) create('B', {});
     create('C' + parseInt('ff', 16) + parseInt('0x1f'), { to: link('A') });
     if (['A', 'B'].fill('E')[0] === 'E') create('E', {});
     for (const key of ['F', 'G'].slice(0, unread)) create(key, {});`,
    'A.to -> A',
    'C25531.to -> A',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'prototypes that are given on a condition, or are not known',
    `const fields = {}, more = {};
     if (process.env.X) Object.setPrototypeOf(fields, { lists: true });
     if (fields.lists) create('A', {});
     Object.setPrototypeOf(more, require('my-config'));
     if (more.lists) create('B', {});
     if (Object.create(process.env).C) create('C', {});
     const known = Object.setPrototypeOf({ own: 'D' }, require('my-config'));
     create(known.own, { to: link('D') });
     if (Object.create(null).lists) create('Z', {});`,
    'D.to -> D',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'what comes of a text that is not empty, which may be false or empty',
    `const text = \`\${process.env.X}\`, unread = { ...require('my-config') };
     if (!text.includes('blog')) create('A', {});
     if (!text.slice(1)) create('B', {});
     if (!unread[text]) create('C', {});
     if (!Number(text)) create('D', {});
     const load = require('my-config').load() || require('my-config').other;
     if (!(text && load.lists)) create('E', {});
     text.unheardOf(flag => { if (!flag) create('F', {}); });
     if (text) create('G', { to: link('G') });`,
    'G.to -> G',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'promises; `finally` is left to the run',
    `require('mongoose').connect('x').then(() => create('A', { to: link('A') })).catch(console.error);
     (async () => { await Promise.all(['B'].map(async key => create(key, { to: link('A') }))); })();
     (async () => {})().then(() => create('C', { to: link('A') })).finally(() => create('D', { to: link('A') }));
     (async () => ['E'])().then(keys => keys.forEach(key => create(key, { to: link('A') })));`,
    'A.to -> A',
    'B.to -> A',
    'C.to -> A',
    'D.to -> A',
    'E.to -> A',
    'AM1009',
  ],
  [
    'accessors',
    `const config = { inner: {}, set fields(value) { this.inner = value; }, get fields() { return this.inner; } };
     config.fields = { to: link('A') };
     keystone.createList('A', config);`,
    'A.to -> A',
  ],
  [
    'a field that is there on an unknown condition',
    `create('A', { ...(process.env.X && { to: link('A') }) });`,
    'A.to -> A',
    'AM1016',
  ],
  ['a ref that is one of two', `create('A', { to: link(process.env.X ? 'A' : 'B') });`, 'AM1004'],
  [
    'a field that is written in two ways that agree',
    `create('A', { to: process.env.X ? link('A') : { type: Relationship, ref: 'A' } });`,
    'A.to -> A',
  ],
  [
    'an array that unread code may have added to',
    `const files = [];
     require('glob').sync('*').forEach(file => files.push(file));
     files.forEach(file => create(file, {}));
     create('Z', {});`,
    'AM1007',
  ],
  [
    'fields that are handed to unread code',
    `const fields = { to: link('A') };
     require('decorate')(fields);
     create('A', fields);`,
    'A.to -> A',
    'AM1020',
  ],
  [
    'an instance that is handed to unread code',
    `require('more-lists')(keystone);
     create('A', {});`,
    'AM1020',
  ],
  [
    'what compilers make of enums, spreads and imports',
    `var Key; (function (Key) { Key["A"] = "A"; Key[Key["N"] = 0] = "N"; })(Key || (Key = {}));
     var __assign = (this && this.__assign) || Object.assign || function (target) { return target; };
     function interop(value) { return value && value.__esModule ? value : { default: value }; }
     var fields = interop(require('@keystonejs/fields'));
     keystone.createList(Key.A, __assign({ x: 1 }, { fields: { to: { type: fields.default.Relationship, ref: Key.A } } }));`,
    'A.to -> A',
  ],
  [
    'an exported function that would create more lists',
    `create('A', { to: link('A') });
     module.exports = { keystone, more: instance => instance.createList('B', { fields: {} }) };`,
    'A.to -> A',
    'AM1009',
  ],
  [
    'an exported function that the file itself has called',
    `const register = instance => instance.createList('A', { fields: { to: link('A') } });
     register(keystone);
     module.exports = register;`,
    'A.to -> A',
  ],
  [
    'code that is made from text',
    `eval("create('B', {})"); create('A', { to: link('A') });`,
    'A.to -> A',
    'AM1023',
  ],
  [
    'numbers and texts with octal digits, which Node runs where there is no module',
    `create('A', { to: link('A'), mode: { type: Text, defaultValue: 010 + '\\101' } });`,
    'A.to -> A',
  ],
  [
    'a service that restarts wherever it can fail',
    `const bus = require('bus');
     class Service {
       async start() {
         try { await bus.connect(); } catch { this.again(); }
         bus.on('a', async () => { try { await this.take(); } catch { this.again(); } });
         bus.on('b', async () => { try { await this.take(); } catch { this.again(); } });
         bus.on('c', async () => { try { await this.take(); } catch { this.again(); } });
       }
       again() {
         setTimeout(async () => { try { await this.start(); } catch { this.again(); } }, 100);
       }
     }
     new Service().start();
     create('A', { to: link('A') });`,
    'A.to -> A',
    'AM1012',
    'AM1012',
    'AM1012',
    'AM1012',
  ],
  [
    'lists from a function that calls itself as long as nobody knows',
    `function more(n) {
       create('A' + n, {});
       if (process.env['MORE_' + n]) more(n + 1);
     }
     more(1);`,
    'AM1012',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'copies that are changed, whose originals stay',
    `const base = { fields: { to: link('A') } };
     const copy = { ...base, fields: { ...base.fields } };
     copy.fields.more = link('A');
     delete copy.fields.to;
     keystone.createList('A', base);
     keystone.createList('B', copy);`,
    'A.to -> A',
    'B.more -> A',
  ],
  [
    'a wrapper that leaves something of several lists unknown, each of which is named',
    `const types = require('./types');
     const wrap = (key, field) => create(key, { field: { ...field, type: types[field.type] } });
     wrap('A', { type: 'x' });
     wrap('B', { type: 'y' });`,
    'AM1022',
    'AM1003',
    'AM1003',
  ],
  [
    'nothing inside of with',
    `with (keystone) { createList('A', { fields: { to: link('A') } }); }
     create('B', {});`,
    'AM1023',
  ],
  [
    'the properties of a prototype, in a loop over names',
    `const lists = Object.create({ A: { to: link('A') } });
     lists.B = { to: link('A') };
     for (const key in lists) create(key, lists[key]);`,
    'A.to -> A',
    'B.to -> A',
  ],
  [
    'symbols that the program makes, which are left to the run',
    `const one = Symbol('lists'), other = Symbol('lists');
     const registry = { [one]: { to: link('A'), [Symbol('x')]: link('A') }, [other]: {} };
     registry[Symbol.for('B')] = { to: link('A') };
     create('A', { ...registry[one] });
     create('B', registry[Symbol.for('B')]);`,
    'AM1006',
    'AM1006',
  ],
  [
    'arguments that a timer hands on',
    `setTimeout(create, 10, 'A', { to: link('A') });
     setImmediate(create, 'B', { to: link('A') });
     process.nextTick(create, 'C', { to: link('A') });`,
    'A.to -> A',
    'B.to -> A',
    'C.to -> A',
  ],
  [
    'lists that are made in a function given to a method that nobody knows',
    `['A'].unheardOf(key => create('A', { to: link('A') }));
     create('B', {});`,
    'A.to -> A',
    'AM1023',
    'AM1009',
  ],
  [
    'an option that may fail to load',
    `let options = { many: true };
     try { options = require('./local'); } catch { console.log('none'); }
     create('A', { to: link('A', options.many) });`,
    'A.to -> A',
    'AM1022',
    'AM1005',
  ],
  [
    'a loop over numbers that may be left after each round',
    `const keys = ['A', 'B', 'C'];
     for (let i = 0; i < 3; i++) { create(keys[i], { to: link('A') }); if (process.env.STOP) break; }
     (function () {
       for (let i = 0; i < 2; i++) { create('R' + i, { to: link('A') }); if (process.env.STOP) return; }
     })();`,
    'A.to -> A',
    'B.to -> A',
    'C.to -> A',
    'R0.to -> A',
    'R1.to -> A',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'a loop that ends when nobody knows, and one that begins then',
    `const keys = ['A', 'B'];
     let i = 0;
     while (true) { create(keys[i], { to: link('A') }); i += 1; if (i >= keys.length || i >= process.env.N) break; }
     for (let n = 0; n < 2 && n < process.env.N; n++) create('N' + n, { to: link('A') });`,
    'A.to -> A',
    'B.to -> A',
    'N0.to -> A',
    'N1.to -> A',
    'AM1009',
    'AM1009',
    'AM1009',
  ],
  [
    'a loop that creates lists without an end that is known',
    `let n = 0;
     do { n += 1; } while (n < 3 || process.env.MORE);
     create('A', { to: link('A') });
     for (let i = 0; ; i++) { if (process.env.STOP) break; keystone.createList('B' + process.env.KEY, {}); }`,
    'A.to -> A',
    'AM1012',
    'AM1007',
    'AM1012',
  ],
  [
    'lists after a loop that waits for something, which is left to the run',
    `(async () => {
       while (true) { try { await require('knex')(); break; } catch (error) { console.log(error); } }
       while (process.env.X) await require('sleep')();
       create('A', { to: link('A') });
     })();`,
    'A.to -> A',
    'AM1012',
    'AM1012',
    'AM1023',
  ],
  [
    'comparisons with undefined, which never hold, and with null, which is like 0',
    `const all = [{ key: 'A', level: 0 }, { key: 'B' }, { key: 'C', level: null }, { key: 'D', level: 2 }];
     all.forEach((l) => { if (l.level < 1) return; create(l.key, { to: link('B') }); });
     all.forEach((l) => { if (l.level >= 0) create('Y' + l.key, { to: link('B') }); });`,
    'B.to -> B',
    'D.to -> B',
    'YA.to -> B',
    'YC.to -> B',
    'YD.to -> B',
  ],
  [
    'classes that construct each other without end',
    `class Node {
       constructor(n) { this.next = new Node(n + 1); if (n === 200) create('B', {}); }
     }
     create('A', { to: link('A') });
     new Node(0);`,
    'A.to -> A',
    'AM1012',
  ],
  [
    'a finally on the way of an exception, and one that stops it',
    `(() => { try { throw new Error('no'); } finally { return create('A', { to: link('A') }); } })();
     const key = (() => { try { return 'B'; } finally { if (process.env.X) return 'C'; } })();
     create(key, { to: link('A') });
     try { null.x; throw new Error('no'); } finally { create('D', { to: link('A') }); }`,
    'A.to -> A',
    'B.to -> A',
    'C.to -> A',
    'D.to -> A',
    'AM1015',
    'AM1009',
    'AM1009',
  ],
  [
    'a var that hides an outer one in all of its function',
    `var name = 'A';
     function make() { var name; name = 'B'; return name; }
     function early() { key = 'C'; if (false) { for (var { key } of []) {} } return key; }
     var key = 'D';
     [make(), early(), name, key].forEach((each) => { var each; create(each, { to: link('A') }); });`,
    'A.to -> A',
    'B.to -> A',
    'C.to -> A',
    'D.to -> A',
  ],
  [
    'variables that are first set on an unknown condition',
    `if (process.env.M) { var isMany = true; undeclared = true; }
     create('A', { to: link('A', isMany) });
     create('B', { to: link('A', undeclared) });
     kept = true;
     create('C', { to: link('A', kept) });`,
    'A.to -> A',
    'B.to -> A',
    'C.to -> A, many',
    'AM1005',
    'AM1005',
  ],
  [
    'a function in a block, which is known outside of it',
    `{ function f() { create('A', { to: link('A') }); } }
     f();
     const g = () => create('B', { to: link('A') });
     { function g() { create('no', {}); } async function h() {} }
     g();
     function k(m) { { function m() { create('no', {}); } } m(); }
     k(() => create('C', { to: link('A') }));
     (function () { 'use strict'; function n() { create('D', { to: link('A') }); } { function n() {} } n(); })();`,
    'A.to -> A',
    'B.to -> A',
    'C.to -> A',
    'D.to -> A',
  ],
  [
    'types of the project that say themselves that they are relationships',
    `const { Implementation } = require('@keystonejs/fields');
     class ByConstructor extends Implementation {
       constructor() { super(...arguments); this.isRelationship = true; }
     }
     class ByField { isRelationship = true; }
     class ByGetter extends Text.implementation { get isRelationship() { return true; } }
     class Perhaps extends Implementation { isRelationship = process.env.X; }
     class Other extends Implementation { constructor(path, config) { super(path, config); this.ref = config.ref; } }
     const of = (implementation) => ({ type: { type: 'Own', implementation }, ref: 'A' });
     create('A', { a: of(ByConstructor), b: of(ByField), c: of(ByGetter), d: of(Perhaps), e: of(Other) });
     create('B', { a: of(process.env.X ? Other : ByField), b: { ...of(Perhaps), ref: undefined } });
     const type = process.env.X ? of(Other).type : of(ByField).type;
     create('C', { a: { type, ref: 'A' } });`,
    'AM1003',
    'AM1003',
    'AM1003',
    'AM1003',
    'AM1003',
    'AM1003',
    'AM1003',
  ],
  [
    'the lists of an instance, which only a run follows',
    `create('A', { to: link('A') });
     if (!keystone.lists.B || !keystone.getListByKey('B')) create('B', {});
     delete keystone.lists.A;
     keystone.lists.C = {};`,
    'A.to -> A',
    'AM1023',
    'AM1023',
    'AM1009',
  ],
  [
    'the call of a name that nothing declares',
    `fetch('/');
     if (typeof describe === 'undefined') create('A', { to: link('A') });
     { async function f() { create('B', {}); } }
     f();`,
    'A.to -> A',
    'AM1009',
  ],
];

/** What people seldom write: reading it alone gives an error, and a run finds the lists. */
const settled: readonly Case[] = [
  [
    'a list that a loop creates late, which may be left in each round',
    `const keys = ['', '', '', '', '', 'A'];
     for (let i = 0; i < keys.length; i++) {
       if (Reflect.has({}, 'x')) break;
       if (keys[i]) create(keys[i], { to: link('B') });
     }
     create('B', { to: link('B') });`,
    'A.to -> B',
    'B.to -> B',
  ],
  [
    'an assignment that takes a value apart',
    `let [first, second] = ['A', 'B'], fields, name;
     [first, second] = [second, first];
     ({ fields, name = first } = { fields: { to: link('B') } });
     create(name, fields);`,
    'B.to -> B',
  ],
  [
    'classes that are told apart',
    `class Own {} class Other extends Own { constructor() { super(); this.isOwn = new.target === Own; } }
     create('A', { to: link('A', new Other() instanceof Own) });
     create('B', { to: link('A', new Other().isOwn) });`,
    'A.to -> A, many',
    'B.to -> A',
  ],
  [
    'an object that says itself which text it is',
    `class Name { toString() { return 'A'; } }
     create(new Name() + 1, { to: link('A1') });`,
    'A1.to -> A1',
  ],
  [
    'a loop over the indexes of an array',
    `const keys = ['A', 'B'];
     for (const index in keys) create(keys[index], { to: link('A') });`,
    'A.to -> A',
    'B.to -> A',
  ],
  [
    'numbers that few people write',
    `create('A' + (2 ** 3), { to: link('A8', Boolean(3n) && (6 & 2) === 2) });`,
    'A8.to -> A8, many',
  ],
  [
    'a generator',
    `let last = 'none';
     function* keys() { yield 'A'; last = 'B'; yield last; create(last + 1, { to: link('A') }); }
     for (const key of keys()) create(key, { to: link('A') });`,
    'A.to -> A',
    'B.to -> A',
    'B1.to -> A',
  ],
  [
    'a labelled continue',
    `outer: for (const key of ['A', 'B']) for (const n of [1, 2]) {
       if (n === 2) continue outer;
       create(key, { to: link('A') });
     }`,
    'A.to -> A',
    'B.to -> A',
  ],
  [
    'a labelled break and continue out of inner loops',
    `outer: for (const key of ['A', 'B', 'C']) {
       for (const n of [1, 2]) { if (key === 'A') continue outer; if (key === 'C') break outer; }
       for (let n = 1; ; n++) { if (n > 2) continue outer; create(key + n, { to: link('B1') }); }
     }`,
    'B1.to -> B1',
    'B2.to -> B1',
  ],
];

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'arcade-migrate-'));

function folderOf(name: string, code: string): string {
  const cwd = path.join(root, name.replaceAll(/\W/g, '-'));
  fs.mkdirSync(cwd);
  fs.writeFileSync(path.join(cwd, 'index.js'), start + (/\bcreate\b/.test(code) ? create : '') + code);
  return cwd;
}

for (const [name, code, ...expected] of cases) {
  test(`reads ${name}`, () => {
    const project = readLists(['index.js'], { cwd: folderOf(name, code), run: false });
    const codes = project.diagnostics.map((diagnostic) => diagnostic.code);
    assert.equal([...describeRelationships(project), ...codes], expected);
  });
}

for (const [name, code, ...expected] of settled) {
  test(`a run settles ${name}`, () => {
    const cwd = folderOf(name, code);
    const alone = readLists(['index.js'], { cwd, run: false });
    assert.match(describeDiagnostics(alone).join('\n'), 'error');
    const project = readLists(['index.js'], { cwd });
    assert.is(project.secondReading?.outcome, 'settled');
    assert.equal(describeRelationships(project), expected);
  });
}

test.after(() => fs.rmSync(root, { recursive: true, force: true }));

test.run();
