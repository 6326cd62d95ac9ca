import { fieldName, type MongoPlan, type MongoStep, type StoredField } from '../../plan/mongo/index.ts';
import { drawMongo } from './mongo-diagram.ts';
import { type Change, counted, type Section, type Work } from './section.ts';
import { code, listed, rich, strong, type Text } from './text.ts';

/** What the document says of a MongoDB database. */
export function reviewMongo({ steps, unchanged }: MongoPlan): Section {
  return {
    key: 'mongo',
    name: 'MongoDB',
    summary: summaryOf(steps, unchanged.length),
    steps: steps.map((step) => ({
      relationship: step.relationship,
      title: step.title,
      why: step.why,
      changes: changesOf(step),
      before: drawMongo([step], 'before'),
      after: drawMongo([step], 'after'),
    })),
    before: drawMongo(steps, 'before'),
    after: drawMongo(steps, 'after'),
    copies: steps.flatMap(({ relationship, dropped, kept }) =>
      dropped ? [{ relationship, goes: placeOf(dropped), stays: placeOf(kept) }] : [],
    ),
    refusals: steps.length === 0 ? [] : REFUSALS.map((what) => ({ what, relationships: [] })),
    locksTables: false,
    work: steps.length === 0 ? [] : [CHECKED, ...steps.flatMap(workOf)],
    afterWork:
      steps.length === 0
        ? []
        : rich`${code('migrate.js')} and ${code('rollback.js')} are not transactions: cut off at any point, they finish when they are run again. While they run, the collection ${code('arcade_migrate')} has a document that says so.`,
  };
}

function summaryOf(steps: readonly MongoStep[], unchanged: number): Text {
  const counts = counted([
    [steps.filter(({ join }) => join).length, 'join collection made', 'join collections made'],
    [steps.flatMap(removedBy).length, 'field removed', 'fields removed'],
  ]);
  return steps.length === 0
    ? ['nothing changes']
    : rich`${steps.length} of ${steps.length + unchanged} relationships change: ${counts}`;
}

/** The fields that Keystone 8 does not have any more. */
const removedBy = ({ dropped, kept, join }: MongoStep): StoredField[] => [
  ...(dropped ? [dropped] : []),
  ...(join ? [kept] : []),
];

const changesOf = (step: MongoStep): Change[] => [
  ...(step.join
    ? [
        { what: 'collection', before: null, after: [code(step.join.collection)] },
        { what: 'fields', before: null, after: listed([code(step.join.near), code(step.join.far)]) },
      ]
    : [{ what: 'field', before: placeOf(step.kept), after: placeOf(step.kept) }]),
  ...removedBy(step).flatMap((field) => [
    { what: field.isArray ? 'field, an array' : 'field', before: placeOf(field), after: null },
    ...(field.index ? [{ what: 'index', before: rich`on ${code(field.path)}`, after: null }] : []),
  ]),
];

const placeOf = (field: StoredField): Text => [code(fieldName(field))];

/** Why migrate refuses. */
const REFUSALS = [
  'Values that are neither ids nor missing',
  'Indexes with a dropped field, other than the one that mongoose makes',
  'Documents that the validator of their collection would refuse without a dropped field',
  'Links of Keystone 8 in a join collection',
  'A link that two documents have, in a one-to-one relationship',
];

const CHECKED: Work = {
  what: ['the documents are checked, and the links that are stored twice are compared'],
  locks: [],
  time: rich`${strong('grows with')} the documents and their links`,
};

const workOf = ({ relationship, kept, dropped, join }: MongoStep): Work[] => [
  ...(join ? [work(relationship, rich`fill ${code(join.collection)}`, kept.collection)] : []),
  ...removedBy({ kept, dropped, join } as MongoStep).map((field) =>
    work(
      relationship,
      rich`prove that each of its links is kept, remove ${placeOf(field)}`,
      field.collection,
    ),
  ),
];

const work = (relationship: string, what: Text, collection: string): Work => ({
  what: rich`${code(relationship)}: ${what}`,
  locks: [],
  time: rich`${strong('grows with')} the documents of ${code(collection)}`,
});
