import fc from 'fast-check';
import type { Project } from '../../generator/reader/project.ts';
import { projectOf, type ShortField } from './lists.ts';

const name = fc
  .tuple(
    fc.constantFrom('a', 'B', 'order', 'User', 'x_1', 'select'),
    fc.stringMatching(/^[A-Za-z0-9_]{0,30}$/),
  )
  .map(([head, tail]) => `${head}${tail}`);

interface Drawn {
  readonly near: number;
  readonly far: number;
  readonly nearPath: string;
  /** Null makes the relationship one-sided. */
  readonly farPath: string | null;
  readonly nearMany: boolean;
  readonly farMany: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  near: fc.nat(3),
  far: fc.nat(3),
  nearPath: name,
  farPath: fc.option(name),
  nearMany: fc.boolean(),
  farMany: fc.boolean(),
});

/** Any project whose relationships pair: every kind, self-references, several between the same lists. */
export const project: fc.Arbitrary<Project> = fc
  .tuple(
    fc.uniqueArray(name, { minLength: 4, maxLength: 4 }),
    fc.array(drawn, { minLength: 1, maxLength: 6 }),
  )
  .map(([keys, relationships]) => projectOf(fieldsOf(keys, relationships)));

/** Leaves out what would give a list two fields of one name. */
function fieldsOf(
  keys: readonly string[],
  relationships: readonly Drawn[],
): Record<string, Record<string, ShortField>> {
  const lists: Record<string, Record<string, ShortField>> = Object.fromEntries(keys.map((key) => [key, {}]));
  for (const { near, far, nearPath, farPath, nearMany, farMany } of relationships) {
    const [nearKey = '', farKey = ''] = [keys[near], keys[far]];
    const [nearFields = {}, farFields = {}] = [lists[nearKey], lists[farKey]];
    const isTaken =
      nearPath in nearFields ||
      (farPath !== null && (farPath in farFields || (near === far && nearPath === farPath)));
    if (isTaken) continue;
    nearFields[nearPath] = { ref: farPath === null ? farKey : `${farKey}.${farPath}`, many: nearMany };
    if (farPath !== null) farFields[farPath] = { ref: `${nearKey}.${nearPath}`, many: farMany };
  }
  return lists;
}
