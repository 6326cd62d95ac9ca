import { type Relationship, relationshipName } from '../relationships/index.ts';
import type { Dataset, RuleOf, StoredLinks } from './dataset.ts';
import { keptSide, type Link } from './links.ts';
import { randomNumbers } from './random.ts';

/** How the two sides of a relationship can get out of step in old Keystone. */
type Fault = 'missing on the kept side' | 'missing on the dropped side' | 'contradictory' | 'repeated';

/** Breaks this percentage of the links, each with a random fault that is possible for its relationship. */
export function breakLinks(
  dataset: Dataset,
  relationships: readonly Relationship[],
  ruleOf: RuleOf,
  { percent, seed }: { percent: number; seed: number },
): Dataset {
  const random = randomNumbers(seed + 1);
  const stored = relationships.map((relationship) => {
    const name = relationshipName(relationship);
    const links = dataset.stored.get(name) ?? { left: [], right: [] };
    return [name, breakSome(relationship, links, ruleOf, percent / 100, random)] as const;
  });
  return { ...dataset, stored: new Map(stored) };
}

function breakSome(
  relationship: Relationship,
  links: StoredLinks,
  ruleOf: RuleOf,
  share: number,
  random: () => number,
): StoredLinks {
  const { left, right } = relationship;
  const kept = keptSide(relationship);
  const dropped = kept === left ? right : left;
  const faults: Fault[] = [
    ...(right && !ruleOf(kept).isRequired ? (['missing on the kept side'] as const) : []),
    ...(dropped && !ruleOf(dropped).isRequired ? (['missing on the dropped side'] as const) : []),
    // A column holds one id, so the two sides can name different items.
    ...(dropped && !kept.many && !ruleOf(dropped).isUnique ? (['contradictory'] as const) : []),
    ...(kept.many || dropped?.many ? (['repeated'] as const) : []),
  ];
  // The sides contradict each other if the item is in the list of another item, or if the column holds another id.
  const end = (kept === left) === (dropped?.many ?? false) ? 1 : 0;
  const keptLinks: Link[] = [];
  const droppedLinks: Link[] = [];
  const agreed = links.left;
  for (const link of agreed) {
    const fault = random() < share ? faults[Math.floor(random() * faults.length)] : undefined;
    if (fault !== 'missing on the kept side') keptLinks.push(link);
    if (fault === 'contradictory') droppedLinks.push(withAnother(link, agreed, end, random));
    else if (fault !== 'missing on the dropped side') droppedLinks.push(link);
    if (fault === 'repeated') (kept.many ? keptLinks : droppedLinks).push(link);
  }
  if (!right) return { left: keptLinks, right: [] };
  return kept === left ? { left: keptLinks, right: droppedLinks } : { left: droppedLinks, right: keptLinks };
}

/** The link, with one end replaced by that of another link. */
function withAnother([left, right]: Link, links: readonly Link[], end: 0 | 1, random: () => number): Link {
  const other = links[Math.floor(random() * links.length)]?.[end];
  if (other === undefined) return [left, right];
  return end === 0 ? [other, right] : [left, other];
}
