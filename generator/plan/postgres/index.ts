import type { Diagnostic } from '../../diagnostics.ts';
import type { List } from '../../reader/project.ts';
import { findClashes, type Relationship, relationshipName } from '../../relationships/index.ts';
import { cutIdentifier } from './identifiers.ts';
import type { PostgresStep } from './step.ts';
import { columnSide, stepOf } from './steps.ts';
import { foreignKeyColumn, idTypeOf, nameNotes } from './stored.ts';

export type { ForeignKeyColumn, JoinColumn, JoinTable, PostgresStep, Stored } from './step.ts';

export interface PostgresOptions {
  readonly schemaName: string;
  readonly lockTimeout: string;
}

export interface PostgresPlan {
  readonly schemaName: string;
  /** How long migrate and rollback wait for a lock, in PostgreSQL's notation: `5s`. */
  readonly lockTimeout: string;
  /** The tables of the lists that the steps touch. */
  readonly lists: readonly string[];
  /** The tables that migrate locks. */
  readonly locks: readonly string[];
  /** The relationships that change, in the order of migrate; rollback reverses it. */
  readonly steps: readonly PostgresStep[];
  /** The relationships that Keystone 8 stores as old Keystone did. */
  readonly unchanged: readonly string[];
  /** What a reviewer should know about the names. */
  readonly notes: readonly string[];
}

/**
 * Plans the migration of a PostgreSQL database. Join tables with the same name, after PostgreSQL cuts names to 63 bytes, are a
 * diagnostic: Keystone 8 cannot tell them apart.
 */
export function planPostgres(
  relationships: readonly Relationship[],
  lists: readonly Pick<List, 'key' | 'idType'>[],
  { schemaName, lockTimeout }: PostgresOptions,
): { plan: PostgresPlan; diagnostics: readonly Diagnostic[] } {
  const listTables = lists.map(({ key }) => cutIdentifier(key));
  const namespace = new Set([
    ...listTables,
    ...relationships
      .filter(({ columnNames }) => columnNames)
      .map(({ tableName }) => cutIdentifier(tableName)),
    ...relationships.flatMap(keptIndexes),
  ]);
  const idTypes = new Map(lists.map(({ key, idType }) => [key, idTypeOf(idType)]));
  const planned = relationships.map((relationship) => ({
    relationship,
    step: stepOf(relationship, { namespace, idTypes }),
  }));
  const steps = inSafeOrder(planned.flatMap(({ step }) => (step ? [step] : [])));
  const touched = [...new Set(steps.flatMap(listsOf))].sort();
  return {
    plan: {
      schemaName,
      lockTimeout,
      lists: touched,
      locks: [...new Set([...touched, ...steps.flatMap(oldTableNames)])].sort(),
      steps,
      unchanged: planned.flatMap(({ relationship, step }) => (step ? [] : [relationshipName(relationship)])),
      notes: planned.flatMap(({ relationship, step }) =>
        step?.after.kind === 'table' ? nameNotes(relationship, step.after) : [],
      ),
    },
    diagnostics: findClashes(
      relationships,
      ({ tableName }) => cutIdentifier(tableName),
      listTables.map((table) => [table, 'the table of a list']),
      ({ name, claimant, owner }) => ({
        code: 'AM3001',
        message: `The join table of ${claimant} would have the same name as ${owner}: PostgreSQL cuts both names to ${name}.`,
        help: 'Keystone 8 does not work with these names: shorten the name of a list or field first.',
      }),
    ),
  };
}

/** The index and unique constraint on a kept column: no new index can have their names. */
function keptIndexes(relationship: Relationship): string[] {
  if (relationship.columnNames) return [];
  const { index, unique } = foreignKeyColumn(columnSide(relationship), new Map());
  return [index, unique].filter((name) => name !== null);
}

const listsOf = ({ after }: PostgresStep): string[] =>
  after.kind === 'table' ? [after.near.references, after.far.references] : [after.table, after.references];

/**
 * A step that needs a table name comes after the step that frees it. There are no cycles, because a new name is longer than the
 * one it replaces.
 */
function inSafeOrder(steps: readonly PostgresStep[]): PostgresStep[] {
  const waiting = new Set(steps);
  const ordered: PostgresStep[] = [];
  while (waiting.size > 0) {
    const isFree = (step: PostgresStep) =>
      ![...waiting].some((other) => other !== step && oldTableNames(other).includes(newTableName(step)));
    const next = [...waiting].find(isFree) ?? [...waiting][0];
    if (!next) break;
    ordered.push(next);
    waiting.delete(next);
  }
  return ordered;
}

const oldTableNames = ({ kept, dropped }: PostgresStep): string[] =>
  [kept, dropped].flatMap((stored) => (stored?.kind === 'table' ? [stored.name] : []));

const newTableName = ({ after }: PostgresStep): string => (after.kind === 'table' ? after.name : '');
