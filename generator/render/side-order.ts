import type { Plan } from '../plan/index.ts';
import { type Relationship, relationshipName, sideName } from '../relationships/index.ts';

/** Why the sides are ordered as they are, where the documents and the released Keystone differ. */
export function explainSideOrder({ sideOrder, locale }: Plan): string {
  return sideOrder === 'alphabetical'
    ? `Left and right are in alphabetical order (locale ${locale}), as in every released Keystone from 8.0.0; the published cheatsheet, written earlier, has the order of declaration and other results for:`
    : 'Left and right are in the order of declaration, as in the published cheatsheet; every released Keystone from 8.0.0 has alphabetical order and other results for:';
}

/** The relationships for which the side order decides, each with what it decided here. */
export const sideOrderNotes = ({ relationships }: Plan): string[] =>
  relationships
    .filter(({ sideOrderMatters }) => sideOrderMatters)
    .map((relationship) => `${relationshipName(relationship)}: ${outcome(relationship)}`);

const outcome = ({ columnNames, tableName, left }: Relationship): string =>
  columnNames ? `here the join table is ${tableName}` : `here ${sideName(left)} stays`;
