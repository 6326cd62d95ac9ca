import { type Relationship, relationshipName, sideName } from '../../relationships/index.ts';
import { contradictions, merging, type Reconcile } from '../reconcile.ts';
import { sourcesOf } from '../sources.ts';
import type { Check } from './checks.ts';
import { turned } from './operations.ts';
import { columnOnly, freeName, joinTableColumns, noColumn, wholeColumn } from './shape.ts';
import { compareSides, dangling, goesWithColumn, goesWithTable } from './side-checks.ts';
import type { Step } from './step.ts';
import {
  columnLinks,
  columnSide,
  foreignKeyColumn,
  isSelfReferential,
  joinTableLinks,
  oldJoinTable,
  otherSide,
} from './stored.ts';

/** One-sided, to one: the column is the same before and after. */
export function keepColumn(relationship: Relationship): Step {
  const column = foreignKeyColumn(relationship.left);
  const name = relationshipName(relationship);
  const shape = wholeColumn(name, column);
  const links = columnLinks(column, relationship.left);
  return {
    relationship: name,
    sources: sourcesOf(relationship),
    notes: [],
    title: `Nothing changes for ${name}`,
    why: `The column "${column.name}" of "${column.table}" is the same before and after.`,
    operations: [],
    locks: [column.table, column.references],
    undoLocks: [],
    checks: [{ kind: 'count', blocking: false, links }, dangling(links, true)],
    verifyChecks: [dangling(links, true)],
    undoChecks: [],
    before: shape,
    after: shape,
  };
}

/** Two-sided, one to many: the column of the single side stays, the table of the other goes. */
export function dropManySide(relationship: Relationship, reconcile: Reconcile): Step {
  const single = columnSide(relationship);
  const many = otherSide(relationship, single);
  const column = foreignKeyColumn(single);
  const staying = turned(columnLinks(column, single));
  const name = relationshipName(relationship);
  const shape = wholeColumn(name, column);
  const going = oldJoinTable(many);
  const common = {
    relationship: name,
    sources: sourcesOf(relationship),
    notes: [],
    verifyChecks: [dangling(staying, true)],
    after: [...shape, ...freeName(name, going.name)],
  };

  if (isSelfReferential(relationship)) {
    return {
      ...common,
      title: `Nothing changes for ${name}`,
      why: `The column "${column.name}" of "${column.table}" stays. Old Keystone could not create the table "${going.name}" (both columns would have one name), so there is none to drop.`,
      operations: [],
      locks: [column.table],
      undoLocks: [],
      undoChecks: [],
      checks: [{ kind: 'count', blocking: false, links: staying }, dangling(staying, true)],
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
      ...goesWithTable(going),
    ],
    undoChecks: [dangling(staying, true)],
    before: [...shape, ...joinTableColumns(name, going)],
  };
}

/** Two-sided, one to one: the column of the left side stays, that of the right side goes. */
export function dropRightColumn(relationship: Relationship, reconcile: Reconcile): Step {
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
    relationship: name,
    sources: sourcesOf(relationship),
    notes: [],
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
      ...goesWithColumn(goes),
    ],
    verifyChecks: [shared, dangling(staying, true)],
    undoChecks: [shared, ...(goes.notNull ? [unlinked] : []), dangling(staying, true)],
    before: [...shape, ...columnOnly(name, goes)],
    after: [...shape, ...noColumn(name, goes)],
  };
}
