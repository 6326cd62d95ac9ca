import type { Choices } from './choices.ts';
import type { Files } from './print-project.ts';

/** What can't be known, in some of its forms. */
const unknowns = [
  "require('some-package').value",
  'process.env.SOMETHING',
  "require('some-package')(1)",
  "JSON.parse(require('fs').readFileSync('/nowhere', 'utf8'))",
  "require('./not-there')",
];

/** Hides something that matters from the reader at one place of a project: a key, a ref, a config, a field. */
export function obstruct(files: Files, choices: Choices): Files {
  const unknown = choices.pick(...unknowns);
  const replacements: readonly [RegExp, string][] = [
    [/keystone\.createList\((key|'\w+')/, `keystone.createList(${unknown}`],
    [/load\(key\)/, unknown],
    [/ref: (?=['`])/, `ref: ${unknown} && `],
    [/fields: \{/, `fields: { ...${unknown},`],
    [/const LINK = \{/, `const LINK = { ...${unknown},`],
    [/many: (?=true|!false)/, `many: ${unknown} && `],
  ];
  const [pattern, replacement] = choices.pick(...replacements);
  const names = [...files.keys()].filter((name) => pattern.test(files.get(name) ?? ''));
  if (names.length === 0) return files;
  const chosen = choices.pick(...names);
  const text = files.get(chosen) ?? '';
  return new Map([...files, [chosen, text.replace(pattern, () => replacement)]]);
}
