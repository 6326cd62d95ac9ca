import { type Relationship, relationshipName, type Side } from '../../relationships/index.ts';
import { sourcesOf } from '../sources.ts';
import type { Step } from '../step.ts';
import { type Collections, fieldName, type StoredField, storedField } from './stored-field.ts';

/** What happens to a relationship on MongoDB. migrate and rollback are both written from it. */
export interface MongoStep extends Step {
  /** The dropped side; null for a one-sided relationship. */
  readonly dropped: StoredField | null;
  /** The kept side as old Keystone stores it. */
  readonly kept: StoredField;
  /** The join collection that the links of `kept` move to; null if they stay in the kept field. */
  readonly join: JoinCollection | null;
}

export interface JoinCollection {
  readonly collection: string;
  /** Its fields: `near` has the id of the document that held the link, `far` the id of the other one. */
  readonly near: string;
  readonly far: string;
}

/** Returns null if Keystone 8 stores the relationship as old Keystone did. */
export function stepOf(relationship: Relationship, collections: Collections): MongoStep | null {
  const { left, right, kind } = relationship;
  const fieldOf = (side: Side) => storedField(side, collections);
  switch (kind) {
    case 'one-to-many-one-sided':
      return null;
    case 'one-to-many-two-sided':
      return left.many
        ? dropField(relationship, fieldOf(left), fieldOf(requireSide(right)))
        : dropField(relationship, fieldOf(requireSide(right)), fieldOf(left));
    case 'one-to-one-two-sided':
      return dropField(relationship, fieldOf(requireSide(right)), fieldOf(left));
    case 'many-to-many-one-sided':
    case 'many-to-many-two-sided':
      return moveLinks(relationship, right && fieldOf(right), fieldOf(left));
  }
}

const dropField = (relationship: Relationship, dropped: StoredField, kept: StoredField): MongoStep => ({
  relationship: relationshipName(relationship),
  title: `unset ${fieldName(dropped)}`,
  why: `${fieldName(kept)} holds the same links, and Keystone 8 reads only that.`,
  sources: sourcesOf(relationship),
  dropped,
  kept,
  join: null,
});

function moveLinks(relationship: Relationship, dropped: StoredField | null, kept: StoredField): MongoStep {
  const { left, collection } = relationship;
  return {
    relationship: relationshipName(relationship),
    title: `move ${fieldName(kept)} into ${collection}${dropped ? `, unset ${fieldName(dropped)}` : ''}`,
    why: dropped
      ? 'Both fields hold the same links, and Keystone 8 reads only the join collection.'
      : 'Keystone 8 reads only the join collection.',
    sources: sourcesOf(relationship),
    dropped,
    kept,
    join: { collection, near: `${left.list}_left_id`, far: `${left.refList}_right_id` },
  };
}

function requireSide(side: Side | null): Side {
  if (!side) throw new Error('a two-sided relationship has two sides');
  return side;
}
