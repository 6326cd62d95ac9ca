import type { Links, Operation, Step } from '../../plan/mongo/index.ts';
import { turned } from '../../plan/mongo/index.ts';
import { type Diagram, type DrawnField, type DrawnJoin, diagramOf, type End, type Mark } from './diagram.ts';

/** Draws the collections that the changing relationships are stored in, before or after the migration. */
export function drawMongo(steps: readonly Step[], when: 'before' | 'after'): Diagram {
  const fields: DrawnField[] = [];
  const joins: DrawnJoin[] = [];
  for (const operation of steps.flatMap(({ operations }) => operations)) {
    if (operation.kind === 'create-join-collection' && when === 'after') {
      fields.push(...joinFields(operation.join));
      joins.push({ name: operation.join.collection, mark: 'comes' });
    }
    if (operation.kind === 'remove-field') fields.push(...fieldsOf(operation, when));
  }
  return diagramOf(fields, joins, []);
}

/** The field that goes, and the one that has its links and stays, where that is a field. */
function fieldsOf(
  { field, keptIn }: Extract<Operation, { kind: 'remove-field' }>,
  when: 'before' | 'after',
): DrawnField[] {
  const going = field.links;
  const staying = [keptIn, turned(keptIn)].find(({ near }) => near === '_id');
  return [
    ...(when === 'before' ? [drawn(going, 'goes', staying ? 'zero or one' : 'many')] : []),
    ...(staying ? [drawn(staying, null, going.isArray ? 'many' : 'zero or one')] : []),
  ];
}

const drawn = (links: Links, mark: Mark, fromEnd: End): DrawnField => ({
  entity: links.collection,
  name: links.far,
  type: links.isArray ? 'ids' : 'id',
  target: links.farCollection,
  mark,
  fromEnd,
  toEnd: links.isArray ? 'many' : 'zero or one',
});

const joinFields = ({ collection, near, far, nearCollection, farCollection }: Links): DrawnField[] =>
  [
    { name: near, target: nearCollection },
    { name: far, target: farCollection },
  ].map((end) => ({ ...end, entity: collection, type: 'id', mark: 'comes', fromEnd: 'many', toEnd: 'one' }));
