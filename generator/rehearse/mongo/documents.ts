import { type Collections, storedField } from '../../plan/mongo/index.ts';
import { type Relationship, relationshipName, type Side } from '../../relationships/index.ts';
import type { Dataset, RuleOf } from '../dataset.ts';
import { sidesOf } from '../links.ts';

/** The constraints of unique indexes. An index that is not sparse allows only one document without the field. */
export const rulesOf =
  (collections: Collections): RuleOf =>
  (side) => {
    const { index } = storedField(side, collections);
    const isUnique = !side.many && (index?.unique ?? false);
    return { isUnique, isRequired: isUnique && index?.sparse === false };
  };

/** The collections of the lists, with the indexes that mongoose creates for relationships. */
export function collectionsOf(lists: readonly string[], sides: readonly Side[], collections: Collections) {
  return lists.map((list) => ({
    name: collections.get(list) ?? '',
    indexes: sides.flatMap((side) => {
      const { index, path } = storedField(side, collections);
      if (side.list !== list || index === null) return [];
      const { unique, sparse } = index;
      return [{ path, options: { ...(unique && { unique }), ...(sparse && { sparse }) } }];
    }),
  }));
}

/** The documents of a dataset, a line each. */
export function* documentsOf(
  lists: readonly string[],
  relationships: readonly Relationship[],
  { items, stored }: Dataset,
  collections: Collections,
): Generator<string> {
  const fields = relationships.flatMap((relationship) => {
    const links = stored.get(relationshipName(relationship)) ?? { left: [], right: [] };
    return sidesOf(relationship).map((side) => {
      const isLeft = side === relationship.left;
      const held = new Map<number, number[]>();
      for (const [left, right] of isLeft ? links.left : links.right) {
        const near = isLeft ? left : right;
        held.set(near, [...(held.get(near) ?? []), isLeft ? right : left]);
      }
      return { side, held };
    });
  });
  for (const list of lists) {
    const own = fields.filter(({ side }) => side.list === list);
    for (const item of items.get(list) ?? []) {
      const links = own.map(({ side, held }) => [side.path, fieldValue(side, held.get(item) ?? [])]);
      const document = {
        _id: objectId(item),
        name: `${item} "of" O'Neill $name \\ Zoë`,
        ...Object.fromEntries(links.filter(([, value]) => value !== null)),
        __v: 0,
      };
      yield `${JSON.stringify({ collection: collections.get(list), document })}\n`;
    }
  }
}

/** Null if the document has no such field. A `many` field without links is an empty array. */
function fieldValue({ many }: Side, far: readonly number[]): unknown {
  if (many) return far.map(objectId);
  return far[0] === undefined ? null : objectId(far[0]);
}

const objectId = (item: number) => ({ $oid: `5e90a0b0c0d0${item.toString(16).padStart(12, '0')}` });
