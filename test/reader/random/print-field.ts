import type { Choices } from './choices.ts';
import type { ModelField } from './model.ts';

/** The lines that a file needs above its fields for all the ways in which fields are written. */
export function fieldPreamble(choices: Choices, isEsm: boolean): string {
  const imports = isEsm
    ? choices.pick(
        "import { Relationship, Text } from '@keystonejs/fields';",
        "import { Relationship as Link, Text } from '@keystonejs/fields';\nconst Relationship = Link;",
        "import * as types from '@keystonejs/fields';\nconst { Relationship, Text } = types;",
        "import types from '@keystonejs/fields';\nconst { Relationship, ...others } = types;\nconst Text = others.Text;",
      )
    : choices.pick(
        "const { Relationship, Text } = require('@keystonejs/fields');",
        "const { Relationship: Link, Text } = require('@keystonejs/fields');\nconst Relationship = Link;",
        "const types = require('@keystonejs/fields');\nconst { Relationship, Text } = types;",
        "const Relationship = { ...require('@keystonejs/fields').Relationship, type: 'Own' };\nconst { Text } = require('@keystonejs/fields');",
        "const { Relationship } = require('@open-keystone/fields');\nconst Text = String;",
      );
  return `${imports}
const LINK = { type: Relationship, label: 'x' };
const names = { first: 'a', many: true, no: false };
const enabled = [1, 2].includes(2);
const link = (ref, { many = false, ...options } = {}) => ({ type: Relationship, ref, many, ...options });
function* pairs(key, value) {
  yield [key, value];
}
`;
}

/** A member of an object literal for a field, in one of many ways. */
export function printField({ path, ref, many }: ModelField, choices: Choices): string {
  const value = ref === null ? printPlain(choices) : printLink(ref, many, choices);
  return choices.pick(
    `${path}: ${value},`,
    `'${path}': ${value},`,
    `['${path.slice(0, 2)}' + '${path.slice(2)}']: ${value},`,
    `[\`\${'${path}'}\`]: ${value},`,
    `get ${path}() { return ${value}; },`,
    `...{ ${path}: ${value} },`,
    `...(enabled ? { ${path}: ${value} } : {}),`,
    `...(enabled && { ${path}: ${value} }),`,
    `...Object.fromEntries([['${path}', ${value}]]),`,
    `...Object.fromEntries(pairs('${path}', ${value})),`,
    `...[{ ${path}: ${value} }].reduce((all, each) => ({ ...all, ...each }), {}),`,
    `...((${path}) => ({ ${path} }))(${value}),`,
    `...(() => { const made = {}; made['${path}'] = ${value}; return made; })(),`,
    `...(() => { const { other, ...rest } = { other: 1, ${path}: ${value} }; return rest; })(),`,
  );
}

function printPlain(choices: Choices): string {
  return choices.pick('{ type: Text }', "{ type: Text, ref: 'User' }", '{ ...{}, type: Text, many: true }');
}

function printLink(ref: string, many: boolean, choices: Choices): string {
  const refText = printText(ref, choices);
  const manyText = many
    ? choices.pick('true', '!false', 'names.many', '1', '!!names.first')
    : choices.pick('false', 'names.no', 'undefined', "''", '!enabled');
  return choices.pick(
    `{ type: Relationship, ref: ${refText}, many: ${manyText} }`,
    `link(${refText}, { many: ${manyText} })`,
    `{ ...LINK, ref: ${refText}, many: ${manyText} }`,
    `Object.assign({}, LINK, { ref: ${refText} }, { many: ${manyText} })`,
    `{ ...link('Nobody'), ...{ ref: ${refText}, many: ${manyText} } }`,
    `Object.freeze({ type: Relationship, many: ${manyText}, get ref() { return ${refText}; } })`,
  );
}

function printText(text: string, choices: Choices): string {
  const [list = '', field] = text.split('.');
  return choices.pick(
    `'${text}'`,
    `\`${text}\``,
    `[${text
      .split('.')
      .map((part) => `'${part}'`)
      .join(', ')}].join('.')`,
    field === undefined ? `'${list}'` : `\`\${'${list}'}.${field}\``,
    `'${text.toLowerCase()}' && '${text}'`,
    `(enabled ? '${text}' : 'Nobody')`,
    `'${text}x'.slice(0, -1)`,
    `'${text}'.replace('#', '')`,
    `(null ?? '${text}')`,
  );
}
