import fc, { type Arbitrary } from 'fast-check';
import { holderOf, nameOf, type Relationship, type Side } from './keystone-cases.ts';

/** What a database holds, whichever database: items, known by numbers, and the links between them. */
export interface Dataset {
  /** The items of each list. No two lists have a number in common, so that mixed up ends of a link show. */
  readonly items: Readonly<Record<string, readonly number[]>>;
  /** The links of each relationship, by its name; those of one item on the left in the order that it holds them. */
  readonly links: Readonly<Record<string, readonly Link[]>>;
}

export interface Link {
  readonly left: number;
  readonly right: number;
}

/** What the schema demands of the single side of a relationship. */
export interface Rule {
  readonly required: boolean;
  readonly unique: boolean;
}

export type RuleOf = (side: Side) => Rule;

export const noRule: Rule = { required: false, unique: false };

/**
 * A dataset for these lists, always the same for one seed: items with one link, with several and with none, and
 * everything that the rules demand.
 */
export function sampleDataset(
  lists: readonly string[],
  relationships: readonly Relationship[],
  ruleOf: RuleOf,
  seed: number,
): Dataset {
  const [dataset] = fc.sample(datasets(lists, relationships, ruleOf), { seed, numRuns: 1 });
  if (dataset === undefined) throw new Error('fast-check gave no sample');
  return dataset;
}

/** All the datasets that these lists can have. */
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

/** A list each of whose items must have a partner of its own gets fewer items than the others. */
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

/** Up to five links of each item, in any order. The last item at the other end stays without any. */
function several(from: readonly number[], to: readonly number[]): Pairs {
  return fc
    .tuple(...from.map(() => fc.shuffledSubarray(to.slice(0, -1), { maxLength: 5 })))
    .map((targets) =>
      from.flatMap((near, index) => (targets[index] ?? []).map((far) => [near, far] as const)),
    );
}

/** At most one link of each item, exactly one where it is required. */
function oneEach(from: readonly number[], to: readonly number[], required: boolean): Pairs {
  const target = fc.constantFrom(...to);
  return fc
    .tuple(...from.map(() => (required ? target : fc.option(target, { freq: 3 }))))
    .map((targets) => from.flatMap((near, index) => pairUnlessNull(near, targets[index] ?? null)));
}

function pairUnlessNull(near: number, far: number | null): (readonly [number, number])[] {
  return far === null ? [] : [[near, far]];
}

/** Links that share no item on either end; where nothing is required, some items stay without. */
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

/** Links as plain text, sorted, to compare them: `101-204`. */
export function linkTexts(links: readonly Link[]): string[] {
  return links.map(({ left, right }) => `${left}-${right}`).sort();
}

/** A link that could be added to a dataset: its two items have none that it would stand in the way of. */
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
