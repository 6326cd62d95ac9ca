import type { Plan } from '../plan/index.ts';
import { type Relationship, relationshipName, sideName } from '../relationships/index.ts';

/** Why the left fields are the left ones. The published cheatsheet and the released Keystone differ in this. */
export function explainSideOrder({ sideOrder, locale }: Plan): string {
  return sideOrder === 'alphabetical'
    ? `The left field is the one that comes first in alphabetical order (locale ${locale}), as in Keystone 8.0.0 and later. The published cheatsheet is older than that rule and takes the one declared first, with other results for:`
    : 'The left field is the one declared first, as in the published cheatsheet. Keystone 8.0.0 and later take alphabetical order, with other results for:';
}

/** The relationships that depend on which field is the left one, each with the result. */
export const sideOrderNotes = ({ relationships }: Plan): string[] =>
  relationships
    .filter(({ sideOrderMatters }) => sideOrderMatters)
    .map((relationship) => `${relationshipName(relationship)}: ${outcome(relationship)}`);

const outcome = ({ columnNames, tableName, left }: Relationship): string =>
  columnNames ? `here the join table is ${tableName}` : `here ${sideName(left)} is kept`;
