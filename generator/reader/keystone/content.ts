import { iterate } from '../iterate.ts';
import type { Machine } from '../machine.ts';
import { getMember, reasonOf } from '../members.ts';
import { isNullish, limit, stringOf, type UnknownValue } from '../values.ts';
import {
  type Block,
  blockField,
  blockList,
  contentList,
  contentListKey,
  itemQueryName,
  type OwnList,
  storingBlocks,
} from './facts.ts';
import type { ContentField, Field } from './fields.ts';
import { entryOf, keystoneExport } from './packages.ts';

/** The key of the list that holds the documents of a Content field. */
export function contentKeyOf(
  machine: Machine,
  { list, listConfig, path, name: about, place }: Field,
): string {
  let why: UnknownValue | null = null;
  const name = itemQueryName(list, (option) => {
    const value = getMember(machine, listConfig, option, place);
    why ??= reasonOf(value, place);
    return stringOf(value) || null;
  });
  if (why !== null) {
    const message = `The name of the list that the Content field ${about} makes is unknown`;
    machine.report.unknown({ code: 'AM1021', about, message, why, place });
  }
  return contentListKey(name, path);
}

/** The lists that a Content field creates: one for each block that stores things, and the one for its documents. */
export function contentLists(machine: Machine, field: ContentField): readonly OwnList[] {
  const { list, name, key } = field;
  const blocks = blocksOf(machine, field);
  const fields = blocks.map((block) => blockField(list, block));
  return [...blocks.map((block) => blockList(list, block, key)), contentList(key, name, fields)];
}

function blocksOf(machine: Machine, { name, config, place }: ContentField): readonly Block[] {
  const given = getMember(machine, config, 'blocks', place);
  if (isNullish(given)) return [];
  const at = config.properties.get('blocks')?.place ?? place;
  const message = `The blocks of ${name} are not all known, and each could create a list`;
  const report = (why: UnknownValue): void =>
    machine.report.unknown({ code: 'AM1019', about: name, message, why, place: at });
  const { elements, open } = iterate(machine, given, at);
  if (open !== null) report(open);
  return elements.flatMap((element) => {
    // Written as `block` or `[block, config]`.
    const block = (element.kind === 'array' && element.elements[0]) || element;
    const found = keystoneExport(block);
    if (found !== null) return entryOf(storingBlocks, found.path.join('.')) ?? [];
    if (block.kind !== 'absent' && block.kind !== 'primitive') {
      report(reasonOf(block, at) ?? limit('a block of the project may create lists', at));
    }
    return [];
  });
}
