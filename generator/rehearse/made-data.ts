import type { Relationship } from '../relationships/index.ts';
import { type Dataset, makeDataset, type RuleOf } from './dataset.ts';
import { breakLinks } from './drift.ts';
import type { RehearsalOptions } from './options.ts';

/** Creates items and links, some of them broken for --drift, with a description for the report. */
export function makeData(
  lists: readonly string[],
  relationships: readonly Relationship[],
  ruleOf: RuleOf,
  options: Pick<RehearsalOptions, 'items' | 'seed' | 'drift'>,
  where = '',
): { dataset: Dataset; about: string } {
  const { items, seed, drift } = options;
  const sound = makeDataset(lists, relationships, ruleOf, options);
  const about = `${items} items of each list${where}, generated with --seed ${seed}`;
  if (drift === null) return { dataset: sound, about };
  return {
    dataset: breakLinks(sound, relationships, ruleOf, { percent: drift, seed }),
    about: `${about}, ${drift} % of the links broken`,
  };
}
