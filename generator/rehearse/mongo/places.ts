import { type Collections, storedField } from '../../plan/mongo/index.ts';
import { type Relationship, type Side, sideName } from '../../relationships/index.ts';
import { keptSide } from '../links.ts';

/** Where to read links. */
export interface Place {
  /** The key of the links in the result. */
  readonly name: string;
  readonly collection: string;
  /** The paths of the two ids in a document. */
  readonly left: string;
  readonly right: string;
  /** The collections that the two ids are from. */
  readonly leftCollection: string;
  readonly rightCollection: string;
}

/** Where old Keystone stores the links of a relationship on one of its sides. */
export function oldPlace(relationship: Relationship, side: Side, collections: Collections): Place {
  const { collection, refCollection, path } = storedField(side, collections);
  const common = { name: sideName(side), collection };
  return side === relationship.left
    ? { ...common, left: '_id', right: path, leftCollection: collection, rightCollection: refCollection }
    : { ...common, left: path, right: '_id', leftCollection: refCollection, rightCollection: collection };
}

/** Where Keystone 8 stores the links of a relationship. */
export function newPlace(relationship: Relationship, collections: Collections): Place {
  const { left, columnNames, collection } = relationship;
  const name = 'migrated';
  const ends = columnNames?.[sideName(left)];
  if (!ends) return { ...oldPlace(relationship, keptSide(relationship), collections), name };
  return { ...oldPlace(relationship, left, collections), name, collection, left: ends.near, right: ends.far };
}
