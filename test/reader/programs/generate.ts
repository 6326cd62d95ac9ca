import { randomNumbers } from '../../../generator/rehearse/random.ts';
import { grammar, typescript } from './grammar.ts';

/** A program as its files. */
export type Program = Readonly<Record<string, string>>;

const head = `const { Keystone } = require('@keystonejs/keystone');
const { Text, Relationship } = require('@keystonejs/fields');
const keystone = new Keystone({});
const n = { type: Text };
const relation = many => ({ type: Relationship, ref: 'Other', many: many === 'many' });
const text = value => String(value).replace(/\\W/g, '_');
const fields = (key, given) => keystone.createList(key, { fields: given });
const list = (key, many) => fields(key, { n, z: relation(many) });
const plugins = (key, given) => keystone.createList(key, { fields: { n }, plugins: given });
const state = { n: 1, all: [] };
fields('Other', { n });
`;

const part = `exports.value = 1;
exports.create = (key, value) => require('./index').list(key + value.toFixed(0).replace(/\\W/g, '_'), 'one');
`;

/** A program that creates lists in ways which depend on what the language does. */
export function generate(seed: number): Program {
  const random = randomNumbers(seed);
  const pick = (options: readonly string[]): string => options[Math.floor(random() * options.length)] ?? '';
  let names = 0;

  const expand = (piece: string, depth: number): string => {
    let name = '';
    return piece.replaceAll(/\{(name|same|[a-z])\}/g, (_, part: string) => {
      if (part === 'name') {
        names += 1;
        name = `L${names}_`;
      }
      return part === 'name' || part === 'same' ? name : expand(pickPiece(part, depth), depth - 1);
    });
  };

  /** Deep down, pieces are simple, so that programs have an end. */
  const pickPiece = (kind: string, depth: number): string => {
    const pieces = grammar[kind] ?? [];
    return pick(depth > 0 ? pieces : pieces.slice(0, kind === 'p' ? 2 : 3));
  };

  const isTyped = random() < 0.15;
  const statements = Array.from({ length: 1 + Math.floor(random() * 3) }, () => expand(pickPiece('p', 3), 3));
  if (isTyped) statements.push(expand(pick(typescript), 2));
  const body = `${head}module.exports = { list };\n${statements.join('\n')}\n`;
  return { [isTyped ? 'index.ts' : 'index.js']: isTyped ? `// @ts-nocheck\n${body}` : body, 'part.js': part };
}
