import type { Choices } from './choices.ts';
import type { Model, ModelList } from './model.ts';
import { fieldPreamble, printField } from './print-field.ts';

/** File texts by name; the entry is `index.js`. */
export type Files = ReadonlyMap<string, string>;

/** Prints a model as a project, each part of it in one of the styles that people use. */
export function printProject(model: Model, choices: Choices): Files {
  const isTypeScript = choices.pick(false, false, true);
  const extension = isTypeScript ? 'ts' : 'js';
  const files = new Map<string, string>();
  for (const list of model.lists)
    files.set(`lists/${list.key}.${extension}`, printList(list, choices, isTypeScript));
  files.set('index.js', printEntry(model, choices, files));
  return files;
}

/** A module whose export under one of several names, or whole, is the config of a list. */
function printList(list: ModelList, choices: Choices, isTypeScript: boolean): string {
  const isEsm = isTypeScript || choices.pick(false, true);
  const fields = list.fields.map((field) => printField(field, choices));
  const config = printConfig(fields, choices);
  const typed = isTypeScript ? choices.pick('', ' as const', ' as unknown as object') : '';
  const exported = isEsm
    ? choices.pick(
        `export default config${typed};`,
        `const list = config${typed};\nexport { list as default };`,
        `export const list = config${typed};\nexport default list;`,
      )
    : choices.pick(
        'module.exports = config;',
        'exports.default = config;',
        'module.exports = { default: config };',
        'Object.assign(exports, { default: config });',
      );
  return `${fieldPreamble(choices, isEsm)}\n${config}\n${exported}\n`;
}

/** Statements that declare `config`. */
function printConfig(fields: readonly string[], choices: Choices): string {
  const half = Math.floor(fields.length / 2);
  const all = fields.join('\n');
  const first = fields.slice(0, half).join('\n');
  const second = fields.slice(half).join('\n');
  return choices.pick(
    `const config = { fields: {\n${all}\n} };`,
    `const fields = {\n${all}\n};\nconst config = { access: true, fields };`,
    `const base = { fields: {\n${first}\n} };\nconst config = { ...base, fields: { ...base.fields,\n${second}\n} };`,
    `const make = () => ({\n${all}\n});\nconst config = { label: 'x', ...{ fields: make() } };`,
    `class Config {\n  static fields = {\n${first}\n};\n  constructor() { this.fields = { ...Config.fields,\n${second}\n}; }\n}\nconst config = new Config();`,
    `const more = config => ({ ...config, fields: { ...config.fields,\n${second}\n} });\nconst config = { fields: {\n${first}\n}, plugins: [more] };`,
    `const config = { fields: {} };\nObject.assign(config.fields, {\n${first}\n});\nObject.entries({\n${second}\n}).forEach(([path, field]) => { config.fields[path] = field; });`,
    `let config;\nif (enabled) { config = { fields: {\n${all}\n} }; } else { config = { fields: {} }; }`,
    `let config = null;\ntry { config = { fields: {\n${all}\n} }; } finally { names.first = 'b'; }`,
    `const config = (function build(depth) { return depth ? build(depth - 1) : { fields: {\n${all}\n} }; })(3);`,
    `let config;\nswitch (names.first) {\n  case 'b': config = {}; break;\n  case 'a': config = { fields: {\n${all}\n} }; break;\n  default: config = null;\n}`,
  );
}

const header = `const { Keystone } = require('@keystonejs/keystone');
const { KnexAdapter } = require('@keystonejs/adapter-knex');
const fs = require('fs');
const path = require('path');
const keystone = new Keystone({ adapter: new KnexAdapter() });
const load = key => { const made = require('./lists/' + key); return made.default || made; };
`;

function printEntry({ lists }: Model, choices: Choices, files: Map<string, string>): string {
  const keys = lists.map(({ key }) => `'${key}'`).join(', ');
  const table = lists.map(({ key }) => `  ${key}: load('${key}'),`).join('\n');
  const direct = lists.map(({ key }) => `keystone.createList('${key}', load('${key}'));`).join('\n');
  const body = choices.pick(
    () => direct,
    () =>
      `const lists = {\n${table}\n};\nObject.entries(lists).forEach(([key, list]) => keystone.createList(key, list));`,
    () => `for (const key of [${keys}]) keystone.createList(key, load(key));`,
    () =>
      `fs.readdirSync(path.join(__dirname, 'lists')).forEach(file => {\n  const key = path.parse(file).name;\n  keystone.createList(key, load(key));\n});`,
    () =>
      `const list = (key, config) => keystone.createList(key, { access: {}, ...config });\n[${keys}].map(key => list(key, load(key)));`,
    () =>
      `class App {\n  constructor(instance) { this.keystone = instance; }\n  add(key) { this.keystone.createList(key, load(key)); return this; }\n}\nconst app = new App(keystone);\n${lists.map(({ key }) => `app.add('${key}');`).join('\n')}`,
    () => `(async () => {\n  await keystone.connect();\n${direct}\n})();`,
    () =>
      `const registry = new Map([${keys}].map(key => [key, load(key)]));\nfor (const [key, list] of registry) keystone.createList(key, list);`,
    () =>
      `const { createList } = keystone;\nconst create = key => config => createList.call(keystone, key, config);\n[${keys}].forEach(key => create(key)(load(key)));`,
    () =>
      `let at = 0;\nconst keys = [${keys}];\nwhile (at < keys.length) {\n  keystone.createList(keys[at], load(keys[at]));\n  at += 1;\n}`,
    () => `const lists = {\n${table}\n};\nfor (const key in lists) keystone.createList(key, lists[key]);`,
    () =>
      `const lists = {\n${table}\n};\nObject.keys(lists).reduce((done, key) => {\n  keystone.createList(key, lists[key]);\n  return done + 1;\n}, 0);`,
    () => {
      files.set(
        'register.js',
        `module.exports = ({ keystone, load }) => ({ all: keys => keys.forEach(key => keystone.createList(key, load(key))) });\n`,
      );
      return `require('./register')({ keystone, load }).all([${keys}]);`;
    },
    () => {
      files.set('all.js', `import keys from './keys';\nexport { keys };\nexport * from './keys';\n`);
      files.set('keys.json', `[${keys.replaceAll("'", '"')}]\n`);
      return `const { keys } = require('./all');\nfor (let i = 0; i < keys.length; i++) keystone.createList(keys[i], load(keys[i]));`;
    },
  )();
  return `${header}${body}\nmodule.exports = { keystone };\n`;
}
