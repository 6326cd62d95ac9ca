import fc, { type Arbitrary } from 'fast-check';
import { holderOf, nameOf, type Relationship, type Side } from './keystone-cases.ts';

/** The content of any database: items, identified by numbers, and the links between them. */
export interface Dataset {
  /** The items of each list. No two lists share a number, so swapped ends of a link are noticed. */
  readonly items: Readonly<Record<string, readonly number[]>>;
  /** The links of each relationship, by its name. Those of one left item are in the order in which it holds them. */
  readonly links: Readonly<Record<string, readonly Link[]>>;
}

export interface Link {
  readonly left: number;
  readonly right: number;
}

/** The constraints on a field that holds one id. */
export interface Rule {
  readonly required: boolean;
  readonly unique: boolean;
}

export type RuleOf = (side: Side) => Rule;

export const noRule: Rule = { required: false, unique: false };

/**
 * A dataset for these lists, with no, one and several links of an item, within the rules. The same seed always gives the same
 * dataset.
 */
export function sampleDataset(
  lists: readonly string[],
  relationships: readonly Relationship[],
  ruleOf: RuleOf,
  seed: number,
): Dataset {
  const [dataset] = fc.sample(datasets(lists, relationships, ruleOf), { seed, numRuns: 1 });
  if (dataset === undefined) throw new Error('fast-check returned no sample');
  return dataset;
}

/** All possible datasets for these lists. */
export function datasets(
  lists: readonly string[],
  relationships: readonly Relationship[],
  ruleOf: RuleOf,
): Arbitrary<Dataset> {
  const items = itemsOf(lists, relationships, ruleOf);
  const links = relationships.map((relationship) => [
    nameOf(relationship),
    linksOf(relationship, items, ruleOf),
  ]);
  const record: Record<string, Arbitrary<Link[]>> = Object.fromEntries(links);
  return fc.record(record, { noNullPrototype: true }).map((sampled) => ({ items, links: sampled }));
}

/** A list whose items each need a partner of their own gets fewer items than the others. */
function itemsOf(
  lists: readonly string[],
  relationships: readonly Relationship[],
  ruleOf: RuleOf,
): Record<string, number[]> {
  const singles = relationships.flatMap(({ left, right }) => [left, right]).filter((side) => side !== null);
  const mustBePaired = singles.filter((side) => !side.many && ruleOf(side).required).map(({ list }) => list);
  return Object.fromEntries(
    lists.map((list, index) => {
      const size = mustBePaired.includes(list) ? 7 : 10 + 3 * index;
      return [list, Array.from({ length: size }, (_, item) => 100 * (index + 1) + item + 1)];
    }),
  );
}

function linksOf(
  relationship: Relationship,
  items: Readonly<Record<string, readonly number[]>>,
  ruleOf: RuleOf,
): Arbitrary<Link[]> {
  const { left, cardinality } = relationship;
  const holder = holderOf(relationship) ?? left;
  const from = items[holder.list] ?? [];
  const to = items[holder.target] ?? [];
  const link = ([near, far]: readonly [number, number]): Link =>
    holder === left ? { left: near, right: far } : { left: far, right: near };

  if (cardinality === 'N:N') return several(from, to).map((pairs) => pairs.map(link));
  const { required, unique } = ruleOf(holder);
  if (cardinality === '1:1' || unique) {
    const other = relationship.right;
    const otherRequired = other !== null && other !== holder && !other.many && ruleOf(other).required;
    return partners(from, to, required, otherRequired).map((pairs) => pairs.map(link));
  }
  return oneEach(from, to, required).map((pairs) => pairs.map(link));
}

type Pairs = Arbitrary<(readonly [near: number, far: number])[]>;

/** Up to five links of each item, in any order. The last item at the other end has none. */
function several(from: readonly number[], to: readonly number[]): Pairs {
  return fc
    .tuple(...from.map(() => fc.shuffledSubarray(to.slice(0, -1), { maxLength: 5 })))
    .map((targets) =>
      from.flatMap((near, index) => (targets[index] ?? []).map((far) => [near, far] as const)),
    );
}

/** At most one link of each item, or exactly one if it is required. */
function oneEach(from: readonly number[], to: readonly number[], required: boolean): Pairs {
  const target = fc.constantFrom(...to);
  return fc
    .tuple(...from.map(() => (required ? target : fc.option(target, { freq: 3 }))))
    .map((targets) => from.flatMap((near, index) => pairUnlessNull(near, targets[index] ?? null)));
}

function pairUnlessNull(near: number, far: number | null): (readonly [number, number])[] {
  return far === null ? [] : [[near, far]];
}

/** Links that share no item at either end. If nothing is required, some items have no link. */
function partners(
  from: readonly number[],
  to: readonly number[],
  fromRequired: boolean,
  toRequired: boolean,
): Pairs {
  const most = Math.min(from.length, to.length);
  const least = fromRequired || toRequired ? most : Math.floor(most / 2);
  return fc.integer({ min: least, max: fromRequired || toRequired ? most : most - 2 }).chain((size) => {
    const exactly = { minLength: size, maxLength: size };
    return fc
      .tuple(fc.subarray([...from], exactly), fc.shuffledSubarray([...to], exactly))
      .map(([nears, fars]) => nears.flatMap((near, index) => pairUnlessNull(near, fars[index] ?? null)));
  });
}

/** Links as sorted text, to compare them: `101-204`. */
export function linkTexts(links: readonly Link[]): string[] {
  return links.map(({ left, right }) => `${left}-${right}`).sort();
}

/** A link that can be added to a dataset because it does not conflict with the other links of its items. */
export function freeLink(relationship: Relationship, { items, links }: Dataset): Link {
  const { left, right } = relationship;
  const existing = links[nameOf(relationship)] ?? [];
  const isTaken = (link: Link) =>
    existing.some((other) => {
      const sameLeft = other.left === link.left;
      const sameRight = other.right === link.right;
      return (sameLeft && sameRight) || (sameLeft && !left.many) || (sameRight && right?.many === false);
    });
  for (const leftItem of items[left.list] ?? []) {
    for (const rightItem of items[left.target] ?? []) {
      const link = { left: leftItem, right: rightItem };
      if (leftItem !== rightItem && !isTaken(link)) return link;
    }
  }
  throw new Error(`${nameOf(relationship)} has no room for another link`);
}

/** The dataset with one more link. */
export function withLink(dataset: Dataset, relationship: Relationship, link: Link): Dataset {
  const name = nameOf(relationship);
  return { ...dataset, links: { ...dataset.links, [name]: [...(dataset.links[name] ?? []), link] } };
}
