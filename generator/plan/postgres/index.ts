import type { Diagnostic } from '../../diagnostics.ts';
import type { List } from '../../reader/project.ts';
import { findClashes, type Relationship } from '../../relationships/index.ts';
import type { Reconcile } from '../reconcile.ts';
import { relationsOf } from './changes.ts';
import { cutIdentifier } from './identifiers.ts';
import type { JoinTable, Operation } from './operations.ts';
import type { Shape } from './shape.ts';
import type { Step } from './step.ts';
import { stepOf } from './steps.ts';
import { stayingRelations } from './stored.ts';

export { markChanges } from './changes.ts';
export type { Check } from './checks.ts';
export { inverse, type Links, type Operation } from './operations.ts';
export type { Expectation, Shape } from './shape.ts';
export type { Step } from './step.ts';

export interface PostgresOptions {
  readonly schemaName: string;
  readonly lockTimeout: string;
  readonly reconcile: Reconcile;
}

export interface PostgresPlan {
  readonly schemaName: string;
  /** How long migrate and rollback wait for a lock before they give up, as PostgreSQL writes it: `5s`. */
  readonly lockTimeout: string;
  readonly steps: readonly Step[];
  /** What a reviewer should know of the names. */
  readonly notes: readonly string[];
}

/**
 * Plans the migration of a PostgreSQL database. Join tables whose names are one after PostgreSQL cut them
 * to 63 bytes are a diagnostic: Keystone 8 cannot tell them apart.
 */
export function planPostgres(
  relationships: readonly Relationship[],
  lists: readonly Pick<List, 'key'>[],
  { schemaName, lockTimeout, reconcile }: PostgresOptions,
): { plan: PostgresPlan; diagnostics: readonly Diagnostic[] } {
  const joined = relationships.filter(({ columnNames }) => columnNames);
  const listTables = lists.map(({ key }) => cutIdentifier(key));
  const namespace = new Set([
    ...listTables,
    ...joined.map(({ tableName }) => cutIdentifier(tableName)),
    ...relationships.flatMap(stayingRelations),
  ]);
  const steps = inSafeOrder(relationships.map((relationship) => stepOf(relationship, namespace, reconcile)));
  return {
    plan: {
      schemaName,
      lockTimeout,
      steps,
      notes: steps.flatMap(({ notes }) => notes),
    },
    diagnostics: findClashes(
      relationships,
      ({ tableName }) => cutIdentifier(tableName),
      listTables.map((table) => [table, 'the table of a list']),
      ({ name, claimant, owner }) => ({
        code: 'AM3001',
        message: `The join table of ${claimant} has the name of ${owner}: PostgreSQL cuts both to ${name}.`,
        help: 'Keystone 8 does not work with these names: shorten one of the lists or fields first.',
      }),
    ),
  };
}

/**
 * A step that needs a name which another step gives up comes after it. There are no circles to fear: a new
 * name is longer than the old one it replaces.
 */
function inSafeOrder(steps: readonly Step[]): Step[] {
  const holders = new Map<string, Step[]>();
  for (const step of steps) {
    for (const name of givesUp(step)) holders.set(name, [...(holders.get(name) ?? []), step]);
  }
  const waiting = new Set(steps);
  const isFree = (name: string, taker: Step) =>
    (holders.get(name) ?? []).every((holder) => holder === taker || !waiting.has(holder));
  const ordered: Step[] = [];
  while (waiting.size > 0) {
    const candidates = [...waiting];
    const next = candidates.find((step) => takes(step).every((name) => isFree(name, step))) ?? candidates[0];
    if (!next) break;
    ordered.push(next);
    waiting.delete(next);
  }
  return ordered;
}

const givesUp = (step: Step): string[] => step.operations.flatMap(relationsBefore);
const takes = (step: Step): string[] => step.operations.flatMap(relationsAfter);

/** The names of tables and indexes that are free after an operation. */
function relationsBefore(operation: Operation): string[] {
  switch (operation.kind) {
    case 'rename-table':
    case 'rename-index':
      return [operation.from];
    case 'drop-join-table':
      return relationsOfTable(operation.joinTable);
    case 'drop-column':
      return [operation.column.index, operation.column.unique].filter((name) => name !== null);
    default:
      return [];
  }
}

/** The names of tables and indexes that an operation needs. */
function relationsAfter(operation: Operation): string[] {
  if (operation.kind === 'create-join-table') return relationsOfTable(operation.joinTable);
  return operation.kind === 'rename-table' || operation.kind === 'rename-index' ? [operation.to] : [];
}

const relationsOfTable = ({ name, near, far }: JoinTable): string[] => [name, near.index, far.index];

/**
 * The state of the whole database before or after the migration. A name that is to be free for one step may
 * be one that another step holds until then.
 */
export function shapeOf({ steps }: PostgresPlan, when: 'before' | 'after'): Shape {
  const all = steps.flatMap((step) => step[when]);
  const held = new Set(all.filter(({ present }) => present).flatMap(relationsOf));
  return all.filter(({ object, present, table }) => object !== 'relation' || present || !held.has(table));
}

/** The tables that migrate, or rollback, locks before it looks at a row, in the order of locking. */
export const locksOf = ({ steps }: PostgresPlan, which: 'locks' | 'undoLocks'): string[] =>
  [...new Set(steps.flatMap((step) => step[which]))].sort();
