import type { Relationship, Side } from '../relationships/index.ts';

/** The items of two lists that belong together, by their numbers. */
export type Link = readonly [left: number, right: number];

/** The sides that old Keystone stores a relationship on: one or both. */
export const sidesOf = ({ left, right }: Relationship): Side[] => (right ? [left, right] : [left]);

/** The side whose links Keystone 8 has: that of the column or field that stays; for many-to-many the left one. */
export function stayingSide(relationship: Relationship): Side {
  const { tableName, columnName, left } = relationship;
  const holds = ({ list, path }: Side) => list === tableName && path === columnName;
  return sidesOf(relationship).find(holds) ?? left;
}

/** On PostgreSQL old Keystone could not create the join table of a self-referential `many` field. */
export const hasTable = ({ many, list, refList }: Side): boolean => !many || list !== refList;
