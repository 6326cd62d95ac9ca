import { fieldName, type MongoPlan, type MongoStep, type StoredField } from '../../plan/mongo/index.ts';
import type { Arrow } from './diagram.ts';
import { type Section, type SetName, titleOf } from './section.ts';
import { code, listed, rich, strong, type Text } from './text.ts';

/** The fields that are unset: the dropped side, and the kept side if its links move to a join collection. */
const unsetBy = ({ kept, dropped, join }: MongoStep): StoredField[] => [
  ...(join ? [kept] : []),
  ...(dropped ? [dropped] : []),
];

/** The part of the review for MongoDB. */
export const reviewMongo = (plan: MongoPlan, set: SetName): Section => ({
  key: 'mongo',
  set,
  name: 'MongoDB',
  title: titleOf('MongoDB', set),
  where: [],
  plan,
  counts: [
    [plan.steps.flatMap(unsetBy).length, 'field unset'],
    [plan.steps.filter(({ join }) => join !== null).length, 'collection created'],
  ],
  details: new Map(plan.steps.map((step) => [step.relationship, detailsOf(step)])),
  arrows: plan.steps.flatMap(arrowsOf),
  lost: [
    ['On MongoDB the id of a document that no longer exists is not a link. Such ids are not carried over.'],
  ],
  dropGivenUp: 'db.arcade_given_up.drop()',
  work: workOf(plan, titleOf('MongoDB', set)),
});

function detailsOf(step: MongoStep): Text[] {
  const { why, join } = step;
  const indexed = unsetBy(step).filter(({ index }) => index !== null);
  const moved = join
    ? rich` Each link becomes a document with ${code(join.near)} and ${code(join.far)}.`
    : [];
  const on = listed(indexed.map((field) => code(fieldName(field))));
  const indexes =
    indexed.length === 1
      ? rich` The index on ${on} is dropped too.`
      : rich` The indexes on ${on} are dropped too.`;
  return [[strong('MongoDB'), ': ', why, ...moved, ...(indexed.length > 0 ? indexes : [])]];
}

const arrowsOf = ({ kept, dropped, join }: MongoStep): Arrow[] => [
  arrow(kept, join ? [fieldName(kept), join.collection] : [fieldName(kept)], null),
  ...(dropped ? [arrow(dropped, [fieldName(dropped)], 'dropped')] : []),
];

const arrow = (
  { collection, refCollection }: StoredField,
  names: Arrow['names'],
  mark: Arrow['mark'],
): Arrow => ({ from: collection, to: refCollection, names, mark });

/** What happens when a script is cut off, and how long it takes. */
const workOf = ({ steps }: MongoPlan, title: string): Text[] => {
  const collections = new Set(steps.flatMap(unsetBy).map(({ collection }) => collection));
  return [
    rich`${strong(title)}: ${code('migrate.js')} and ${code('rollback.js')} are not transactions, but every step can be repeated. A script that was cut off finishes when you run it again.`,
    rich`Their duration grows with the number of documents in ${listed([...collections].sort().map((name) => code(name)))}.`,
  ];
};
