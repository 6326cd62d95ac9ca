import fc from 'fast-check';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships, type Relationship, type Side } from '../../generator/relationships/index.ts';
import { project } from './arbitraries.ts';
import { type Pair, type Stored, storedInField, storedLinks } from './random-links.ts';

/** Databases for each --reconcile; more with an environment variable. */
export const RUNS = Number(process.env.ARCADE_TEST_RUNS ?? 70);

/** Lists that are in order, and what a database of old Keystone holds of their links. */
export interface Drawn {
  readonly project: Project;
  readonly relationships: readonly Relationship[];
  /** In the order of the relationships. */
  readonly stored: readonly Stored[];
}

export const NONE: Stored = { left: [], right: [] };

/** The sides of a relationship: one or two. */
export const sidesOf = ({ left, right }: Relationship): Side[] => (right ? [left, right] : [left]);

/** What a database adds to the rules of all. */
interface Rules {
  /** Which projects it can hold. */
  readonly isPossible?: (project: Project) => boolean;
  /** Which sides old Keystone could store on it. */
  readonly isStored?: (side: Side) => boolean;
  /** An item that is gone. */
  readonly gone: number;
}

/** Random projects with random links, some out of step. */
export function databases({
  isPossible = () => true,
  isStored = () => true,
  gone,
}: Rules): fc.Arbitrary<Drawn> {
  return project
    .map((found) => ({
      project: found,
      ...findRelationships(found, { sideOrder: 'alphabetical', locale: 'en' }),
    }))
    .filter(({ project, diagnostics }) => diagnostics.length === 0 && isPossible(project))
    .chain(({ project, relationships }) =>
      fc
        .tuple(fc.tuple(...relationships.map(storedLinks)), gonePointedAt(relationships.length))
        .map(([links, pointing]) => ({
          project,
          relationships,
          stored: relationships.map((relationship, index) =>
            asStored(relationship, withGone(links[index] ?? NONE, pointing[index], gone), isStored),
          ),
        })),
    );
}

/** Which sides of each relationship still point at the item that is gone: none in half of the databases, few in the others. */
function gonePointedAt(relationships: number): fc.Arbitrary<readonly Sides[]> {
  const few = fc.nat({ max: 7 }).map((drawn) => drawn === 0);
  const each = fc.record({ left: few, right: few });
  const some = fc.array(each, { minLength: relationships, maxLength: relationships });
  return fc.oneof(fc.constant([]), some);
}

interface Sides {
  readonly left: boolean;
  readonly right: boolean;
}

const withGone = ({ left, right }: Stored, pointing: Sides | undefined, gone: number): Stored => ({
  left: pointing?.left ? [...left, [1, gone]] : left,
  right: pointing?.right ? [...right, [gone, 1]] : right,
});

/** What remains of links when each side stores them as it can. */
function asStored({ left, right }: Relationship, links: Stored, isStored: (side: Side) => boolean): Stored {
  const keep = (side: Side | null, pairs: readonly Pair[], end: 0 | 1): readonly Pair[] => {
    if (!side || !isStored(side)) return [];
    return side.many ? pairs : storedInField(pairs, end);
  };
  return { left: keep(left, links.left, 0), right: keep(right, links.right, 1) };
}
