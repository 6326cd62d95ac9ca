import type { Source } from '../diagnostics.ts';

/**
 * What one relationship needs in a database: the operations and the questions around them. Both directions are made
 * from it: rollback runs the inverse operations in reverse order.
 */
export interface Step<Operation, Check> {
  readonly relationship: string;
  readonly title: string;
  readonly why: string;
  readonly sources: readonly Source[];
  readonly operations: readonly Operation[];
  /** Asked before migrate, after it by verify, and before rollback. */
  readonly checks: readonly Check[];
  readonly verifyChecks: readonly Check[];
  readonly undoChecks: readonly Check[];
}
