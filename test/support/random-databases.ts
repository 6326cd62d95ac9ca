import fc from 'fast-check';
import type { Project } from '../../generator/reader/project.ts';
import { findRelationships, type Relationship, type Side } from '../../generator/relationships/index.ts';
import { project } from './arbitraries.ts';
import { type Pair, type Stored, storedInField, storedLinks } from './random-links.ts';

/** The number of databases for each --reconcile. An environment variable can raise it. */
export const RUNS = Number(process.env.ARCADE_TEST_RUNS ?? 70);

/** Valid lists, and the links that a database of old Keystone holds. */
export interface Drawn {
  readonly project: Project;
  readonly relationships: readonly Relationship[];
  /** In the order of the relationships. */
  readonly stored: readonly Stored[];
}

export const NONE: Stored = { left: [], right: [] };

/** The sides of a relationship: one or two. */
export const sidesOf = ({ left, right }: Relationship): Side[] => (right ? [left, right] : [left]);

/** The rules of one kind of database. */
interface Rules {
  /** The projects that it can hold. */
  readonly isPossible?: (project: Project) => boolean;
  /** The sides that old Keystone could store on it. */
  readonly isStored?: (side: Side) => boolean;
  /** An item that no longer exists. */
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

/** The sides of each relationship that still refer to the missing item: none in half of the databases, few in the others. */
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

/** The links that remain when each side stores what it has room for. */
function asStored({ left, right }: Relationship, links: Stored, isStored: (side: Side) => boolean): Stored {
  const keep = (side: Side | null, pairs: readonly Pair[], end: 0 | 1): readonly Pair[] => {
    if (!side || !isStored(side)) return [];
    return side.many ? pairs : storedInField(pairs, end);
  };
  return { left: keep(left, links.left, 0), right: keep(right, links.right, 1) };
}
