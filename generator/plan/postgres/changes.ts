import type { Expectation, Shape } from './shape.ts';

/**
 * The expectations of one state, each with whether a database in the other state fails it. What one relationship gives up
 * another may take: a table of that name is then there in both states. Where names are not exact, a constraint or index is
 * known by what it is.
 */
export function markChanges(
  shape: Shape,
  other: Shape,
  exactNames: boolean,
): (Expectation & { readonly changes: boolean })[] {
  const fact = ({ object, table, column, name, target }: Expectation) =>
    JSON.stringify([object, table, column, exactNames ? name : null, target]);
  const present = other.filter((expectation) => expectation.present);
  const facts = new Set(present.map(fact));
  const relations = new Set(present.flatMap(relationsOf));
  const holds = (expectation: Expectation) =>
    expectation.object === 'relation' ? relations.has(expectation.table) : facts.has(fact(expectation));
  return shape.map((expectation) => ({
    ...expectation,
    changes: holds(expectation) !== expectation.present,
  }));
}

/** The names of the schema's one namespace of tables and indexes that something which is there takes. */
export const relationsOf = ({ object, table, name }: Expectation): string[] =>
  (object === 'index' || object === 'unique') && name !== null ? [table, name] : [table];
