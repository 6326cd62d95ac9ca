import type { Relationship, Side } from '../relationships/index.ts';

/** Two items that are linked, by their numbers. */
export type Link = readonly [left: number, right: number];

/** The sides that old Keystone stores: one or both. */
export const sidesOf = ({ left, right }: Relationship): Side[] => (right ? [left, right] : [left]);

/** The side that Keystone 8 keeps: the one with the kept column or field, or the left side of a many-to-many relationship. */
export function keptSide(relationship: Relationship): Side {
  const { tableName, columnName, left } = relationship;
  const holds = ({ list, path }: Side) => list === tableName && path === columnName;
  return sidesOf(relationship).find(holds) ?? left;
}

/** Old Keystone could not create the join table of a self-referential `many` field on PostgreSQL. */
export const hasTable = ({ many, list, refList }: Side): boolean => !many || list !== refList;
