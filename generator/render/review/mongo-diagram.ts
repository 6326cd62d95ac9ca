import type { MongoStep, StoredField } from '../../plan/mongo/index.ts';
import { type Diagram, type DrawnField, type DrawnJoin, diagramOf, type End, type Mark } from './diagram.ts';

/** Draws the collections that the changing relationships are stored in, before or after the migration. */
export function drawMongo(steps: readonly MongoStep[], when: 'before' | 'after'): Diagram {
  const fields = steps.flatMap((step) => fieldsOf(step, when));
  const joins = steps.flatMap(({ join }): DrawnJoin[] =>
    join && when === 'after' ? [{ name: join.collection, mark: 'comes' }] : [],
  );
  return diagramOf(fields, joins, []);
}

function fieldsOf({ dropped, kept, join }: MongoStep, when: 'before' | 'after'): DrawnField[] {
  const going = when === 'before' ? [...(join ? [kept] : []), ...(dropped ? [dropped] : [])] : [];
  const end = join ? 'many' : 'zero or one';
  return [
    ...(join && when === 'after' ? joinFields(kept, join) : []),
    ...going.map((field) => drawn(field, 'goes', end)),
    ...(join ? [] : [drawn(kept, null, dropped?.isArray ? 'many' : 'zero or one')]),
  ];
}

const drawn = (
  { collection, path, isArray, refCollection }: StoredField,
  mark: Mark,
  fromEnd: End,
): DrawnField => ({
  entity: collection,
  name: path,
  type: isArray ? 'ids' : 'id',
  target: refCollection,
  mark,
  fromEnd,
  toEnd: isArray ? 'many' : 'zero or one',
});

const joinFields = (
  kept: StoredField,
  { collection, near, far }: NonNullable<MongoStep['join']>,
): DrawnField[] =>
  [
    { name: near, target: kept.collection },
    { name: far, target: kept.refCollection },
  ].map((end) => ({ ...end, entity: collection, type: 'id', mark: 'comes', fromEnd: 'many', toEnd: 'one' }));
