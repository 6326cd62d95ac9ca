import { cutIdentifier } from '../../plan/postgres/identifiers.ts';
import type { Operation, Step } from '../../plan/postgres/index.ts';
import type { Relationship } from '../../relationships/index.ts';
import { type Diagram, type DrawnField, type DrawnJoin, diagramOf, type Mark } from './diagram.ts';

interface Drawn {
  readonly fields: readonly DrawnField[];
  readonly joins: readonly DrawnJoin[];
}

/** Draws the tables that the changing relationships, which are known by name, are stored in, before or after the migration. */
export function drawPostgres(
  steps: readonly Step[],
  byName: ReadonlyMap<string, Relationship>,
  when: 'before' | 'after',
): Diagram {
  const changing = steps.flatMap(({ relationship }) => byName.get(relationship) ?? []);
  const drawn = steps.flatMap((step) => {
    const relationship = byName.get(step.relationship);
    return relationship ? drawStep(step, relationship, when) : [];
  });
  return diagramOf(
    drawn.flatMap(({ fields }) => fields),
    drawn.flatMap(({ joins }) => joins),
    // Before the migration nothing holds the links of a list that refers to itself.
    changing.flatMap(({ left }) => [cutIdentifier(left.list), cutIdentifier(left.refList)]),
  );
}

function drawStep({ operations }: Step, relationship: Relationship, when: 'before' | 'after'): Drawn[] {
  return [
    ...stayingColumn(relationship),
    ...renamedTable(operations, relationship, when),
    ...operations.flatMap((operation): Drawn[] => {
      if (operation.kind === 'drop-join-table' && when === 'before')
        return [joinTable(operation.joinTable, 'goes')];
      if (operation.kind === 'create-join-table' && when === 'after')
        return [joinTable(operation.joinTable, 'comes')];
      if (operation.kind === 'drop-column' && when === 'before') {
        const { table, name, references } = operation.column;
        return [
          { fields: [{ ...column(table, name, references, 'goes'), fromEnd: 'zero or one' }], joins: [] },
        ];
      }
      return [];
    }),
  ];
}

function stayingColumn({ cardinality, columnName, tableName, left, right }: Relationship): Drawn[] {
  if (columnName === null) return [];
  const side = cardinality === '1:N' && right ? right : left;
  const drawn = column(
    cutIdentifier(tableName),
    cutIdentifier(columnName),
    cutIdentifier(side.refList),
    null,
  );
  return [{ fields: [{ ...drawn, fromEnd: cardinality === '1:1' ? 'zero or one' : 'many' }], joins: [] }];
}

function renamedTable(
  operations: readonly Operation[],
  { left }: Relationship,
  when: 'before' | 'after',
): Drawn[] {
  const end = when === 'before' ? 'from' : 'to';
  const table = operations.filter(({ kind }) => kind === 'rename-table').at(when === 'before' ? 0 : -1);
  const [near, far] = operations.filter((operation) => operation.kind === 'rename-column');
  if (table?.kind !== 'rename-table' || !near || !far) return [];
  return [
    joinTable(
      {
        name: table[end],
        near: { name: near[end], references: cutIdentifier(left.list) },
        far: { name: far[end], references: cutIdentifier(left.refList) },
      },
      'renamed',
    ),
  ];
}

interface JoinTable {
  readonly name: string;
  readonly near: { readonly name: string; readonly references: string };
  readonly far: { readonly name: string; readonly references: string };
}

const joinTable = ({ name, near, far }: JoinTable, mark: Mark): Drawn => ({
  fields: [near, far].map((end) => ({
    ...column(name, end.name, end.references, mark),
    toEnd: 'one',
  })),
  joins: [{ name, mark }],
});

const column = (entity: string, name: string, target: string, mark: Mark): DrawnField => ({
  entity,
  name,
  type: 'id',
  target,
  mark,
  fromEnd: 'many',
  toEnd: 'zero or one',
});
