import { type Collections, type Links, storedField, turned } from '../../plan/mongo/index.ts';
import { type Relationship, type Side, sideName } from '../../relationships/index.ts';
import { stayingSide } from '../links.ts';

/** Where links can be read, near on the left, under a name for the answers. */
export interface Place extends Links {
  readonly name: string;
}

/** Where old Keystone stores the links of a relationship on one of its sides. */
export function oldPlace(relationship: Relationship, side: Side, collections: Collections): Place {
  const { links } = storedField(side, collections);
  return { name: sideName(side), ...(side === relationship.left ? links : turned(links)) };
}

/** Where Keystone 8 looks for the links of a relationship. */
export function newPlace(relationship: Relationship, collections: Collections): Place {
  const { left, columnNames, collection } = relationship;
  const name = 'migrated';
  const ends = columnNames?.[sideName(left)];
  if (!ends) return { ...oldPlace(relationship, stayingSide(relationship), collections), name };
  const { links } = storedField(left, collections);
  return { ...links, name, collection, near: ends.near, far: ends.far, isArray: false };
}
