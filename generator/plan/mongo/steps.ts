import { type Relationship, relationshipName, type Side, sideName } from '../../relationships/index.ts';
import { contradictions, merging, outcomeOf, type Reconcile } from '../reconcile.ts';
import { sourcesOf } from '../sources.ts';
import type * as common from '../step.ts';
import type { Check } from './checks.ts';
import { type Links, type Operation, type StoredField, turned } from './operations.ts';

export type Step = common.Step<Operation, Check>;

/** The collection of each list, by list key. */
export type Collections = ReadonlyMap<string, string>;

export function stepOf(relationship: Relationship, collections: Collections, reconcile: Reconcile): Step {
  switch (relationship.kind) {
    case 'one-to-many-one-sided':
      return keepField(relationship, collections);
    case 'one-to-many-two-sided':
      return removeManySide(relationship, collections, reconcile);
    case 'one-to-one-two-sided':
      return removeRightField(relationship, collections, reconcile);
    case 'many-to-many-one-sided':
    case 'many-to-many-two-sided':
      return moveToJoinCollection(relationship, collections, reconcile);
  }
}

function keepField(relationship: Relationship, collections: Collections): Step {
  const field = storedField(relationship.left, collections);
  return {
    ...commonPart(relationship),
    title: `Nothing changes for ${relationshipName(relationship)}`,
    why: `The field ${place(field)} is the same before and after.`,
    operations: [],
    checks: [
      { kind: 'count', blocking: false, links: field.links },
      { kind: 'dangling', blocking: false, links: field.links },
    ],
    verifyChecks: [],
    undoChecks: [],
  };
}

function removeManySide(relationship: Relationship, collections: Collections, reconcile: Reconcile): Step {
  const { left, right } = relationship;
  const [single, many] = left.many ? [requireSide(right), left] : [left, requireSide(right)];
  const stays = storedField(single, collections);
  const goes = storedField(many, collections);
  const staying = turned(stays.links);
  return {
    ...commonPart(relationship),
    title: `Remove ${place(goes)}`,
    why: `Its links are stored a second time in ${place(stays)} (${sideName(single)}), which stays.`,
    operations: [
      ...merging(reconcile, { kind: 'fill-field', from: goes.links, into: staying }),
      { kind: 'remove-field', field: goes, keptIn: staying, isProved: reconcile !== 'discard' },
    ],
    checks: [
      ...checksOfGoing(goes),
      ...compareSides(goes, stays, staying, reconcile),
      ...contradictions(goes.links, staying, reconcile, stays.index?.unique ? ['far', 'near'] : ['far']),
    ],
    verifyChecks: [{ kind: 'field-left', blocking: true, field: goes }],
    undoChecks: unlinkedIn(goes, staying),
  };
}

function removeRightField(relationship: Relationship, collections: Collections, reconcile: Reconcile): Step {
  const { left } = relationship;
  const stays = storedField(left, collections);
  const goes = storedField(requireSide(relationship.right), collections);
  const staying = turned(stays.links);
  const shared: Check = { kind: 'shared', blocking: true, links: staying };
  return {
    ...commonPart(relationship),
    title: `Remove ${place(goes)}`,
    why: `Its links are stored a second time in ${place(stays)} (${sideName(left)}), which stays.`,
    operations: [
      ...merging(reconcile, { kind: 'fill-field', from: goes.links, into: staying }),
      { kind: 'remove-field', field: goes, keptIn: staying, isProved: reconcile !== 'discard' },
    ],
    checks: [
      ...checksOfGoing(goes),
      ...compareSides(goes, stays, staying, reconcile),
      ...contradictions(goes.links, staying, reconcile, ['far', 'near']),
      shared,
    ],
    verifyChecks: [{ kind: 'field-left', blocking: true, field: goes }, shared],
    undoChecks: [shared, ...unlinkedIn(goes, staying)],
  };
}

