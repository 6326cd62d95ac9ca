import type { Source } from '../../diagnostics.ts';
import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import { outcomeOf, type Reconcile } from '../reconcile.ts';
import type { Check } from './checks.ts';
import { cutIdentifier, knexName, takeName } from './identifiers.ts';
import {
  type ForeignKeyColumn,
  type JoinColumn,
  type JoinTable,
  type Links,
  type Operation,
  turned,
} from './operations.ts';
import {
  columnOnly,
  freeName,
  joinTableColumns,
  listTable,
  noColumn,
  type Shape,
  wholeColumn,
  wholeJoinTable,
} from './shape.ts';

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
  /** The tables that migrate, and rollback, must lock. */
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

/** The names that relations have after the migration: where new indexes must find a free one. */
export type Namespace = Set<string>;

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

/** The table of a `many` field before Arcade. */
export const oldJoinTableName = (side: Side): string => cutIdentifier(`${side.list}_${side.path}`);

/** The indexes and unique constraints on the columns that stay: names that new indexes cannot have. */
export const stayingRelations = (relationship: Relationship): readonly string[] => {
  if (relationship.columnNames) return [];
  const { index, unique } = foreignKeyColumn(columnSide(relationship));
  return [index, unique].filter((name) => name !== null);
};

function keepColumn(relationship: Relationship): Step {
  const column = foreignKeyColumn(relationship.left);
  const name = relationshipName(relationship);
  const shape = wholeColumn(name, column);
  const links = columnLinks(column, relationship.left);
  return {
    ...commonPart(relationship),
    title: `Nothing changes for ${name}`,
    why: `The column "${column.name}" of "${column.table}" is the same before and after.`,
    operations: [],
    locks: [],
    undoLocks: [],
    checks: [{ kind: 'count', blocking: false, links }],
    verifyChecks: [dangling(links, true)],
    undoChecks: [],
    before: shape,
    after: shape,
  };
}

function dropManySide(relationship: Relationship, reconcile: Reconcile): Step {
  const single = columnSide(relationship);
  const many = otherSide(relationship, single);
  const column = foreignKeyColumn(single);
  const staying = turned(columnLinks(column, single));
  const name = relationshipName(relationship);
  const shape = wholeColumn(name, column);
  const going = oldJoinTable(many);
  const common = {
    ...commonPart(relationship),
    verifyChecks: [dangling(staying, true)],
    undoChecks: [],
    after: [...shape, ...freeName(name, going.name)],
  };

  if (isSelfReferential(relationship)) {
    return {
      ...common,
      title: `Nothing changes for ${name}`,
      why: `The column "${column.name}" of "${column.table}" stays. Old Keystone could not create the table "${going.name}" (both columns would have one name), so there is none to drop.`,
      operations: [],
      locks: [],
      undoLocks: [],
      checks: [{ kind: 'count', blocking: false, links: staying }],
      before: common.after,
    };
  }
  const goingLinks = joinTableLinks(going, many);
  return {
    ...common,
    title: `Drop the table of ${sideName(many)}`,
    why: `Its links are stored a second time in the column "${column.name}" of "${column.table}" (${sideName(single)}), which stays.`,
    operations: [
      ...merging(reconcile, { kind: 'fill-column', from: goingLinks, into: staying }),
      { kind: 'drop-join-table', joinTable: going, keptIn: staying },
    ],
    locks: [going.name, going.near.references, going.far.references],
    undoLocks: [going.near.references, going.far.references],
    checks: [
      ...compareSides(goingLinks, staying, reconcile),
      ...contradictions(goingLinks, staying, reconcile, column.unique ? ['far', 'near'] : ['far']),
      tableDependents(going),
    ],
    before: [...shape, ...joinTableColumns(name, going)],
  };
}

function dropRightColumn(relationship: Relationship, reconcile: Reconcile): Step {
  const { left } = relationship;
  const right = otherSide(relationship, left);
  const stays = foreignKeyColumn(left);
  const goes = foreignKeyColumn(right);
  const staying = turned(columnLinks(stays, left));
  const going = columnLinks(goes, right);
  const name = relationshipName(relationship);
  const shape = wholeColumn(name, stays);
  const shared: Check = { kind: 'shared', blocking: true, links: staying };
  const unlinked: Check = { kind: 'unlinked', blocking: true, table: goes.table, links: staying };
  return {
    ...commonPart(relationship),
    title: `Drop the column of ${sideName(right)}`,
    why: `Its links are stored a second time in the column "${stays.name}" of "${stays.table}" (${sideName(left)}), which stays.`,
    operations: [
      ...merging(reconcile, { kind: 'fill-column', from: going, into: staying }),
      { kind: 'drop-column', column: goes, keptIn: staying },
    ],
    locks: [stays.table, goes.table],
    undoLocks: [stays.table, goes.table],
    checks: [
      ...compareSides(going, staying, reconcile),
      ...contradictions(going, staying, reconcile, ['far', 'near']),
      shared,
      { kind: 'dependents', blocking: true, table: goes.table, column: goes.name, columns: [] },
    ],
    verifyChecks: [shared, dangling(staying, true)],
    undoChecks: goes.notNull ? [shared, unlinked] : [shared],
    before: [...shape, ...columnOnly(name, goes)],
    after: [...shape, ...noColumn(name, goes)],
  };
}

