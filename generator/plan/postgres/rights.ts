import type { Check } from './checks.ts';
import { inverse, type Operation } from './operations.ts';
import type { Step } from './step.ts';

/** The step, with the questions whether whoever runs migrate, or rollback, may do what it does. */
export function askForRights(step: Step): Step {
  const undoing = step.operations.map(inverse).filter((operation) => operation !== null);
  return {
    ...step,
    checks: [...rightsFor(step.operations), ...step.checks],
    undoChecks: [...rightsFor(undoing), ...step.undoChecks],
  };
}

function rightsFor(operations: readonly Operation[]): Check[] {
  if (operations.length === 0) return [];
  const owned = new Set(operations.flatMap(changedBy));
  return [
    {
      kind: 'rights',
      blocking: true,
      owned: [...owned],
      referenced: [...new Set(operations.flatMap(referencedBy))].filter((table) => !owned.has(table)),
      namesRelations: operations.some(({ kind }) => NAMING.includes(kind)),
    },
  ];
}

/** A new name, or a new relation, needs the right to create in the schema. */
const NAMING: readonly Operation['kind'][] = ['rename-table', 'rename-index', 'create-join-table'];

/** The tables, by the names that they have before, that only their owner can change so. */
function changedBy(operation: Operation): string[] {
  switch (operation.kind) {
    case 'rename-table':
      return [operation.from];
    case 'drop-join-table':
      return [operation.joinTable.name];
    case 'create-join-table':
      // It is given to the owner of that table.
      return [operation.joinTable.near.references];
    case 'drop-column':
    case 'add-column':
      return [operation.column.table];
    default:
      return [];
  }
}

function referencedBy(operation: Operation): string[] {
  switch (operation.kind) {
    case 'create-join-table':
      return [operation.joinTable.near.references, operation.joinTable.far.references];
    case 'add-column':
      return [operation.column.references];
    default:
      return [];
  }
}
