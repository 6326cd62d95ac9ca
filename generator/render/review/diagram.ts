/** What the migration does to a thing in a diagram; null where it is left alone. */
export type Mark = 'goes' | 'comes' | 'renamed' | null;

/** The word for a mark: what a colour says is also said in words. */
export const WORDS: Readonly<Record<Exclude<Mark, null>, string>> = {
  goes: 'goes',
  comes: 'new',
  renamed: 'renamed',
};

/** The tables, or collections, and how they refer to each other, before or after the migration. */
export interface Diagram {
  readonly entities: readonly Entity[];
  readonly references: readonly Reference[];
}

export interface Entity {
  readonly name: string;
  /** Whether it holds the items of a list, or links alone. */
  readonly isList: boolean;
  readonly mark: Mark;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  /** `id`, or `ids` where it is an array. */
  readonly type: 'id' | 'ids';
  /** The entity whose ids it holds. */
  readonly target: string;
  readonly mark: Mark;
}

/** A field seen as a line between two entities. */
export interface Reference {
  readonly from: string;
  readonly to: string;
  readonly field: string;
  /** How many items can refer to one, and how many one can refer to. */
  readonly fromEnd: End;
  readonly toEnd: End;
  readonly mark: Mark;
}

export type End = 'one' | 'zero or one' | 'many';

/** A field of a diagram that is being drawn up, with the entity it is in. */
export interface DrawnField extends Field {
  readonly entity: string;
  readonly fromEnd: End;
  readonly toEnd: End;
}

/** A table or collection that holds links alone. */
export interface DrawnJoin {
  readonly name: string;
  readonly mark: Mark;
}

/**
 * Makes a diagram of fields: the entities are those that have them or that they refer to, and the lists that are named though
 * they may have none.
 */
export function diagramOf(
  fields: readonly DrawnField[],
  joins: readonly DrawnJoin[],
  lists: readonly string[],
): Diagram {
  const joinMarks = new Map(joins.map(({ name, mark }) => [name, mark]));
  const names = new Set([...lists, ...fields.flatMap(({ entity, target }) => [entity, target])]);
  const entities = [...names].sort().map((name) => ({
    name,
    isList: !joinMarks.has(name),
    mark: joinMarks.get(name) ?? null,
    fields: fields
      .filter(({ entity }) => entity === name)
      .map(({ name, type, target, mark }) => ({ name, type, target, mark })),
  }));
  const references = fields.map(({ entity, target, name, mark, fromEnd, toEnd }) => ({
    from: entity,
    to: target,
    field: name,
    fromEnd,
    toEnd,
    mark,
  }));
  return { entities, references };
}
