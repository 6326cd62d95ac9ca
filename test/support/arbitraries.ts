import fc from 'fast-check';
import type { Project } from '../../generator/reader/project.ts';
import { projectOf, type ShortField } from './lists.ts';

/** Any name, and sometimes one that the scripts use themselves. */
const name = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom('a', 'B', 'order', 'User', 'x_1', 'select'),
        fc.stringMatching(/^[A-Za-z0-9_]{0,30}$/),
      )
      .map(([head, tail]) => `${head}${tail}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['kept', 'ids', 'item', 'near', 'far', 'held', 'holder', 'place', 'first', 'last', 'times'],
      ...['other', 'one', 'link', 'sample', 'number', 'target_0', 'known', 'pairs', 'constructor'],
    ),
  },
);

interface Drawn {
  readonly near: number;
  readonly far: number;
  readonly nearPath: string;
  /** Null makes the relationship one-sided. */
  readonly farPath: string | null;
  readonly nearMany: boolean;
  readonly farMany: boolean;
}

/** Names that a database allows and that need escaping in a document. They have no dot, which would end the list of a ref. */
const oddName = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'order',
        'e1',
        '"',
        "'",
        '`',
        '``',
        '|',
        '$',
        ' ',
        '\\',
        '<b>',
        '</details>',
        '&amp;',
        '#quot;',
      ),
      fc.constantFrom(
        '_',
        '*',
        '[x](y)',
        '%%',
        '{',
        '}',
        ';',
        ':',
        '\n',
        'ünï',
        '日本',
        '🙂',
        'é',
        '-->',
        '{{x}}',
      ),
      fc.stringMatching(/^[A-Za-z0-9_]{1,12}$/),
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((parts) => parts.join(''));

const drawn = (names: fc.Arbitrary<string>): fc.Arbitrary<Drawn> =>
  fc.record({
    near: fc.nat(3),
    far: fc.nat(3),
    nearPath: names,
    farPath: fc.option(names),
    nearMany: fc.boolean(),
    farMany: fc.boolean(),
  });

const projectNamed = (names: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<Project> =>
  fc
    .tuple(
      fc.uniqueArray(names, { minLength: 4, maxLength: 4 }),
      fc.array(drawn(names), { minLength: 1, maxLength }),
    )
    .map(([keys, relationships]) => projectOf(fieldsOf(keys, relationships)));

/** Any valid project: every kind of relationship, self-references, several relationships between the same lists. */
export const project: fc.Arbitrary<Project> = projectNamed(name, 6);

/** The same with names of a usual length: long names make statements take more lines. */
export const everydayProject: fc.Arbitrary<Project> = projectNamed(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,19}$/),
  6,
);

/** The same with few relationships, for tests that query a server about each of them. */
export const smallProject: fc.Arbitrary<Project> = projectNamed(name, 2);

/** The same with odd names, and sometimes with so many relationships that the review folds them. */
export const oddProject: fc.Arbitrary<Project> = projectNamed(oddName, 20);

/** Leaves out relationships that would give a list two fields of the same name. */
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
