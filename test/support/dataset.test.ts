import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Dataset, datasets, freeLink, noRule, type RuleOf, sampleDataset, withLink } from './dataset.ts';
import {
  holderOf,
  keystoneCase,
  keystoneCases,
  nameOf,
  type Relationship,
  sideName,
} from './keystone-cases.ts';

const test = suite('the data of the tests');

const lefts = (dataset: Dataset, relationship: Relationship) =>
  (dataset.links[nameOf(relationship)] ?? []).map(({ left }) => left);
const rights = (dataset: Dataset, relationship: Relationship) =>
  (dataset.links[nameOf(relationship)] ?? []).map(({ right }) => right);
const isUnique = (items: readonly number[]) => new Set(items).size === items.length;

for (const example of keystoneCases.filter(({ refused }) => refused === null)) {
  test(`${example.name}: a single side holds one link at most`, () => {
    fc.assert(
      fc.property(
        datasets(example.lists, example.relationships, () => noRule),
        (dataset) => {
          for (const relationship of example.relationships) {
            if (!relationship.left.many)
              assert.ok(isUnique(lefts(dataset, relationship)), nameOf(relationship));
            if (relationship.right?.many === false) assert.ok(isUnique(rights(dataset, relationship)));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test(`${example.name}: the sample has items with links and without, in every relationship`, () => {
    for (const seed of [1, 2]) {
      const dataset = sampleDataset(example.lists, example.relationships, () => noRule, seed);
      for (const relationship of example.relationships) {
        const { left, cardinality } = relationship;
        const from = lefts(dataset, relationship);
        const to = rights(dataset, relationship);
        assert.ok(new Set(from).size > 1 && new Set(to).size > 1, nameOf(relationship));
        assert.ok(new Set(from).size < (dataset.items[left.list]?.length ?? 0), nameOf(relationship));
        assert.ok(new Set(to).size < (dataset.items[left.target]?.length ?? 0), nameOf(relationship));
        if (left.many)
          assert.not.ok(isUnique(from), `${nameOf(relationship)} has no item with several links`);
        if (cardinality === 'N:N') assert.not.ok(isUnique(to));
      }
    }
  });
}

test('rules are kept', () => {
  const example = keystoneCase('options-one-to-many');
  const ruleOf: RuleOf = (side) => ({
    required: sideName(side) === 'Post.tenant',
    unique: sideName(side) === 'Post.author',
  });
  fc.assert(
    fc.property(datasets(example.lists, example.relationships, ruleOf), (dataset) => {
      for (const relationship of example.relationships) {
        const holder = holderOf(relationship);
        if (holder === null) continue;
        if (ruleOf(holder).unique) assert.ok(isUnique(rights(dataset, relationship)));
        if (ruleOf(holder).required) assert.equal(lefts(dataset, relationship), dataset.items.Post);
      }
    }),
    { numRuns: 20 },
  );
});

test('a free link contradicts none', () => {
  for (const { lists, relationships } of keystoneCases) {
    for (const relationship of relationships) {
      const dataset = sampleDataset(lists, relationships, () => noRule, 1);
      const whole = withLink(dataset, relationship, freeLink(relationship, dataset));
      if (!relationship.left.many) assert.ok(isUnique(lefts(whole, relationship)));
      if (relationship.right?.many === false) assert.ok(isUnique(rights(whole, relationship)));
    }
  }
});

test.run();
