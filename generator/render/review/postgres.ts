import type { PostgresPlan } from '../../plan/postgres/index.ts';
import type { ForeignKeyColumn, JoinTable, PostgresStep, Stored } from '../../plan/postgres/step.ts';
import { qualifiedName, quoteIdentifier } from '../../text/quote-sql.ts';
import type { Arrow } from './diagram.ts';
import { type Section, type SetName, titleOf } from './section.ts';
import { code, listed, type Part, rich, strong, type Text } from './text.ts';

/** The part of the review for PostgreSQL. */
export function reviewPostgres(plan: PostgresPlan, set: SetName): Section {
  const { steps, schemaName } = plan;
  const dropped = (kind: Stored['kind']) => steps.filter((step) => step.dropped?.kind === kind).length;
  const joined = steps.filter(({ after }) => after.kind === 'table');
  const title = titleOf('PostgreSQL', set);
  const isDropping = steps.some((step) => step.dropped !== null);
  return {
    key: 'postgres',
    set,
    name: 'PostgreSQL',
    title,
    where: rich`, schema ${code(schemaName)}`,
    plan,
    counts: [
      [dropped('table'), 'table dropped'],
      [dropped('column'), 'column dropped'],
      [joined.filter(({ kept }) => kept !== null).length, 'table renamed'],
      [joined.filter(({ kept }) => kept === null).length, 'table created'],
    ],
    details: new Map(steps.map((step) => [step.relationship, detailsOf(step)])),
    arrows: steps.flatMap(arrowsOf),
    lost: isDropping
      ? [
          rich`On PostgreSQL, your own indexes, grants and comments on dropped tables and columns are lost too. ${code('preflight')} lists them; ${code('rollback')} does not bring them back.`,
        ]
      : [],
    dropGivenUp: `drop table ${qualifiedName(schemaName, 'arcade_given_up')}`,
    work: workOf(plan, title),
  };
}

function detailsOf({ why, kept, after, dropped }: PostgresStep): Text[] {
  const lost = dropped
    ? rich` Dropped with ${placeOf(dropped)}: ${listed(foreignKeysAndIndexes(dropped))}.`
    : [];
  const created =
    after.kind === 'table' && !kept
      ? [
          rich`Columns: ${listed([code(after.near.name), code(after.far.name)])}.`,
          rich`Foreign keys and indexes: ${listed(foreignKeysAndIndexes(after))}.`,
        ]
      : [];
  const renamed = after.kind === 'table' && kept?.kind === 'table' ? renamesOf(kept, after) : [];
  return [[strong('PostgreSQL'), ': ', why, ...lost], ...created, ...renamed];
}

function renamesOf(from: JoinTable, to: JoinTable): Text[] {
  const pair = (before: string, after: string) => rich`${code(before)} to ${code(after)}`;
  const ends = [
    [from.near, to.near],
    [from.far, to.far],
  ] as const;
  const names = (part: 'name' | 'foreignKey' | 'index') =>
    ends.map(([before, after]) => pair(before[part], after[part]));
  return [
    rich`Columns: ${listed(names('name'))}.`,
    rich`Foreign keys and indexes: ${listed([...names('foreignKey'), ...names('index')])}.`,
  ];
}

function foreignKeysAndIndexes(stored: Stored): Part[] {
  const names =
    stored.kind === 'table'
      ? [stored.near.foreignKey, stored.far.foreignKey, stored.near.index, stored.far.index]
      : [stored.foreignKey, stored.index, stored.unique];
  return names.flatMap((name) => (name === null ? [] : [code(name)]));
}

/** `"User_posts"`, or `"User"."post"`. */
const placeOf = (stored: Stored): Text => [
  code(stored.kind === 'table' ? quoteIdentifier(stored.name) : qualifiedName(stored.table, stored.name)),
];

const arrowsOf = ({ kept, after, dropped }: PostgresStep): Arrow[] => [
  after.kind === 'column'
    ? columnArrow(after, null)
    : tableArrow(after, kept?.kind === 'table' ? [kept.name, after.name] : [after.name], kept ? null : 'new'),
  ...(dropped?.kind === 'column' ? [columnArrow(dropped, 'dropped')] : []),
  ...(dropped?.kind === 'table' ? [tableArrow(dropped, [dropped.name], 'dropped')] : []),
];

const columnArrow = ({ table, name, references }: ForeignKeyColumn, mark: Arrow['mark']): Arrow => ({
  from: table,
  to: references,
  names: [`${table}.${name}`],
  mark,
});

const tableArrow = ({ near, far }: JoinTable, names: Arrow['names'], mark: Arrow['mark']): Arrow => ({
  from: near.references,
  to: far.references,
  names,
  mark,
});

/** What the scripts lock, and how long they take. */
const workOf = ({ locks, lockTimeout }: PostgresPlan, title: string): Text[] => [
  rich`${strong(title)}: ${code('migrate.sql')} and ${code('rollback.sql')} are one statement each: either everything in it happens, or nothing does.`,
  rich`${code('migrate.sql')} holds ACCESS EXCLUSIVE locks until it is done: nobody else can read or write ${listed(locks.map(code))}. If it waits longer than ${lockTimeout} for a lock, it fails and changes nothing: run it again.`,
  ['The time to compare the two sides grows with the number of links. Dropping and renaming is instant.'],
  rich`${code('rollback.sql')} rebuilds what was dropped from the links stored at that time.`,
];
