import { outcomeOf, type Reconcile } from '../reconcile.ts';
import type { Check } from './checks.ts';
import { cutIdentifier } from './identifiers.ts';
import type { ForeignKeyColumn, JoinTable, Links } from './operations.ts';

/** What both sides have, what only one of them has, and what becomes of it. */
export const compareSides = (going: Links, staying: Links, reconcile: Reconcile): Check[] => [
  { kind: 'count', blocking: false, links: staying },
  { kind: 'count', blocking: false, links: going },
  dangling(staying, false),
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
    names: [near, far].flatMap(({ foreignKey, index }) => [foreignKey, index]),
  },
];

/** The same for a column of a list's table. */
export const goesWithColumn = ({ table, name, foreignKey, index, unique }: ForeignKeyColumn): Check[] => [
  { kind: 'dependents', blocking: true, table, column: name, columns: [] },
  {
    kind: 'attached',
    blocking: false,
    table,
    column: name,
    names: [foreignKey, index, unique].filter((own) => own !== null),
  },
];
