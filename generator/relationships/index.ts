import type { Diagnostic } from '../diagnostics.ts';
import type { List, Project } from '../reader/project.ts';
import { findClashes } from './clashes.ts';
import { collectionOfList, collectionOfModel } from './collections.ts';
import { type Pair, pairSides } from './pair.ts';
import { type Cardinality, type Kind, type Relationship, type Side, sideName } from './relationship.ts';

export { findClashes } from './clashes.ts';
export { collectionOfList, collectionOfModel } from './collections.ts';
export * from './relationship.ts';

/** Which field is the left one: the first in alphabetical order, as in every released Keystone, or the one declared first. */
export type SideOrder = 'alphabetical' | 'declaration';

export interface RelationshipOptions {
  readonly sideOrder: SideOrder;
  /** The locale of the server process, which decides alphabetical order. */
  readonly locale: string;
}

export interface FoundRelationships {
  readonly relationships: readonly Relationship[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Finds the relationships between the lists of a project, with the names that Keystone 8 gives them.
 *
 * @param project the result of `readLists`
 * @returns the relationships in order of declaration, and a diagnostic of severity `error` for each field that cannot be paired
 */
export function findRelationships(project: Project, options: RelationshipOptions): FoundRelationships {
  const { pairs, diagnostics } = pairSides(project.lists, defaultAdapterOf(project));
  const compare = new Intl.Collator(options.locale).compare;
  const lists = new Map(project.lists.map((list) => [list.key, list]));
  const relationships = pairs.map((pair) => describe(pair, options.sideOrder, compare, lists));
  return { relationships, diagnostics: [...diagnostics, ...nameClashes(relationships, lists.keys())] };
}

const defaultAdapterOf = ({ adapters }: Project): string | null =>
  adapters.find(({ isDefault }) => isDefault)?.name ?? null;

function describe(
  { first, second }: Pair,
  sideOrder: SideOrder,
  compare: (a: string, b: string) => number,
  lists: ReadonlyMap<string, List>,
): Relationship {
  const alphabeticalSwaps = second !== null && comesAfter(first, second, compare);
  const swap = alphabeticalSwaps && sideOrder === 'alphabetical';
  const left = swap ? second : first;
  const right = swap ? first : second;
  const cardinality = cardinalityOf(left, right);
  const names = namesInKeystone8(left, right, cardinality);
  const holder = lists.get(names.tableName);
  return {
    kind: kindOf(cardinality, right),
    cardinality,
    left,
    right,
    ...names,
    collection: names.columnNames || !holder ? collectionOfModel(names.tableName) : collectionOfList(holder),
    sideOrderMatters: alphabeticalSwaps && (cardinality === 'N:N' || cardinality === '1:1'),
  };
}

/** Keystone compares the list keys, and compares the paths only if the keys are equal. */
function comesAfter(first: Side, second: Side, compare: (a: string, b: string) => number): boolean {
  return (compare(first.list, second.list) || compare(first.path, second.path)) > 0;
}

function cardinalityOf(left: Side, right: Side | null): Cardinality {
  if (!right) return left.many ? 'N:N' : 'N:1';
  if (left.many) return right.many ? 'N:N' : '1:N';
  return right.many ? 'N:1' : '1:1';
}

function kindOf(cardinality: Cardinality, right: Side | null): Kind {
  if (!right) return cardinality === 'N:N' ? 'many-to-many-one-sided' : 'one-to-many-one-sided';
  if (cardinality === 'N:N') return 'many-to-many-two-sided';
  return cardinality === '1:1' ? 'one-to-one-two-sided' : 'one-to-many-two-sided';
}

type Names = Pick<Relationship, 'tableName' | 'columnName' | 'columnNames'>;

/** Follows `_consolidateRelationships` of `@keystonejs/keystone` 8.0.0. */
function namesInKeystone8(left: Side, right: Side | null, cardinality: Cardinality): Names {
  if (cardinality === 'N:N') {
    const near = `${left.list}_left_id`;
    const far = `${left.refList}_right_id`;
    return {
      tableName: right
        ? `${left.list}_${left.path}_${right.list}_${right.path}`
        : `${left.list}_${left.path}_many`,
      columnName: null,
      columnNames: {
        [sideName(left)]: { near, far },
        [right ? sideName(right) : left.ref]: { near: far, far: near },
      },
    };
  }
  const holder = cardinality === '1:N' && right ? right : left;
  return { tableName: holder.list, columnName: holder.path, columnNames: null };
}

/** Keystone 8 fails if two join tables, or a join table and a list, have the same name. */
const nameClashes = (relationships: readonly Relationship[], lists: Iterable<string>): Diagnostic[] =>
  findClashes(
    relationships,
    ({ tableName }) => tableName,
    [...lists].map((key) => [key, `the list ${key}`]),
    ({ name, claimant, owner }) => ({
      code: 'AM2007',
      message: `The join table of ${claimant} would be named ${name}, a name that ${owner} uses too.`,
      help: 'Keystone 8 needs different names: rename one of the lists or fields first.',
    }),
  );
