import type { Source } from '../../diagnostics.ts';
import type { Check } from './checks.ts';
import type { Operation } from './operations.ts';
import type { Shape } from './shape.ts';

/**
 * What one relationship needs: the operations and all that surrounds them. Both directions are made from
 * it: rollback runs the inverse operations in reverse order.
 */
export interface Step {
  readonly relationship: string;
  readonly title: string;
  readonly why: string;
  readonly sources: readonly Source[];
  readonly operations: readonly Operation[];
  /** The tables that migrate, and rollback, change or reference: they must lock them. */
  readonly locks: readonly string[];
  readonly undoLocks: readonly string[];
  /** Asked before migrate, after it by verify, and before rollback. */
  readonly checks: readonly Check[];
  readonly verifyChecks: readonly Check[];
  readonly undoChecks: readonly Check[];
  readonly before: Shape;
  readonly after: Shape;
  /** What a reviewer should know of the names that it chose. */
  readonly notes: readonly string[];
}
