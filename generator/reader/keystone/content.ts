import { iterate } from '../iterate.ts';
import type { Machine } from '../machine.ts';
import { getMember, reasonOf } from '../members.ts';
import { findProperty } from '../objects.ts';
import { type Place, sourceOf } from '../place.ts';
import type { List } from '../project.ts';
import { because } from '../report.ts';
import {
  becauseOf,
  type FunctionValue,
  isNullish,
  limit,
  type ObjectValue,
  stringOf,
  type UnknownValue,
  type Value,
} from '../values.ts';
import { type Block, blockListKey, contentListKey, itemQueryName, storingBlocks } from './facts.ts';
import { type FieldReading, plainRelationship } from './fields.ts';
import { entryOf, keystoneExport } from './packages.ts';

/**
 * The lists that a Content field makes: one for each block that stores things, and the one for the
 * field's documents. Their names are those of @keystonejs/fields-content.
 */
export function contentLists(
  machine: Machine,
  list: string,
  config: ObjectValue,
  field: FieldReading,
): List[] {
  const key = documentListKey(machine, list, config, field);
  const blocks = blocksOf(machine, field);
  const source = sourceOf(field.place);
  const common = {
    adapterName: adapterNameOf(machine, config, field.place),
    collection: null,
    idType: null,
    source,
  };
  const blockLists = blocks.map(
    (block): List => ({
      ...common,
      key: blockListKey(list, block.type),
      fieldPaths: block.fieldPaths,
      relationships: [plainRelationship('from', `${key}.${block.path}`, field.place)],
    }),
  );
  const documents: List = {
    ...common,
    key,
    fieldPaths: ['document', 'from', ...blocks.map((block) => block.path)],
    relationships: [
      plainRelationship('from', `${list}.${field.path}`, field.place),
      ...blocks.map((block) =>
        plainRelationship(block.path, `${blockListKey(list, block.type)}.from`, field.place, true),
      ),
    ],
  };
  return [...blockLists, documents];
}

/** The key of the list that holds the documents of a Content field. */
export function documentListKey(
  machine: Machine,
  list: string,
  config: ObjectValue,
  { path, place }: FieldReading,
): string {
  const { name, why } = itemNameOf(machine, list, config, place);
  if (why !== null) reportName(machine, list, path, why, place);
  return contentListKey(name, path);
}

/** What GraphQL calls an item of a list, and why that is not known. */
export function itemNameOf(
  machine: Machine,
  list: string,
  config: ObjectValue,
  place: Place,
): { readonly name: string; readonly why: UnknownValue | null } {
  const options = ['label', 'singular', 'itemQueryName'].map((name) =>
    getMember(machine, config, name, place),
  );
  const [label = null, singular = null, given = null] = options.map((value) => stringOf(value) || null);
  const why = options.map((value) => reasonOf(value, place)).find((reason) => reason !== null);
  return { name: itemQueryName(list, { label, singular, itemQueryName: given }), why: why ?? null };
}

function reportName(machine: Machine, list: string, path: string, why: UnknownValue, place: Place): void {
  machine.report.add({
    code: 'AM1021',
    about: `${list}.${path}`,
    message: `The name of the list that the Content field ${list}.${path} makes is unknown, ${because(why, place)}.`,
    help: 'Write the itemQueryName, singular or label of the list as a string, or name a file that exports its config with --list <Key>=<file>.',
    why,
    place,
  });
}

function adapterNameOf(machine: Machine, config: ObjectValue, place: Place): string | null {
  return stringOf(getMember(machine, config, 'adapterName', place));
}

function blocksOf(machine: Machine, field: FieldReading): readonly Block[] {
  const { config, place } = field;
  const given = getMember(machine, config, 'blocks', place);
  if (isNullish(given)) return [];
  const at = config.properties.get('blocks')?.place ?? place;
  const { elements, open } = iterate(machine, given, at);
  const doubts: UnknownValue[] = open === null ? [] : [open];
  const blocks = elements.flatMap((element) => blockOf(machine, element, at, doubts) ?? []);
  if (doubts.length > 0) reportBlocks(machine, field, doubts, at);
  return blocks;
}

/** The block of an element of `blocks`: `block` or `[block, config]`; null where it stores nothing. */
function blockOf(machine: Machine, element: Value, place: Place, doubts: UnknownValue[]): Block | null {
  if (element.kind === 'choice') {
    const blocks = element.options.map((option) => blockOf(machine, option, place, doubts));
    const [first = null] = blocks;
    if (blocks.every((block) => block === first)) return first;
    doubts.push(element.why);
    return null;
  }
  const block = element.kind === 'array' ? element.elements[0] : element;
  if (block === undefined || block.kind === 'absent' || block.kind === 'primitive') return null;
  if (block.kind === 'choice') return blockOf(machine, block, place, doubts);
  const found = keystoneExport(block);
  if (found !== null) return entryOf(storingBlocks, found.path.join('.'));
  if (block.kind !== 'function' || definesFields(machine, block, place)) {
    doubts.push(reasonOf(block, place) ?? limit('a block of the project may define fields', place));
  }
  return null;
}

/** Whether a block of the user's own may store something: only if it defines fields for that. */
function definesFields(machine: Machine, block: FunctionValue, place: Place): boolean {
  const prototype = getMember(machine, block, 'prototype', place);
  return prototype.kind !== 'object' || findProperty(prototype, 'getFieldDefinitions') !== null;
}

/** One finding for all the doubts about a field, so that one run tells all that has to be settled. */
function reportBlocks(
  machine: Machine,
  field: FieldReading,
  doubts: readonly UnknownValue[],
  place: Place,
): void {
  const reasons = [...new Set(doubts.map((why) => because(why, place).replace(/^because /, '')))];
  machine.report.add({
    code: 'AM1019',
    about: `${field.list}.${field.path}`,
    message: `The blocks of ${field.list}.${field.path} are not all known, because ${reasons.join(', and ')}; each could make a list.`,
    help: 'Write the blocks in the source, or name a file that exports the config of the list with --list <Key>=<file>.',
    why: becauseOf(doubts, reasons.join(', and '), place),
    place,
  });
}
