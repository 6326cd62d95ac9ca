import stringify from 'json-stringify-pretty-compact';
import type { Diagnostic } from '../diagnostics.ts';
import type { Plan, PlannedList, Reconcile } from '../plan/index.ts';
import type { JoinCollection, MongoPlan, StoredField } from '../plan/mongo/index.ts';
import {
  type Expectation,
  locksOf,
  type Check as PostgresCheck,
  type Operation as PostgresOperation,
  type PostgresPlan,
  type Step as PostgresStep,
} from '../plan/postgres/index.ts';
import type { Relationship, SideOrder } from '../relationships/index.ts';
import type { Script } from './script.ts';

/** plan.json: what a version does, for programs. The scripts have the rest: how each check is asked. */
export interface PlanDocument {
  readonly planVersion: 1;
  readonly sideOrder: SideOrder;
  /** The locale that alphabetical order followed. */
  readonly locale: string;
  readonly reconcile: Reconcile;
  readonly lists: readonly PlannedList[];
  /** In the order of declaration. */
  readonly relationships: readonly Relationship[];
  /** What a reviewer must know of the lists before all else. */
  readonly warnings: readonly Diagnostic[];
  /** Null where no script is for PostgreSQL. */
  readonly postgres: {
    readonly schemaName: string;
    readonly lockTimeout: string;
    /** The tables that migrate locks, in the order of locking. */
    readonly locks: readonly string[];
    /** The tables that rollback locks, in the order of locking. */
    readonly undoLocks: readonly string[];
    /** What a reviewer should know of the names. */
    readonly notes: readonly string[];
    /** In the order in which migrate takes them; rollback takes them from the last to the first. */
    readonly steps: readonly PostgresStepDocument[];
  } | null;
  /** Null where no script is for MongoDB. */
  readonly mongo: {
    /** In the order in which migrate takes them; rollback takes them from the last to the first. */
    readonly steps: readonly MongoStepDocument[];
    /** The relationships that Keystone 8 stores as old Keystone did. No script touches them. */
    readonly unchanged: readonly string[];
  } | null;
}

/** What happens to one relationship in one database: nothing, where there are no operations. */
interface StepDocument {
  /** As `Post.author <-> User.posts`, or `Post.author -> User`. */
  readonly relationship: string;
  readonly title: string;
  /** The reason, for a reviewer. */
  readonly why: string;
  /** What preflight asks, and migrate where it is blocking. */
  readonly checks: readonly CheckDocument[];
  readonly verifyChecks: readonly CheckDocument[];
  /** What rollback asks. */
  readonly undoChecks: readonly CheckDocument[];
}

export interface PostgresStepDocument extends StepDocument {
  readonly operations: readonly PostgresOperation[];
  /** What the catalogue must hold, or must not hold, before migrate. */
  readonly before: readonly ExpectationDocument[];
  /** The same, after it. */
  readonly after: readonly ExpectationDocument[];
}

/** What happens to one relationship on MongoDB. */
export interface MongoStepDocument {
  /** As `Post.author <-> User.posts`, or `Post.tags -> Tag`. */
  readonly relationship: string;
  readonly title: string;
  /** The reason, for a reviewer. */
  readonly why: string;
  /** The side of a two-sided relationship that Keystone 8 does not keep. */
  readonly dropped: StoredField | null;
  /** The field that holds the links before, on the kept side. */
  readonly kept: StoredField;
  /** The join collection that its links move to; null where the kept field stays as it is. */
  readonly join: JoinCollection | null;
}

/** A question to the rows or documents. */
export interface CheckDocument {
  readonly kind: PostgresCheck['kind'];
  /** Whether a bad answer stops the script; the others are only reported. */
  readonly blocking: boolean;
}

/** Keys that have nothing to say are left out. */
export interface ExpectationDocument {
  /** False for what must not be there. */
  readonly present: boolean;
  readonly object: Expectation['object'];
  readonly table: string;
  readonly column?: string;
  /** The name of the constraint or index. */
  readonly name?: string;
  /** For a foreign key: the table it references, and its rule. */
  readonly target?: string;
}

/** plan.json. */
export const renderPlan = (plan: Plan): Script => ({
  path: 'plan.json',
  text: `${stringify(documentOf(plan), { maxLength: 120 })}\n`,
});

function documentOf(plan: Plan): PlanDocument {
  const { planVersion, sideOrder, locale, reconcile, lists, relationships, warnings } = plan;
  return {
    planVersion,
    sideOrder,
    locale,
    reconcile,
    lists,
    relationships,
    warnings,
    postgres: plan.postgres && postgresDocument(plan.postgres),
    mongo: plan.mongo && mongoDocument(plan.mongo),
  };
}

const postgresDocument = (plan: PostgresPlan): PlanDocument['postgres'] => ({
  schemaName: plan.schemaName,
  lockTimeout: plan.lockTimeout,
  locks: locksOf(plan, 'locks'),
  undoLocks: locksOf(plan, 'undoLocks'),
  notes: plan.notes,
  steps: plan.steps.map((step) => ({
    ...stepDocument(step),
    operations: step.operations,
    before: step.before.map(expectationDocument),
    after: step.after.map(expectationDocument),
  })),
});

const mongoDocument = ({ steps, unchanged }: MongoPlan): PlanDocument['mongo'] => ({
  steps: steps.map(({ relationship, title, why, dropped, kept, join }) => ({
    relationship,
    title,
    why,
    dropped,
    kept,
    join,
  })),
  unchanged,
});

const stepDocument = (step: PostgresStep): StepDocument => ({
  relationship: step.relationship,
  title: step.title,
  why: step.why,
  checks: step.checks.map(checkDocument),
  verifyChecks: step.verifyChecks.map(checkDocument),
  undoChecks: step.undoChecks.map(checkDocument),
});

const checkDocument = ({ kind, blocking }: CheckDocument): CheckDocument => ({ kind, blocking });

const expectationDocument = ({
  present,
  object,
  table,
  column,
  name,
  target,
}: Expectation): ExpectationDocument => ({
  present,
  object,
  table,
  ...(column === null ? {} : { column }),
  ...(name === null ? {} : { name }),
  ...(target === null ? {} : { target }),
});
