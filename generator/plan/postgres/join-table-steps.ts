import { type Relationship, relationshipName, sideName } from '../../relationships/index.ts';
import { merging, type Reconcile } from '../reconcile.ts';
import { sourcesOf } from '../sources.ts';
import type { Check } from './checks.ts';
import { type JoinTable, type Operation, turned } from './operations.ts';
import { freeName, joinTableColumns, listTable, wholeJoinTable } from './shape.ts';
import { compareSides, dangling, goesWithTable } from './side-checks.ts';
import type { Step } from './step.ts';
import { joinTableLinks, type Namespace, nameNotes, newJoinTable, oldJoinTable } from './stored.ts';

/** The table of the left side gets the names of Keystone 8; the table of the right side, where there is one, goes. */
export function renameJoinTable(
  relationship: Relationship,
  namespace: Namespace,
  reconcile: Reconcile,
): Step {
  const { left, right } = relationship;
  const from = oldJoinTable(left);
  const to = newJoinTable(relationship, namespace);
  const links = joinTableLinks(from, left);
  const newLinks = joinTableLinks(to, left);
  const name = relationshipName(relationship);
  const common = {
    relationship: name,
    sources: sourcesOf(relationship),
    notes: nameNotes(relationship, to),
    verifyChecks: [
      { kind: 'repeated', blocking: true, links: newLinks },
      dangling(newLinks, true),
    ] satisfies Check[],
  };
  const oldShape = wholeJoinTable(name, from);
  const newShape = wholeJoinTable(name, to);
  const newNames = [to.name, to.near.index, to.far.index].flatMap((free) => freeName(name, free));
  const staying: Check[] = [
    { kind: 'repeated', blocking: false, links },
    { kind: 'undeletable', blocking: true, links },
    { kind: 'mentions', blocking: false, table: from.name, column: null, isRenamed: true },
  ];

  const lists = [from.near.references, from.far.references];

  if (!right) {
    return {
      ...common,
      title: `Rename the join table of ${sideName(left)}`,
      why: 'Keystone 8 finds it, its columns, constraints and indexes by their new names. No link moves.',
      operations: [{ kind: 'delete-repeated-pairs', links }, ...renames(from, to)],
      locks: [from.name, ...lists],
      undoLocks: [to.name],
      checks: [{ kind: 'count', blocking: false, links }, dangling(links, true), ...staying],
      undoChecks: [],
      before: [...oldShape, ...newNames],
      after: [...newShape, ...freeName(name, from.name)],
    };
  }
  const going = oldJoinTable(right);
  const goingLinks = joinTableLinks(going, right);
  return {
    ...common,
    title: `Join the tables of ${sideName(left)} and ${sideName(right)} into one`,
    why: `Each holds every link, so the one of ${sideName(right)} goes and the one of ${sideName(left)} gets the names that Keystone 8 knows it by.`,
    operations: [
      ...merging(reconcile, { kind: 'add-rows', from: goingLinks, into: turned(links) }),
      // Before the other table goes, which a trigger may look for that writes both.
      { kind: 'delete-repeated-pairs', links },
      { kind: 'drop-join-table', joinTable: going, keptIn: turned(links) },
      ...renames(from, to),
    ],
    locks: [from.name, going.name, ...lists],
    undoLocks: [to.name, ...lists],
    checks: [...compareSides(goingLinks, turned(links), reconcile), ...staying, ...goesWithTable(going)],
    undoChecks: [dangling(newLinks, true)],
    before: [...oldShape, ...joinTableColumns(name, going), ...newNames],
    after: [...newShape, ...freeName(name, from.name), ...freeName(name, going.name)],
  };
}

/** An end that needs a name which the other end still has, as `Post_left_id` of a list `Post_left`, comes after it. */
function renames(from: JoinTable, to: JoinTable): Operation[] {
  const oldFar = [from.far.name, from.far.foreignKey, from.far.index];
  const isNearFirst = ![to.near.name, to.near.foreignKey, to.near.index].some((name) =>
    oldFar.includes(name),
  );
  return [
    { kind: 'rename-table', from: from.name, to: to.name },
    ...(isNearFirst ? (['near', 'far'] as const) : (['far', 'near'] as const)).flatMap((end): Operation[] => [
      { kind: 'rename-column', table: to.name, from: from[end].name, to: to[end].name },
      { kind: 'rename-constraint', table: to.name, from: from[end].foreignKey, to: to[end].foreignKey },
      { kind: 'rename-index', from: from[end].index, to: to[end].index },
    ]),
  ];
}

/** Old Keystone could not create the table of a self-referential `many` field, so nothing is there to rename. */
export function createJoinTable(relationship: Relationship, namespace: Namespace): Step {
  const { left, right } = relationship;
  const joinTable = newJoinTable(relationship, namespace);
  const links = joinTableLinks(joinTable, left);
  const name = relationshipName(relationship);
  const list = joinTable.near.references;
  const oldNames = (right ? [left, right] : [left]).flatMap((side) =>
    freeName(name, oldJoinTable(side).name),
  );
  const newNames = [joinTable.name, joinTable.near.index, joinTable.far.index];
  return {
    relationship: name,
    sources: sourcesOf(relationship),
    notes: nameNotes(relationship, joinTable),
    title: `Create the join table of ${name}`,
    why: 'Old Keystone could not create a table for it (both columns would have one name), so there is no link to carry over.',
    operations: [{ kind: 'create-join-table', joinTable, filledFrom: null }],
    locks: [list],
    undoLocks: [joinTable.name, list],
    checks: [],
    verifyChecks: [{ kind: 'repeated', blocking: true, links }, dangling(links, true)],
    undoChecks: [
      { kind: 'no-place', blocking: true, links },
      ...goesWithTable(joinTable).filter(({ blocking }) => blocking),
    ],
    before: [...listTable(name, list), ...oldNames, ...newNames.flatMap((free) => freeName(name, free))],
    after: [...listTable(name, list), ...wholeJoinTable(name, joinTable), ...oldNames],
  };
}
