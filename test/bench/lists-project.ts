import fs from 'node:fs';
import path from 'node:path';

/** Writes a project with one file for each list. Each list has 8 fields, and 3 of them are relationships. */
export function writeListsProject(folder: string, lists: number): void {
  fs.mkdirSync(path.join(folder, 'lists'), { recursive: true });
  for (let index = 0; index < lists; index += 1) {
    fs.writeFileSync(path.join(folder, 'lists', `List${index}.js`), listFile(index, lists));
  }
  fs.writeFileSync(path.join(folder, 'index.js'), entryFile(lists));
}

function listFile(index: number, lists: number): string {
  const ref = (distance: number) => `List${(index + distance) % lists}`;
  return `const { Checkbox, DateTime, Integer, Relationship, Text } = require('@keystonejs/fields');
const { atTracking } = require('@keystonejs/list-plugins');

module.exports = {
  fields: {
    name: { type: Text, isRequired: true },
    count: { type: Integer, defaultValue: 0 },
    done: { type: Checkbox },
    at: { type: DateTime, format: 'dd/MM/yyyy' },
    note: { type: Text, isMultiline: true, access: { read: ({ authentication: { item } }) => !!item } },
    owner: { type: Relationship, ref: '${ref(1)}' },
    items: { type: Relationship, ref: '${ref(2)}', many: true },
    other: { type: Relationship, ref: '${ref(3)}' },
  },
  plugins: [atTracking()],
  labelResolver: item => item.name,
};
`;
}

function entryFile(lists: number): string {
  const calls = Array.from(
    { length: lists },
    (_, index) => `keystone.createList('List${index}', require('./lists/List${index}'));`,
  );
  return `const { Keystone } = require('@keystonejs/keystone');
const { KnexAdapter } = require('@keystonejs/adapter-knex');

const keystone = new Keystone({ adapter: new KnexAdapter() });
${calls.join('\n')}

module.exports = { keystone };
`;
}
