import type { Check, Links, MongoPlan, Operation, Step } from '../../plan/mongo/index.ts';
import { nameOf } from '../mongo.ts';
import { drawMongo } from './mongo-diagram.ts';
import {
  type Change,
  copiesOf,
  counted,
  drawnSteps,
  refusalsOf,
  type Section,
  type Work,
} from './section.ts';
import { code, listed, rich, strong, type Text } from './text.ts';

/** What the document says of a MongoDB database. */
export function reviewMongo({ steps }: MongoPlan): Section {
  const changing = steps.filter(({ operations }) => operations.length > 0);
  return {
    key: 'mongo',
    name: 'MongoDB',
    summary: summaryOf(steps, changing),
    ...drawnSteps(changing, changesOf, drawMongo),
    copies: copiesOf(changing, placeOf),
    refusals: refusalsOf(changing, ({ kind }) => REASONS[kind]),
    locksTables: false,
    work: changing.length === 0 ? [] : [CHECKED, ...changing.flatMap(workOf)],
    afterWork:
      changing.length === 0
        ? []
        : rich`${code('migrate.js')} and ${code('rollback.js')} are not transactions: cut off at any point, they finish the job when they are run again. While they run, the collection ${code('arcade_migrate_journal')} notes how far they are.`,
  };
}

function summaryOf(steps: readonly Step[], changing: readonly Step[]): Text {
  const operations = changing.flatMap((step) => step.operations);
  const count = (kind: Operation['kind']) => operations.filter((operation) => operation.kind === kind).length;
  const counts = counted([
    [count('create-join-collection'), 'join collection made', 'join collections made'],
    [count('remove-field'), 'field removed', 'fields removed'],
  ]);
  return changing.length === 0
    ? ['nothing changes']
    : rich`${changing.length} of ${steps.length} relationships change: ${counts}`;
}

function changesOf(operation: Operation): Change[] {
  switch (operation.kind) {
    case 'create-join-collection':
      return [
        { what: 'collection', before: null, after: placeOf(operation.join) },
        {
          what: 'fields',
          before: null,
          after: listed([code(operation.join.near), code(operation.join.far)]),
        },
      ];
    case 'remove-field': {
      const { field, keptIn } = operation;
      const kept = placeOf(keptIn);
      return [
        ...(keptIn.near === '_id' || keptIn.far === '_id'
          ? [{ what: 'field', before: kept, after: kept }]
          : []),
        {
          what: field.links.isArray ? 'field, an array' : 'field',
          before: placeOf(field.links),
          after: null,
        },
        ...(field.index ? [{ what: 'index', before: rich`on ${code(field.path)}`, after: null }] : []),
      ];
    }
    case 'drop-join-collection':
    case 'restore-field':
    case 'add-to-join-collection':
    case 'fill-field':
      return [];
  }
}

const placeOf = (links: Links): Text => [code(nameOf(links))];

/** Why a check refuses; null for what is reported only, or asked by the other scripts. */
const REASONS: Readonly<Record<Check['kind'], string | null>> = {
  count: null,
  both: null,
  'only-staying': null,
  'only-going': 'Links that only the side that goes has',
  contradictory: 'Sides that contradict each other, as two items where there is room for one',
  dangling: null,
  malformed: 'Values that are neither ids nor missing',
  repeated: null,
  shared: 'A link that two documents have, in a one-to-one relationship',
  'own-indexes': 'Indexes with a field that goes, other than the one that mongoose makes',
  validator: 'Documents that the validator of their collection would refuse without a field that goes',
  views: null,
  unlinked: null,
  'not-empty': 'Documents in a join collection that is to be made',
  'join-shape': null,
  'field-left': null,
};

const CHECKED: Work = {
  what: ['the documents are checked, and the links that are stored twice are compared'],
  locks: [],
  time: rich`${strong('grows with')} the documents and their links`,
};

const workOf = ({ relationship, operations }: Step): Work[] =>
  operations.map((operation) => ({
    what: rich`${code(relationship)}: ${whatOf(operation)}`,
    locks: [],
    time: rich`${strong('grows with')} ${growthOf(operation)}`,
  }));

function whatOf(operation: Operation): Text {
  switch (operation.kind) {
    case 'create-join-collection':
    case 'drop-join-collection':
      return rich`fill ${placeOf(operation.join)}`;
    case 'remove-field':
    case 'restore-field':
      return operation.kind === 'remove-field' && operation.isProved
        ? rich`prove that each of its links is kept, remove ${placeOf(operation.field.links)}`
        : rich`remove ${placeOf(operation.field.links)}`;
    case 'add-to-join-collection':
    case 'fill-field':
      return rich`add the links that only ${placeOf(operation.from)} has`;
  }
}

function growthOf(operation: Operation): Text {
  const links = linksOf(operation);
  return rich`the documents of ${code(links.collection)}`;
}

function linksOf(operation: Operation): Links {
  switch (operation.kind) {
    case 'create-join-collection':
      return operation.filledFrom;
    case 'drop-join-collection':
      return operation.join;
    case 'remove-field':
    case 'restore-field':
      return operation.field.links;
    case 'add-to-join-collection':
    case 'fill-field':
      return operation.from;
  }
}
