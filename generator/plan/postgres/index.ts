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
  /** How long migrate and rollback wait for a lock before they give up, as PostgreSQL writes it: `5s`. */
  readonly lockTimeout: string;
  /** The tables of the lists that the steps touch. */
  readonly lists: readonly string[];
  /** All tables that migrate locks. */
  readonly locks: readonly string[];
  /** In the order in which migrate takes them; rollback takes them from the last to the first. */
  readonly steps: readonly PostgresStep[];
  /** The relationships that PostgreSQL stores the same before and after. */
  readonly unchanged: readonly string[];
  /** What a reviewer should know of the names. */
  readonly notes: readonly string[];
}

/**
 * Plans the migration of a PostgreSQL database. Join tables whose names are one after PostgreSQL cut them
 * to 63 bytes are a diagnostic: Keystone 8 cannot tell them apart.
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
      locks: [...new Set([...touched, ...steps.flatMap(tablesGivenUp)])].sort(),
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
        message: `The join table of ${claimant} has the name of ${owner}: PostgreSQL cuts both to ${name}.`,
        help: 'Keystone 8 does not work with these names: shorten one of the lists or fields first.',
      }),
    ),
  };
}

/** The index or unique constraint on a column that is kept: a name that no new index can have. */
function keptIndexes(relationship: Relationship): string[] {
  if (relationship.columnNames) return [];
  const { index, unique } = foreignKeyColumn(columnSide(relationship), new Map());
  return [index, unique].filter((name) => name !== null);
}

const listsOf = ({ after }: PostgresStep): string[] =>
  after.kind === 'table' ? [after.near.references, after.far.references] : [after.table, after.references];

/**
 * A step that needs the name of a table which another step gives up comes after it. There are no circles to fear: a new
 * name is longer than the old one it replaces.
 */
function inSafeOrder(steps: readonly PostgresStep[]): PostgresStep[] {
  const waiting = new Set(steps);
  const ordered: PostgresStep[] = [];
  while (waiting.size > 0) {
    const isFree = (step: PostgresStep) =>
      ![...waiting].some((other) => other !== step && tablesGivenUp(other).includes(tableTaken(step)));
    const next = [...waiting].find(isFree) ?? [...waiting][0];
    if (!next) break;
    ordered.push(next);
    waiting.delete(next);
  }
  return ordered;
}

const tablesGivenUp = ({ kept, dropped }: PostgresStep): string[] =>
  [kept, dropped].flatMap((stored) => (stored?.kind === 'table' ? [stored.name] : []));

const tableTaken = ({ after }: PostgresStep): string => (after.kind === 'table' ? after.name : '');
