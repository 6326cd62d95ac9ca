import { type Relationship, relationshipName, type Side } from '../../relationships/index.ts';
import { qualifiedName, quoteIdentifier } from '../../text/quote-sql.ts';
import { sourcesOf } from '../sources.ts';
import type { PostgresStep, Stored } from './step.ts';
import { foreignKeyColumn, newJoinTable, oldStored, type Surroundings } from './stored.ts';

/** The side whose column is kept, in a relationship without a join table. */
export const columnSide = ({ cardinality, left, right }: Relationship): Side =>
  cardinality === '1:N' && right ? right : left;

/**
 * The step of a relationship; null where PostgreSQL stores it the same before and after. Names of new indexes are taken
 * out of the namespace.
 */
export function stepOf(relationship: Relationship, surroundings: Surroundings): PostgresStep | null {
  return (relationship.columnNames ? joinTableStep : columnStep)(relationship, surroundings);
}

/** The column is kept; a second copy of its links, in a table or in a column at the other end, is dropped. */
function columnStep(relationship: Relationship, surroundings: Surroundings): PostgresStep | null {
  const side = columnSide(relationship);
  const kept = foreignKeyColumn(side, surroundings.idTypes);
  const other = side === relationship.left ? relationship.right : relationship.left;
  const dropped = other && oldStored(other, surroundings);
  if (dropped === null) return null;
  return {
    ...commonPart(relationship),
    title: `drop ${nameOf(dropped)}`,
    why: `The same links are in ${nameOf(kept)}.`,
    kept,
    after: kept,
    dropped,
  };
}

/** The table of the left field gets Keystone 8's names; the table of the right field, where there is one, is dropped. */
function joinTableStep(relationship: Relationship, surroundings: Surroundings): PostgresStep {
  const { left, right } = relationship;
  const after = newJoinTable(relationship, surroundings);
  const kept = oldStored(left, surroundings);
  const dropped = right && oldStored(right, surroundings);
  const common = { ...commonPart(relationship), kept, after, dropped };
  if (kept === null) {
    return {
      ...common,
      title: `create ${nameOf(after)}`,
      why: 'Old Keystone could not create a table for it (both columns would have one name), so there is no link to move.',
    };
  }
  const rename = `rename ${nameOf(kept)} to ${quoteIdentifier(after.name)}`;
  return dropped
    ? {
        ...common,
        title: `drop ${nameOf(dropped)}, ${rename}`,
        why: 'Both hold the same links.',
      }
    : { ...common, title: rename, why: 'No link moves.' };
}

const commonPart = (relationship: Relationship): Pick<PostgresStep, 'relationship' | 'sources'> => ({
  relationship: relationshipName(relationship),
  sources: sourcesOf(relationship),
});

/** As SQL names it: `table "User_posts"`, `column "User"."post"`. */
const nameOf = (stored: Stored): string =>
  stored.kind === 'table'
    ? `table ${quoteIdentifier(stored.name)}`
    : `column ${qualifiedName(stored.table, stored.name)}`;
