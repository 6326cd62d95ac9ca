import type * as common from '../step.ts';
import type { Check } from './checks.ts';
import type { Operation } from './operations.ts';
import type { Shape } from './shape.ts';

/** A step, with what the catalogue must hold around it, and what it locks. */
export interface Step extends common.Step<Operation, Check> {
  /** The tables that migrate, and rollback, change or reference: they must lock them. */
  readonly locks: readonly string[];
  readonly undoLocks: readonly string[];
  readonly before: Shape;
  readonly after: Shape;
  /** What a reviewer should know of the names that it chose. */
  readonly notes: readonly string[];
}
