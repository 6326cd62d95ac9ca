import { outcomeOf, type Reconcile } from '../reconcile.ts';
import type { Check, Restored } from './checks.ts';
import { cutIdentifier } from './identifiers.ts';
import type { ForeignKeyColumn, JoinTable, Links } from './operations.ts';

/** What both sides have, what only one of them has, and what becomes of it. */
export const compareSides = (going: Links, staying: Links, reconcile: Reconcile): Check[] => [
  { kind: 'count', blocking: false, links: staying },
  { kind: 'count', blocking: false, links: going },
  dangling(staying, true),
  // A foreign key would not let them be added.
  dangling(going, reconcile === 'merge'),
  { kind: 'both', blocking: false, going, staying },
  { kind: 'only-staying', blocking: false, going, staying },
  {
    kind: 'only-going',
    blocking: reconcile === 'abort',
    going,
    staying,
    outcome: outcomeOf(reconcile),
  },
];

export const dangling = (links: Links, blocking: boolean): Check => ({
  kind: 'dangling',
  blocking,
  links,
  targets: [
    { column: links.near, table: cutIdentifier(links.nearList) },
    { column: links.far, table: cutIdentifier(links.farList) },
  ].filter(({ column }) => column !== 'id'),
});

/** What else would go with a join table: by refusal, or with a word in the report. */
export const goesWithTable = ({ name, near, far }: JoinTable): Check[] => [
  { kind: 'dependents', blocking: true, table: name, column: null, columns: [near.name, far.name] },
  {
    kind: 'attached',
    blocking: false,
    table: name,
    column: null,
    ownedLike: near.references,
    isNullable: false,
    restored: [near, far].flatMap(({ name, references, foreignKey, index }) => [
      foreignKeyOn(name, foreignKey, references),
      { name: index, column: name, is: 'index', references: null },
    ]),
  },
  { kind: 'mentions', blocking: false, table: name, column: null, isRenamed: false },
];

/** The same for a column of a list's table. */
export const goesWithColumn = (column: ForeignKeyColumn): Check[] => [
  { kind: 'dependents', blocking: true, table: column.table, column: column.name, columns: [] },
  {
    kind: 'attached',
    blocking: false,
    table: column.table,
    column: column.name,
    ownedLike: null,
    isNullable: !column.notNull,
    restored: [
      foreignKeyOn(column.name, column.foreignKey, column.references),
      ...(['unique', 'index'] as const).flatMap((is): Restored[] => {
        const name = column[is];
        return name === null ? [] : [{ name, column: column.name, is, references: null }];
      }),
    ],
  },
  { kind: 'mentions', blocking: false, table: column.table, column: column.name, isRenamed: false },
];

const foreignKeyOn = (column: string, name: string, references: string): Restored => ({
  name,
  column,
  is: 'foreign key',
  references,
});
