import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Dataset, makeDataset, type RuleOf } from '../../generator/rehearse/dataset.ts';
import { breakLinks } from '../../generator/rehearse/drift.ts';
import { keptSide, type Link } from '../../generator/rehearse/links.ts';
import {
  findRelationships,
  type Relationship,
  relationshipName,
  sideName,
} from '../../generator/relationships/index.ts';
import { projectOf } from '../support/lists.ts';
import { seed } from '../support/seed.ts';

const test = suite('the data of a rehearsal');

const { relationships } = findRelationships(
  projectOf({
    Post: {
      author: { ref: 'User.posts' },
      cover: { ref: 'Tag.coverOf' },
      likedBy: { ref: 'User.likes', many: true },
      tags: { ref: 'Tag', many: true },
      editor: { ref: 'User' },
    },
    Tag: { coverOf: { ref: 'Post.cover' } },
    User: { posts: { ref: 'Post.author', many: true }, likes: { ref: 'Post.likedBy', many: true } },
  }),
  { sideOrder: 'alphabetical', locale: 'en' },
);

const anyRules: fc.Arbitrary<RuleOf> = fc
  .record({ required: fc.subarray(['Post.author', 'Post.cover', 'Post.editor']), unique: fc.boolean() })
  .map(({ required, unique }) => (side) => ({
    isRequired: required.includes(sideName(side)),
    isUnique: unique && sideName(side) === 'Post.editor',
  }));

const make = (ruleOf: RuleOf, seed: number): Dataset =>
  makeDataset(['Post', 'Tag', 'User'], relationships, ruleOf, { items: 40, seed });

const storedOf = ({ stored }: Dataset, relationship: Relationship) => {
  const links = stored.get(relationshipName(relationship));
  assert.ok(links, relationshipName(relationship));
  return links;
};

const texts = (links: readonly Link[]): string[] => links.map(String).sort();

const isUnique = (items: readonly number[]): boolean => new Set(items).size === items.length;

/** A column holds one id, that of a row that demands one always, and none twice where it is unique. */
function mustFit(relationship: Relationship, dataset: Dataset, ruleOf: RuleOf): void {
  const { left, right } = storedOf(dataset, relationship);
  for (const [side, pairs] of [
    [relationship.left, left],
    [relationship.right, right.map(([near, far]): Link => [far, near])],
  ] as const) {
    if (!side || side.many) continue;
    const { isRequired, isUnique: mustDiffer } = ruleOf(side);
    assert.ok(isUnique(pairs.map(([near]) => near)), `${sideName(side)} holds two`);
    if (isRequired) assert.is(pairs.length, 40, sideName(side));
    if (mustDiffer) assert.ok(isUnique(pairs.map(([, far]) => far)), sideName(side));
  }
}

test('both sides agree, rules are kept, and one seed makes the same', () => {
  fc.assert(
    fc.property(anyRules, fc.nat(1000), (ruleOf, chosen) => {
      const dataset = make(ruleOf, chosen);
      for (const relationship of relationships) {
        const { left, right } = storedOf(dataset, relationship);
        if (relationship.right) assert.equal(texts(left), texts(right));
        assert.ok(left.length > 0 && new Set(texts(left)).size === left.length);
        mustFit(relationship, dataset, ruleOf);
      }
      assert.equal([...make(ruleOf, chosen).stored], [...dataset.stored]);
    }),
    { numRuns: 30, seed },
  );
});

test('broken links fit the columns too', () => {
  fc.assert(
    fc.property(anyRules, fc.nat(1000), fc.integer({ min: 0, max: 100 }), (ruleOf, chosen, percent) => {
      const broken = breakLinks(make(ruleOf, chosen), relationships, ruleOf, { percent, seed: chosen });
      for (const relationship of relationships) mustFit(relationship, broken, ruleOf);
    }),
    { numRuns: 30, seed },
  );
});

test('links break in every way that their relationship knows, and none without drift', () => {
  const noRule: RuleOf = () => ({ isRequired: false, isUnique: false });
  const whole = make(noRule, 1);
  const none = breakLinks(whole, relationships, noRule, { percent: 0, seed: 1 });
  const broken = breakLinks(whole, relationships, noRule, { percent: 60, seed: 1 });
  for (const relationship of relationships) {
    const name = relationshipName(relationship);
    const agreed = texts(storedOf(whole, relationship).left);
    assert.equal(texts(storedOf(none, relationship).left), agreed, name);
    const { left, right } = storedOf(broken, relationship);
    const isLeftKept = keptSide(relationship) === relationship.left;
    const kept = texts(isLeftKept ? left : right);
    const dropped = texts(isLeftKept ? right : left);
    if (relationship.right) {
      assert.ok(
        agreed.some((link) => !kept.includes(link)),
        `${name}: missing on the kept side`,
      );
      assert.ok(
        agreed.some((link) => !dropped.includes(link)),
        `${name}: missing on the dropped side`,
      );
      const contradicts = dropped.some((link) => !agreed.includes(link));
      assert.is(contradicts, relationship.cardinality !== 'N:N', `${name}: contradictory`);
    }
    const isRepeated = new Set([...kept]).size < kept.length || new Set(dropped).size < dropped.length;
    const hasMany = relationship.left.many || relationship.right?.many === true;
    assert.is(isRepeated, hasMany, `${name}: repeated`);
  }
});

test.run();
