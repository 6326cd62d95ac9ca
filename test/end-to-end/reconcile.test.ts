import { type Dataset, freeLink, type Link, withLink } from '../support/dataset.ts';
import {
  droppedSide,
  keystoneCase,
  nameOfEither,
  type Relationship,
  relationshipOf,
  type Side,
} from '../support/keystone-cases.ts';
import * as mongoData from '../support/mongo-data.ts';
import * as mongo from '../support/mongo-steps.ts';
import { suiteNeeding } from '../support/needs.ts';
import * as oldMongo from '../support/old-mongo.ts';
import * as oldPostgres from '../support/old-postgres.ts';
import * as postgres from '../support/postgres-steps.ts';

const example = keystoneCase('todo-all-kinds');

const onPostgres = suiteNeeding('postgres', 'PostgreSQL, --reconcile');
const onMongo = suiteNeeding('mongo', 'MongoDB, --reconcile');

onPostgres('merge keeps what only the side that goes has', () =>
  oldPostgres.withOldDatabase(
    example,
    async ({ database, scripts, dataset }) => {
      const { whole, added } = oneMoreEach(dataset);
      for (const { relationship, side, link } of added) {
        await oldPostgres.linkSide(database, example, relationship, side, link);
      }
      await postgres.mustOnlyRead(database, scripts.preflight);
      await postgres.mustSucceed(database, scripts.migrate);
      await postgres.mustOnlyRead(database, scripts.verify);
      await oldPostgres.mustHoldLinks(database, example, whole);
    },
    ...['--reconcile', 'merge'],
  ),
);

onPostgres('merge refuses an item in the lists of two others', () =>
  oldPostgres.withOldDatabase(
    example,
    async ({ database, scripts, dataset }) => {
      const { relationship, side, link } = contradiction(dataset);
      await oldPostgres.linkSide(database, example, relationship, side, link);
      await postgres.mustRefuse(database, scripts.preflight, nameOfEither(relationship));
      await postgres.mustRefuse(database, scripts.migrate, nameOfEither(relationship));
    },
    ...['--reconcile', 'merge'],
  ),
);

onPostgres('discard leaves the side that stays as it is', () =>
  oldPostgres.withOldDatabase(
    example,
    async ({ database, scripts, dataset }) => {
      for (const { relationship, side, link } of [...oneMoreEach(dataset).added, contradiction(dataset)]) {
        await oldPostgres.linkSide(database, example, relationship, side, link);
      }
      await postgres.mustOnlyRead(database, scripts.preflight);
      await postgres.mustSucceed(database, scripts.migrate);
      await postgres.mustOnlyRead(database, scripts.verify);
      await oldPostgres.mustHoldLinks(database, example, dataset);
    },
    ...['--reconcile', 'discard'],
  ),
);

onMongo('merge keeps what only the side that goes has', () =>
  oldMongo.withOldMongo(
    example,
    async ({ database, scripts, dataset }) => {
      const { whole, added } = oneMoreEach(dataset);
      for (const { relationship, side, link } of added) {
        await mongoData.linkSide(database.db, example, relationship, side, link);
      }
      await mongo.mustOnlyRead(database, scripts.preflight);
      await mongo.mustSucceed(database, scripts.migrate);
      await mongo.mustOnlyRead(database, scripts.verify);
      await oldMongo.mustHoldLinks(database, example, whole, dataset);
    },
    ...['--reconcile', 'merge'],
  ),
);

onMongo('merge refuses an item in the lists of two others', () =>
  oldMongo.withOldMongo(
    example,
    async ({ database, scripts, dataset }) => {
      const { relationship, side, link } = contradiction(dataset);
      await mongoData.linkSide(database.db, example, relationship, side, link);
      await mongo.mustRefuse(database, scripts.migrate, nameOfEither(relationship));
    },
    ...['--reconcile', 'merge'],
  ),
);

onMongo('discard leaves the side that stays as it is', () =>
  oldMongo.withOldMongo(
    example,
    async ({ database, scripts, dataset }) => {
      for (const { relationship, side, link } of [...oneMoreEach(dataset).added, contradiction(dataset)]) {
        await mongoData.linkSide(database.db, example, relationship, side, link);
      }
      await mongo.mustSucceed(database, scripts.migrate);
      await mongo.mustOnlyRead(database, scripts.verify);
      await oldMongo.mustHoldLinks(database, example, dataset);
    },
    ...['--reconcile', 'discard'],
  ),
);

/** A link on one side of a relationship. */
interface OneSided {
  readonly relationship: Relationship;
  readonly side: Side;
  readonly link: Link;
}

/** One more link for each two-sided relationship, on the side that goes; and the data with all of them. */
function oneMoreEach(dataset: Dataset): { whole: Dataset; added: OneSided[] } {
  let whole = dataset;
  const added: OneSided[] = [];
  for (const relationship of example.relationships) {
    const side = droppedSide(relationship);
    if (side === null) continue;
    const link = freeLink(relationship, dataset);
    whole = withLink(whole, relationship, link);
    added.push({ relationship, side, link });
  }
  return { whole, added };
}

/** A publisher who lists what another one publishes. */
function contradiction(dataset: Dataset): OneSided {
  const relationship = relationshipOf(example, 'Todo.publisher');
  const links = dataset.links['Todo.publisher'] ?? [];
  const other = links.find(({ right }) => right !== links[0]?.right);
  const side = droppedSide(relationship);
  if (links[0] === undefined || other === undefined || side === null) throw new Error('too few links');
  return { relationship, side, link: { left: links[0].left, right: other.right } };
}

onPostgres.run();
onMongo.run();
