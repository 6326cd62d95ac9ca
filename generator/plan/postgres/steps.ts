import type { Relationship } from '../../relationships/index.ts';
import type { Reconcile } from '../reconcile.ts';
import { dropManySide, dropRightColumn, keepColumn } from './column-steps.ts';
import { createJoinTable, renameJoinTable } from './join-table-steps.ts';
import type { Step } from './step.ts';
import { isSelfReferential, type Namespace } from './stored.ts';

/** Makes the step of a relationship; names of new indexes are taken out of `namespace`. */
export function stepOf(relationship: Relationship, namespace: Namespace, reconcile: Reconcile): Step {
  switch (relationship.kind) {
    case 'one-to-many-one-sided':
      return keepColumn(relationship);
    case 'one-to-many-two-sided':
      return dropManySide(relationship, reconcile);
    case 'one-to-one-two-sided':
      return dropRightColumn(relationship, reconcile);
    case 'many-to-many-one-sided':
    case 'many-to-many-two-sided':
      return isSelfReferential(relationship)
        ? createJoinTable(relationship, namespace)
        : renameJoinTable(relationship, namespace, reconcile);
  }
}