function renameJoinTable(relationship: Relationship, namespace: Namespace, reconcile: Reconcile): Step {
  const { left, right } = relationship;
  const from = oldJoinTable(left);
  const to = newJoinTable(relationship, namespace);
  const links = joinTableLinks(from, left);
  const newLinks = joinTableLinks(to, left);
  const name = relationshipName(relationship);
  const rename: Operation[] = [
    { kind: 'delete-repeated-pairs', links },
    { kind: 'rename-table', from: from.name, to: to.name },
    ...(['near', 'far'] as const).flatMap((end): Operation[] => [
      { kind: 'rename-column', table: to.name, from: from[end].name, to: to[end].name },
      { kind: 'rename-constraint', table: to.name, from: from[end].foreignKey, to: to[end].foreignKey },
      { kind: 'rename-index', from: from[end].index, to: to[end].index },
    ]),
  ];
  const common = {
    ...commonPart(relationship),
    notes: nameNotes(relationship, to),
    verifyChecks: [
      { kind: 'repeated', blocking: true, links: newLinks },
      dangling(newLinks, true),
    ] satisfies Check[],
    undoChecks: [],
  };
  const oldShape = wholeJoinTable(name, from);
  const newShape = wholeJoinTable(name, to);
  const newNames = [to.name, to.near.index, to.far.index].flatMap((free) => freeName(name, free));
  const repeated: Check = { kind: 'repeated', blocking: false, links };

  if (!right) {
    return {
      ...common,
      title: `Rename the join table of ${sideName(left)}`,
      why: 'Keystone 8 finds it, its columns, constraints and indexes by their new names. No link moves.',
      operations: rename,
      locks: [from.name],
      undoLocks: [to.name],
      checks: [{ kind: 'count', blocking: false, links }, repeated],
      before: [...oldShape, ...newNames],
      after: [...newShape, ...freeName(name, from.name)],
    };
  }
  const going = oldJoinTable(right);
  const goingLinks = joinTableLinks(going, right);
  const lists = [from.near.references, from.far.references];
  return {
    ...common,
    title: `Join the tables of ${sideName(left)} and ${sideName(right)} into one`,
    why: `Each holds every link, so the one of ${sideName(right)} goes and the one of ${sideName(left)} gets the names that Keystone 8 knows it by.`,
    operations: [
      ...merging(reconcile, { kind: 'add-rows', from: goingLinks, into: turned(links) }),
      { kind: 'drop-join-table', joinTable: going, keptIn: turned(links) },
      ...rename,
    ],
    locks: [from.name, going.name, ...lists],
    undoLocks: [to.name, ...lists],
    checks: [...compareSides(goingLinks, turned(links), reconcile), repeated, tableDependents(going)],
    before: [...oldShape, ...joinTableColumns(name, going), ...newNames],
    after: [...newShape, ...freeName(name, from.name), ...freeName(name, going.name)],
  };
}

/** Old Keystone could not create the table of a self-referential `many` field, so nothing is there to rename. */
function createJoinTable(relationship: Relationship, namespace: Namespace): Step {
  const { left, right } = relationship;
  const joinTable = newJoinTable(relationship, namespace);
  const links = joinTableLinks(joinTable, left);
  const name = relationshipName(relationship);
  const list = joinTable.near.references;
  const sides = right ? [left, right] : [left];
  const oldNames = sides.flatMap((side) => freeName(name, oldJoinTableName(side)));
  const newNames = [joinTable.name, joinTable.near.index, joinTable.far.index];
  return {
    ...commonPart(relationship),
    title: `Create the join table of ${name}`,
    why: 'Old Keystone could not create a table for it (both columns would have one name), so there is no link to carry over.',
    notes: nameNotes(relationship, joinTable),
    operations: [{ kind: 'create-join-table', joinTable, filledFrom: null }],
    locks: [list],
    undoLocks: [joinTable.name, list],
    checks: [],
    verifyChecks: [{ kind: 'repeated', blocking: true, links }, dangling(links, true)],
    undoChecks: [{ kind: 'no-place', blocking: true, links }, tableDependents(joinTable)],
    before: [...listTable(name, list), ...oldNames, ...newNames.flatMap((free) => freeName(name, free))],
    after: [...listTable(name, list), ...wholeJoinTable(name, joinTable), ...oldNames],
  };
}

const commonPart = (relationship: Relationship): Pick<Step, 'relationship' | 'sources' | 'notes'> => ({
  notes: [],
  relationship: relationshipName(relationship),
  sources: relationship.right
    ? [relationship.left.source, relationship.right.source]
    : [relationship.left.source],
});

const isSelfReferential = ({ left }: Relationship): boolean => left.list === left.refList;

