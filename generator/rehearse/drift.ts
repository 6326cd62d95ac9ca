import { type Relationship, relationshipName } from '../relationships/index.ts';
import type { Dataset, RuleOf, StoredLinks } from './dataset.ts';
import { type Link, stayingSide } from './links.ts';
import { randomNumbers } from './random.ts';

/** How old Keystone lets the two sides of a relationship get out of step: its API, and writes in parallel. */
type Fault = 'lost on the side that stays' | 'lost on the side that goes' | 'contradictory' | 'repeated';

/** Breaks so many of a hundred links, each in one of the ways that its relationship knows. */
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
  const staying = stayingSide(relationship);
  const going = staying === left ? right : left;
  const faults: Fault[] = [
    ...(right && !ruleOf(staying).isRequired ? (['lost on the side that stays'] as const) : []),
    ...(going && !ruleOf(going).isRequired ? (['lost on the side that goes'] as const) : []),
    // A column has room for one: the sides can name two different ones.
    ...(going && !staying.many && !ruleOf(going).isUnique ? (['contradictory'] as const) : []),
    ...(staying.many || going?.many ? (['repeated'] as const) : []),
  ];
  // A list can name a foreign item as its own; a column can name another than it is named by.
  const end = (staying === left) === (going?.many ?? false) ? 1 : 0;
  const stays: Link[] = [];
  const goes: Link[] = [];
  const agreed = links.left;
  for (const link of agreed) {
    const fault = random() < share ? faults[Math.floor(random() * faults.length)] : undefined;
    if (fault !== 'lost on the side that stays') stays.push(link);
    if (fault === 'contradictory') goes.push(withAnother(link, agreed, end, random));
    else if (fault !== 'lost on the side that goes') goes.push(link);
    if (fault === 'repeated') (staying.many ? stays : goes).push(link);
  }
  if (!right) return { left: stays, right: [] };
  return staying === left ? { left: stays, right: goes } : { left: goes, right: stays };
}

/** The link with the item of another link at one end. */
function withAnother([left, right]: Link, links: readonly Link[], end: 0 | 1, random: () => number): Link {
  const other = links[Math.floor(random() * links.length)]?.[end];
  if (other === undefined) return [left, right];
  return end === 0 ? [other, right] : [left, other];
}
