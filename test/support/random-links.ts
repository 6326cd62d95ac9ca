import fc from 'fast-check';
import type { Relationship } from '../../generator/relationships/index.ts';

/** Each list has the items 1 to ITEMS. */
export const ITEMS = 4;

/** A link between an item of the left list and one of the right list. */
export type Pair = readonly [left: number, right: number];

/** The links that old Keystone stores on each side. The right side of a one-sided relationship is empty. */
export interface Stored {
  readonly left: readonly Pair[];
  readonly right: readonly Pair[];
}

const item = fc.integer({ min: 1, max: ITEMS });
const pair: fc.Arbitrary<Pair> = fc.tuple(item, item);

/** Mostly nothing, so that in some projects the sides of all relationships agree. */
const drift = fc.oneof(
  { arbitrary: fc.constant([]), weight: 5 },
  { arbitrary: fc.array(pair, { maxLength: 4 }), weight: 1 },
);

/** Links on both sides, and links on only one of them. */
export function storedLinks({ cardinality, right }: Relationship): fc.Arbitrary<Stored> {
  return fc
    .record({ base: baseOf(cardinality), onlyLeft: drift, onlyRight: drift })
    .map(({ base, onlyLeft, onlyRight }) => ({
      left: right ? [...base, ...onlyLeft] : base,
      right: right ? [...base, ...onlyRight] : [],
    }));
}

function baseOf(cardinality: Relationship['cardinality']): fc.Arbitrary<Pair[]> {
  const all = Array.from({ length: ITEMS }, (_, index) => index + 1);
  const some = fc.shuffledSubarray(all);
  switch (cardinality) {
    case 'N:N':
      return fc.uniqueArray(pair, { maxLength: 6, selector: String });
    case '1:1':
      return fc
        .tuple(some, fc.shuffledSubarray(all, { minLength: ITEMS }))
        .map(([lefts, rights]) => lefts.map((left, index) => [left, rights[index] ?? 1] as const));
    case 'N:1':
      return fc
        .tuple(some, fc.array(item, { minLength: ITEMS, maxLength: ITEMS }))
        .map(([lefts, rights]) => lefts.map((left, index) => [left, rights[index] ?? 1] as const));
    case '1:N':
      return fc
        .tuple(some, fc.array(item, { minLength: ITEMS, maxLength: ITEMS }))
        .map(([rights, lefts]) => rights.map((right, index) => [lefts[index] ?? 1, right] as const));
  }
}

/** For a field that holds one id: only the first link of each item is stored. */
export const storedInField = (pairs: readonly Pair[], end: 0 | 1): Pair[] =>
  pairs.filter((link, index) => pairs.findIndex((other) => other[end] === link[end]) === index);

/** Different links as sorted text. */
export const distinct = (pairs: readonly Pair[]): string[] =>
  [...new Set(pairs.map(([a, b]) => `${a}-${b}`))].sort();

export type Reconcile = 'abort' | 'merge' | 'discard';

/** The expected links of a relationship after migrate; null if migrate must refuse. */
export function expectedLinks(
  { cardinality, left, right }: Relationship,
  { left: inLeft, right: inRight }: Stored,
  reconcile: Reconcile,
): string[] | null {
  if (!right) return distinct(inLeft);
  const leftIsDropped = cardinality === '1:N';
  const [kept, dropped] = leftIsDropped ? [inRight, inLeft] : [inLeft, inRight];
  const united = distinct([...kept, ...dropped]);
  const isOneToOne = !left.many && !right.many;
  if (isOneToOne && isShared(distinct(kept), 1)) return null;
  switch (reconcile) {
    case 'discard':
      return distinct(kept);
    case 'abort':
      return united.length > distinct(kept).length ? null : distinct(kept);
    case 'merge': {
      if (cardinality === 'N:N') return united;
      const contradicts = isShared(united, leftIsDropped ? 1 : 0) || (isOneToOne && isShared(united, 1));
      return contradicts ? null : united;
    }
  }
}

/** Whether two links share the item at an end. */
function isShared(links: readonly string[], end: 0 | 1): boolean {
  const ends = links.map((link) => link.split('-')[end]);
  return new Set(ends).size < ends.length;
}