/** The side whose column stays, in a relationship without a join table. */
const columnSide = ({ cardinality, left, right }: Relationship): Side =>
  cardinality === '1:N' && right ? right : left;

function otherSide({ left, right }: Relationship, side: Side): Side {
  const other = side === left ? right : left;
  if (!other) throw new Error(`${sideName(left)} has no other side`);
  return other;
}

const tableDependents = ({ name, near, far }: JoinTable): Check => ({
  kind: 'dependents',
  blocking: true,
  table: name,
  column: null,
  columns: [near.name, far.name],
});

const dangling = (links: Links, blocking: boolean): Check => ({
  kind: 'dangling',
  blocking,
  links,
  targets: [
    { column: links.near, table: cutIdentifier(links.nearList) },
    { column: links.far, table: cutIdentifier(links.farList) },
  ].filter(({ column }) => column !== 'id'),
});

/** What only one of two sides has, and what becomes of it. */
const compareSides = (going: Links, staying: Links, reconcile: Reconcile): Check[] => [
  { kind: 'count', blocking: false, links: staying },
  { kind: 'count', blocking: false, links: going },
  dangling(staying, false),
  // A foreign key would not let them be added.
  dangling(going, reconcile === 'merge'),
  { kind: 'only-staying', blocking: false, going, staying },
  {
    kind: 'only-going',
    blocking: reconcile === 'abort',
    going,
    staying,
    outcome: outcomeOf(reconcile),
  },
];

/** A column has room for one: what the sides contradict each other in cannot be merged. */
const contradictions = (
  going: Links,
  staying: Links,
  reconcile: Reconcile,
  ends: readonly ('near' | 'far')[],
): Check[] =>
  reconcile === 'merge'
    ? ends.map((end) => ({ kind: 'contradictory', blocking: true, going, staying, end }))
    : [];

const merging = (reconcile: Reconcile, operation: Operation): Operation[] =>
  reconcile === 'merge' ? [operation] : [];

/** `createTable` and `addToTableSchema` of `@keystonejs/adapter-knex` 8 and `@keystonejs/fields` 8. */
function foreignKeyColumn({
  list,
  path,
  refList,
  isUnique,
  isIndexed,
  isNotNullable,
}: Side): ForeignKeyColumn {
  return {
    table: cutIdentifier(list),
    name: cutIdentifier(path),
    references: cutIdentifier(refList),
    foreignKey: knexName(list, path, 'foreign'),
    unique: isUnique ? knexName(list, path, 'unique') : null,
    index: !isUnique && isIndexed !== false ? knexName(list, path, 'index') : null,
    notNull: isNotNullable,
  };
}

/** `_createAdjacencyTable` of `@keystonejs/adapter-knex` 8. */
function oldJoinTable(side: Side): JoinTable {
  const table = `${side.list}_${side.path}`;
  const column = (list: string): JoinColumn => ({
    name: cutIdentifier(`${list}_id`),
    references: cutIdentifier(list),
    foreignKey: knexName(table, `${list}_id`, 'foreign'),
    index: knexName(table, `${list}_id`, 'index'),
  });
  return { name: cutIdentifier(table), near: column(side.list), far: column(side.refList) };
}

/** `_createAdjacencyTable` of `@keystonejs/adapter-knex` 9; free names where it would have failed. */
function newJoinTable({ tableName, left }: Relationship, namespace: Namespace): JoinTable {
  const ownConstraints = new Set<string>();
  const column = (list: string, name: string): JoinColumn => ({
    name: cutIdentifier(name),
    references: cutIdentifier(list),
    foreignKey: takeName(knexName(tableName, name, 'foreign'), ownConstraints),
    index: takeName(knexName(tableName, name, 'index'), namespace),
  });
  return {
    name: cutIdentifier(tableName),
    near: column(left.list, `${left.list}_left_id`),
    far: column(left.refList, `${left.refList}_right_id`),
  };
}

/** Names that are not the ones Keystone asks for: a fresh Keystone 8 fails to create them a second time. */
const nameNotes = (relationship: Relationship, { near, far }: JoinTable): string[] =>
  [near, far].flatMap(({ name, foreignKey, index }) =>
    [
      [foreignKey, knexName(relationship.tableName, name, 'foreign')],
      [index, knexName(relationship.tableName, name, 'index')],
    ]
      .filter(([chosen, wanted]) => chosen !== wanted)
      .map(
        ([chosen, wanted]) => `${relationshipName(relationship)}: ${wanted} is taken, so it is ${chosen}.`,
      ),
  );

const joinTableLinks = (joinTable: JoinTable, { list, refList }: Side): Links => ({
  table: joinTable.name,
  near: joinTable.near.name,
  far: joinTable.far.name,
  nearList: list,
  farList: refList,
});

const columnLinks = (column: ForeignKeyColumn, { list, refList }: Side): Links => ({
  table: column.table,
  near: 'id',
  far: column.name,
  nearList: list,
  farList: refList,
});
