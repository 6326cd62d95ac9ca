import { type Relationship, relationshipName, type Side } from '../../relationships/index.ts';
import { qualifiedName, quoteIdentifier } from '../../text/quote-sql.ts';
import { sourcesOf } from '../sources.ts';
import type { PostgresStep, Stored } from './step.ts';
import { foreignKeyColumn, type NamingContext, newJoinTable, oldStored } from './stored.ts';

/** The side whose column is kept, in a relationship without a join table. */
export const columnSide = ({ cardinality, left, right }: Relationship): Side =>
  cardinality === '1:N' && right ? right : left;

/**
 * Returns null if Keystone 8 stores the relationship as old Keystone did. Adds the names of new indexes to the namespace.
 */
export function stepOf(relationship: Relationship, context: NamingContext): PostgresStep | null {
  return (relationship.columnNames ? joinTableStep : columnStep)(relationship, context);
}

/** Keeps the column, and drops the other side, which is a table or a column with the same links. */
function columnStep(relationship: Relationship, context: NamingContext): PostgresStep | null {
  const side = columnSide(relationship);
  const kept = foreignKeyColumn(side, context.idTypes);
  const other = side === relationship.left ? relationship.right : relationship.left;
  const dropped = other && oldStored(other, context);
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

/** Renames the join table of the left field, and drops the join table of the right field if there is one. */
function joinTableStep(relationship: Relationship, context: NamingContext): PostgresStep {
  const { left, right } = relationship;
  const after = newJoinTable(relationship, context);
  const kept = oldStored(left, context);
  const dropped = right && oldStored(right, context);
  const common = { ...commonPart(relationship), kept, after, dropped };
  if (kept === null) {
    return {
      ...common,
      title: `create ${nameOf(after)}`,
      why: 'Old Keystone could not create a table for it (both columns would have the same name), so there are no links to move.',
    };
  }
  const rename = `rename ${nameOf(kept)} to ${quoteIdentifier(after.name)}`;
  return dropped
    ? {
        ...common,
        title: `drop ${nameOf(dropped)}, ${rename}`,
        why: 'Both hold the same links.',
      }
    : { ...common, title: rename, why: 'The links stay in the table.' };
}

const commonPart = (relationship: Relationship): Pick<PostgresStep, 'relationship' | 'sources'> => ({
  relationship: relationshipName(relationship),
  sources: sourcesOf(relationship),
});

/** `table "User_posts"`, or `column "User"."post"`. */
const nameOf = (stored: Stored): string =>
  stored.kind === 'table'
    ? `table ${quoteIdentifier(stored.name)}`
    : `column ${qualifiedName(stored.table, stored.name)}`;
