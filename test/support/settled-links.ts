import type { Relationship } from '../../generator/relationships/index.ts';
import type { Pair, Stored } from './random-links.ts';

/** The expected result of `--reconcile resolve` or `discard`. Links are sorted pairs as text, `left-right`. */
export interface Settled {
  /** The links in Keystone 8. */
  readonly links: readonly string[];
  /** The links of each side that are set aside. */
  readonly givenUp: { readonly left: readonly string[]; readonly right: readonly string[] };
  /** The links of each side after a rollback. */
  readonly restored: { readonly left: readonly string[]; readonly right: readonly string[] };
}

/** A link as the kept side stores it: an item of its own list, and the item at the other end. */
type Link = readonly [item: number, target: number];

/**
 * Applies the documented rules to the two sides of a relationship, one link at a time, to compare the scripts with the result.
 *
 * @param gone the number of an item that no longer exists
 */
export function settle(
  { cardinality, left, right }: Relationship,
  stored: Stored,
  reconcile: 'resolve' | 'discard',
  gone: number,
): Settled {
  // The kept side is the one with a column, or the left side if there is a join table.
  const keepsRight = cardinality === '1:N' && right !== null;
  const turn = ([a, b]: Pair): Link => (keepsRight ? [b, a] : [a, b]);
  const kept = unique((keepsRight ? stored.right : stored.left).map(turn));
  const dropped = unique((keepsRight ? stored.left : stored.right).map(turn));
  const hasColumn = !(keepsRight ? right : left)?.many;
  const isOneToOne = hasColumn && right !== null && !left.many && !right.many;
  const links = settleKept(kept, dropped, reconcile === 'resolve' ? gone : null, isOneToOne);
  if (reconcile === 'resolve') {
    for (const link of byTarget(dropped)) {
      const [item, target] = link;
      const isTaken = links.some(
        (other) =>
          isSame(other, link) || (hasColumn && other[0] === item) || (isOneToOne && other[1] === target),
      );
      if (!isTaken && item !== gone && target !== gone) links.push(link);
    }
  }
  const without = (side: readonly Link[]) =>
    side.filter((link) => !links.some((other) => isSame(other, link)));
  const isThere = (link: Link) => !link.includes(gone);
  const droppedIsCell = right !== null && !(keepsRight ? left : right).many;
  const back = without(dropped).filter(isThere);
  const restoredKept = [...links, ...without(kept).filter(isThere)];
  const restoredDropped = [
    ...links.filter(([, target]) => !(droppedIsCell && back.some((link) => link[1] === target))),
    ...back,
  ];
  const texts = (side: readonly Link[]) => side.map((link) => turn(link).join('-')).sort();
  const sides = <T>(ofKept: T, ofDropped: T) =>
    keepsRight ? { left: ofDropped, right: ofKept } : { left: ofKept, right: ofDropped };
  return {
    links: texts(links),
    givenUp: sides(texts(without(kept)), texts(without(dropped))),
    restored: sides(texts(restoredKept), right ? texts(restoredDropped) : []),
  };
}

/** Of the links to one item, keeps the pair that both sides agree on, or else the one whose holder has the lowest id. */
function settleKept(
  kept: readonly Link[],
  dropped: readonly Link[],
  gone: number | null,
  isOneToOne: boolean,
): Link[] {
  const agreed = (link: Link) => dropped.some((other) => isSame(other, link));
  return kept.filter((link) => {
    if (gone !== null && link.includes(gone)) return false;
    const rivals = kept.filter((other) => other[1] === link[1]);
    const best = rivals.find(agreed) ?? rivals.reduce((a, b) => (a[0] < b[0] ? a : b));
    return !isOneToOne || isSame(best, link);
  });
}

const isSame = (a: Link, b: Link): boolean => a[0] === b[0] && a[1] === b[1];

const byTarget = (links: readonly Link[]): Link[] => links.toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);

const unique = (links: readonly Link[]): Link[] =>
  links.filter((link, index) => links.findIndex((other) => isSame(other, link)) === index);
