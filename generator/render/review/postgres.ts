import {
  type Check,
  type Links,
  locksOf,
  type Operation,
  type PostgresPlan,
  type Step,
} from '../../plan/postgres/index.ts';
import { type Relationship, relationshipName } from '../../relationships/index.ts';
import { drawPostgres } from './postgres-diagram.ts';
import {
  type Change,
  copiesOf,
  counted,
  drawnSteps,
  refusalsOf,
  type Section,
  type Work,
} from './section.ts';
import { code, listed, type Part, rich, type Text } from './text.ts';

/** What the document says of a PostgreSQL database. */
export function reviewPostgres(plan: PostgresPlan, relationships: readonly Relationship[]): Section {
  const changing = plan.steps.filter(({ operations }) => operations.length > 0);
  const byName = new Map(relationships.map((relationship) => [relationshipName(relationship), relationship]));
  const draw = (steps: readonly Step[], when: 'before' | 'after') => drawPostgres(steps, byName, when);
  return {
    key: 'postgres',
    name: 'PostgreSQL',
    summary: summaryOf(plan, changing),
    ...drawnSteps(changing, changesOf, draw),
    copies: copiesOf(changing, placeOf),
    refusals: [
      {
        what: 'A schema that is not the one that old Keystone made, or that is migrated already',
        relationships: [],
      },
      { what: 'A role that does not own the tables, or may not create in their schema', relationships: [] },
      ...refusalsOf(changing, ({ kind }) => REASONS[kind]),
    ],
    locksTables: true,
    work: workOf(plan, changing),
    afterWork: undoOf(plan),
  };
}

function summaryOf({ schemaName, steps }: PostgresPlan, changing: readonly Step[]): Text {
  const operations = changing.flatMap((step) => step.operations);
  const count = (kind: Operation['kind']) => operations.filter((operation) => operation.kind === kind).length;
  const counts = counted([
    [count('rename-table'), 'join table renamed', 'join tables renamed'],
    [count('create-join-table'), 'join table created', 'join tables created'],
    [count('drop-join-table'), 'table dropped', 'tables dropped'],
    [count('drop-column'), 'column dropped', 'columns dropped'],
  ]);
  const schema = rich`schema ${code(schemaName)}`;
  return changing.length === 0
    ? rich`${schema}: nothing changes`
    : rich`${schema}: ${changing.length} of ${steps.length} relationships change: ${counts}`;
}

function changesOf(operation: Operation): Change[] {
  switch (operation.kind) {
    case 'rename-table':
      return [renamed('table', operation)];
    case 'rename-column':
      return [renamed('column', operation)];
    case 'rename-constraint':
      return [renamed('foreign key', operation)];
    case 'rename-index':
      return [renamed('index', operation)];
    case 'drop-join-table':
      return [
        ...keptIn(operation.keptIn),
        ...joinTableParts(operation.joinTable).map(([what, before]) => ({ what, before, after: null })),
      ];
    case 'create-join-table':
      return joinTableParts(operation.joinTable).map(([what, after]) => ({ what, before: null, after }));
    case 'drop-column': {
      const { table, name, foreignKey, index, unique } = operation.column;
      const named = (what: string, text: string | null): Change[] =>
        text === null ? [] : [{ what, before: [code(text)], after: null }];
      return [
        ...keptIn(operation.keptIn),
        ...named('column', `${table}.${name}`),
        ...named('foreign key', foreignKey),
        ...named('index', index),
        ...named('unique constraint', unique),
      ];
    }
    case 'add-column':
    case 'delete-repeated-pairs':
    case 'add-rows':
    case 'fill-column':
      return [];
  }
}

const renamed = (what: string, { from, to }: { readonly from: string; readonly to: string }): Change => ({
  what,
  before: [code(from)],
  after: [code(to)],
});

type JoinTable = Extract<Operation, { kind: 'drop-join-table' }>['joinTable'];

const joinTableParts = ({ name, near, far }: JoinTable): readonly (readonly [string, Text])[] => [
  ['table', [code(name)]],
  ['columns', listed([code(near.name), code(far.name)])],
  ['foreign keys', listed([code(near.foreignKey), code(far.foreignKey)])],
  ['indexes', listed([code(near.index), code(far.index)])],
];

/** The column that stays and has the links; a join table that stays is renamed, and listed for that. */
const keptIn = (links: Links | null): Change[] =>
  links && isColumn(links) ? [{ what: 'column', before: placeOf(links), after: placeOf(links) }] : [];