function moveToJoinCollection(
  relationship: Relationship,
  collections: Collections,
  reconcile: Reconcile,
): Step {
  const { left, right } = relationship;
  const from = storedField(left, collections);
  const other = right && storedField(right, collections);
  const join: Links = {
    ...from.links,
    collection: relationship.collection,
    near: `${left.list}_left_id`,
    far: `${left.refList}_right_id`,
    isArray: false,
  };
  const repeated: Check = { kind: 'repeated', blocking: false, links: from.links };
  const going = other ? [from, other] : [from];
  const gone = going.map((field): Check => ({ kind: 'field-left', blocking: true, field }));
  return {
    ...commonPart(relationship),
    title: other
      ? `Move the links of ${place(from)} and ${place(other)} into ${join.collection}`
      : `Move the links of ${place(from)} into ${join.collection}`,
    why: other
      ? `Both fields hold every link. Keystone 8 looks for them in a collection of their own.`
      : `Keystone 8 looks for them in a collection of their own.`,
    operations: [
      { kind: 'create-join-collection', join, filledFrom: from.links },
      ...(other
        ? merging(reconcile, { kind: 'add-to-join-collection', from: other.links, join: turned(join) })
        : []),
      { kind: 'remove-field', field: from, keptIn: join, isProved: true },
      ...(other
        ? [
            {
              kind: 'remove-field',
              field: other,
              keptIn: turned(join),
              isProved: reconcile !== 'discard',
            } satisfies Operation,
          ]
        : []),
    ],
    checks: [
      { kind: 'not-empty', blocking: true, links: join },
      ...going.flatMap(checksOfGoing),
      ...(other ? compareSides(other, from, turned(from.links), reconcile, true) : reportField(from, true)),
      repeated,
    ],
    verifyChecks: [
      { kind: 'join-shape', blocking: true, links: join },
      { kind: 'repeated', blocking: true, links: join },
      { kind: 'dangling', blocking: true, links: join },
      ...gone,
    ],
    undoChecks: [
      { kind: 'join-shape', blocking: true, links: join },
      ...undoChecksOf(from, join),
      ...(other ? undoChecksOf(other, turned(join)) : []),
    ],
  };
}

const commonPart = (relationship: Relationship): Pick<Step, 'relationship' | 'sources'> => ({
  relationship: relationshipName(relationship),
  sources: sourcesOf(relationship),
});

function requireSide(side: Side | null): Side {
  if (!side) throw new Error('a two-sided relationship has two sides');
  return side;
}

/** What stands in the way of removing a field, or is to be known before. */
const checksOfGoing = (field: StoredField): Check[] => [
  { kind: 'own-indexes', blocking: true, field },
  { kind: 'validator', blocking: true, field },
  { kind: 'views', blocking: false, field },
];

/** What stands in the way of restoring an array from a join collection, where it has a unique index. */
const undoChecksOf = (field: StoredField, join: Links): Check[] => [
  ...(field.index?.unique ? [{ kind: 'shared', blocking: true, links: turned(join) } satisfies Check] : []),
  ...unlinkedIn(field, join),
];

/** What stands in the way of restoring a field with a unique index that counts documents without it. */
const unlinkedIn = (field: StoredField, links: Links): Check[] =>
  field.index?.unique && !field.index.sparse ? [{ kind: 'unlinked', blocking: true, field, links }] : [];

const reportField = (field: StoredField, moves = false): Check[] => [
  { kind: 'malformed', blocking: true, field, moves },
  { kind: 'count', blocking: false, links: field.links },
  { kind: 'dangling', blocking: false, links: field.links },
];

/** What only one of two sides has, and what becomes of it. */
const compareSides = (
  goes: StoredField,
  stays: StoredField,
  staying: Links,
  reconcile: Reconcile,
  moves = false,
): Check[] => [
  ...reportField(stays, moves),
  // What only the side that goes has is given up, or moves too.
  ...reportField(goes, moves && reconcile !== 'discard'),
  { kind: 'both', blocking: false, going: goes.links, staying },
  { kind: 'only-staying', blocking: false, going: goes.links, staying },
  {
    kind: 'only-going',
    blocking: reconcile === 'abort',
    going: goes.links,
    staying,
    outcome: outcomeOf(reconcile),
  },
];

const place = ({ links, path }: StoredField): string => `${links.collection}.${path}`;

/** `addToMongooseSchema` of `@keystonejs/fields` 8 and `mergeSchemaOptions` of `@keystonejs/adapter-mongoose` 7. */
export function storedField(side: Side, collections: Collections): StoredField {
  const { list, path, refList, many, isUnique, isIndexed, mongooseOptions } = side;
  const unique = mongooseOptions.unique ?? isUnique;
  const sparse = mongooseOptions.sparse ?? false;
  const index = mongooseOptions.index ?? (isIndexed === true && !isUnique);
  const collection = collectionOf(list, collections);
  return {
    path,
    links: {
      collection,
      near: '_id',
      far: path,
      isArray: many,
      nearList: list,
      farList: refList,
      nearCollection: collection,
      farCollection: collectionOf(refList, collections),
    },
    index: unique || sparse || index ? { unique, sparse } : null,
  };
}

function collectionOf(list: string, collections: Collections): string {
  const collection = collections.get(list);
  if (collection === undefined) throw new Error(`there is no list ${list}`);
  return collection;
}
