import { type Relationship, relationshipName, type Side } from '../relationships/index.ts';
import { keptSide, type Link } from './links.ts';
import { draw, randomNumbers } from './random.ts';

/** The items and links to fill a database with. */
export interface Dataset {
  /** The items of each list, as numbers. No two lists share a number, so swapped ends of a link are noticed. */
  readonly items: ReadonlyMap<string, readonly number[]>;
  /** The links of each relationship, by its name, as each of its sides stores them. */
  readonly stored: ReadonlyMap<string, StoredLinks>;
}

/** The right side of a one-sided relationship stores none. */
export interface StoredLinks {
  readonly left: readonly Link[];
  readonly right: readonly Link[];
}

/** The constraints on a field that holds one id. */
export interface Rule {
  readonly isRequired: boolean;
  readonly isUnique: boolean;
}

export type RuleOf = (side: Side) => Rule;

export interface DatasetOptions {
  /** The number of items in each list. */
  readonly items: number;
  readonly seed: number;
}

/**
 * Creates items with no, one and several links, within the rules. Both sides of a relationship agree. The same seed always gives
 * the same dataset.
 */
export function makeDataset(
  lists: readonly string[],
  relationships: readonly Relationship[],
  ruleOf: RuleOf,
  { items: size, seed }: DatasetOptions,
): Dataset {
  const random = randomNumbers(seed);
  const step = 10 ** Math.ceil(Math.log10(size + 1));
  const items = new Map(
    lists.map((list, index) => [
      list,
      Array.from({ length: size }, (_, number) => step * (index + 1) + number + 1),
    ]),
  );
  const stored = relationships.map((relationship) => {
    const links = linksOf(relationship, items, ruleOf, random);
    return [relationshipName(relationship), { left: links, right: relationship.right ? links : [] }] as const;
  });
  return { items, stored: new Map(stored) };
}

function linksOf(
  relationship: Relationship,
  items: ReadonlyMap<string, readonly number[]>,
  ruleOf: RuleOf,
  random: () => number,
): Link[] {
  const { left, right, cardinality } = relationship;
  const holder = keptSide(relationship);
  const from = items.get(holder.list) ?? [];
  const to = items.get(holder.refList) ?? [];
  const link = (near: number, far: number): Link => (holder === left ? [near, far] : [far, near]);

  if (cardinality === 'N:N') {
    // The last item at the other end gets no links.
    const targets = to.slice(0, -1);
    return from.flatMap((near) => several(targets, random).map((far) => link(near, far)));
  }
  const { isRequired, isUnique } = ruleOf(holder);
  if (cardinality === '1:1' || isUnique) {
    const isPaired = isRequired || (cardinality === '1:1' && right !== null && ruleOf(right).isRequired);
    const fars = draw(to, to.length, random);
    return from.flatMap((near, index) =>
      isPaired || index % 3 < 2 ? [link(near, fars[index] ?? near)] : [],
    );
  }
  return from.flatMap((near) =>
    isRequired || random() < 0.75 ? [link(near, to[Math.floor(random() * to.length)] ?? near)] : [],
  );
}

/** Up to five different items, chosen without visiting all of them. */
function several(items: readonly number[], random: () => number): number[] {
  const count = Math.min(items.length, Math.floor(random() * 6));
  const chosen = new Set<number>();
  while (chosen.size < count) {
    const item = items[Math.floor(random() * items.length)];
    if (item !== undefined) chosen.add(item);
  }
  return [...chosen];
}