const isColumn = ({ near, far }: Links): boolean => near === 'id' || far === 'id';

/** `Post.author` for a column, `User_posts` for a join table. */
const placeOf = (links: Links): Text => [
  code(isColumn(links) ? `${links.table}.${links.near === 'id' ? links.far : links.near}` : links.table),
];

/** Why a check refuses; null for what is reported only, or asked by the other scripts. */
const REASONS: Readonly<Record<Check['kind'], string | null>> = {
  count: null,
  both: null,
  'only-staying': null,
  'only-going': 'Links that only the side that goes has',
  contradictory: 'Sides that contradict each other, as two items where there is room for one',
  dependents:
    'Views, triggers, policies, CHECK constraints or columns of your own on a table that is dropped; whatever depends on a column that is dropped',
  attached: null,
  mentions: null,
  dangling: 'Links to rows that are gone',
  repeated: 'Pairs that are there twice',
  undeletable:
    'Pairs that are there twice, and differ in a column of your own, or are published without a replica identity',
  shared: 'A link that two rows have, in a one-to-one relationship',
  unlinked: null,
  'no-place': null,
};

function workOf(plan: PostgresPlan, changing: readonly Step[]): Work[] {
  if (changing.length === 0) return [];
  const compared = changing.flatMap(({ checks }) =>
    checks.flatMap((check) => (check.kind === 'only-going' ? [placeOf(check.going)] : [])),
  );
  return [
    {
      what: rich`${code('LOCK TABLE')} ${listed(locksOf(plan, 'locks').map(code))}`,
      locks: ['ACCESS EXCLUSIVE, until the end: readers and writers wait'],
      time: rich`waits at most ${plan.lockTimeout} for each, then gives up with nothing changed; run it again`,
    },
    {
      what: ['the schema is compared'],
      locks: HELD,
      time: ['short: reads the catalogue'],
    },
    {
      what:
        compared.length === 0
          ? ['the rows are checked']
          : rich`the rows are checked: each link of ${listed(compared)} is looked for on the side that stays`,
      locks: HELD,
      time: rich`${GROWS} these links`,
    },
    {
      what: rich`constraints and indexes that somebody renamed get their usual names, also where nothing else changes; ${code('preflight')} names them`,
      locks: HELD,
      time: ['short: changes the catalogue only'],
    },
    ...changing.map(({ relationship, operations }) => ({
      what: rich`${code(relationship)}: ${whatOf(operations)}`,
      locks: HELD,
      time: timeOf(operations),
    })),
  ];
}

const HELD: Text = ['held already'];
const GROWS: Part = { strong: 'grows with' };

/** What the operations of a step do, in a few words each; renames are counted. */
function whatOf(operations: readonly Operation[]): string {
  const renames = operations.filter(({ kind }) => kind.startsWith('rename-')).length;
  const others = operations.flatMap(({ kind }) => DOINGS[kind] ?? []);
  return [...others, ...(renames > 0 ? [`${renames} names change`] : [])].join(', ');
}

const DOINGS: Readonly<Partial<Record<Operation['kind'], string>>> = {
  'add-rows': 'links that only the side that goes has are added',
  'fill-column': 'links that only the side that goes has are added',
  'delete-repeated-pairs': 'repeated pairs are deleted',
  'drop-join-table': 'a table is dropped',
  'create-join-table': 'a table is created',
  'drop-column': 'a column is dropped',
};

function timeOf(operations: readonly Operation[]): Text {
  const growing = operations.flatMap((operation): string[] => {
    if (operation.kind === 'delete-repeated-pairs') return [operation.links.table];
    return operation.kind === 'add-rows' || operation.kind === 'fill-column' ? [operation.from.table] : [];
  });
  return growing.length === 0
    ? ['short: changes the catalogue only']
    : rich`${GROWS} the rows of ${listed([...new Set(growing)].map(code))}; the rest changes the catalogue only`;
}

function undoOf(plan: PostgresPlan): Text {
  const locks = locksOf(plan, 'undoLocks');
  return locks.length === 0
    ? []
    : rich`${code('rollback.sql')} is one transaction too, with the same kind of locks on ${listed(locks.map(code))}. What was dropped is made anew from the links that are there by then, so its time grows with them. Keystone's constraints and indexes come back under the names that old Keystone gave them, whatever they were called; a table that is made has the owner and the grants of the table of its list; constraints, indexes, grants and comments of your own on what was dropped do not come back: ${code('preflight.sql')} names each in a row with the result ${code('lost')}.`;
}
