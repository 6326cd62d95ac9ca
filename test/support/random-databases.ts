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
  /** An item that is gone, which some items still point at. */
  readonly gone?: number;
}

/** Random projects with random links, some out of step. */
export function databases({
  isPossible = () => true,
  isStored = () => true,
  gone,
}: Rules): fc.Arbitrary<Drawn> {
  const withGone = gone === undefined ? fc.constant(false) : fc.boolean();
  return project
    .map((found) => ({
      project: found,
      ...findRelationships(found, { sideOrder: 'alphabetical', locale: 'en' }),
    }))
    .filter(({ project, diagnostics }) => diagnostics.length === 0 && isPossible(project))
    .chain(({ project, relationships }) =>
      fc.tuple(fc.tuple(...relationships.map(storedLinks)), withGone).map(([links, isGoneLinked]) => ({
        project,
        relationships,
        stored: relationships.map((relationship, index) =>
          asStored(relationship, links[index] ?? NONE, isStored, isGoneLinked ? gone : undefined),
        ),
      })),
    );
}

/** What remains of links when each side stores them as it can. */
function asStored(
  { left, right }: Relationship,
  links: Stored,
  isStored: (side: Side) => boolean,
  gone: number | undefined,
): Stored {
  const keep = (side: Side | null, pairs: readonly Pair[], end: 0 | 1): readonly Pair[] => {
    if (!side || !isStored(side)) return [];
    const all =
      gone === undefined ? pairs : [...pairs, end === 0 ? ([1, gone] as const) : ([gone, 1] as const)];
    return side.many ? all : storedInField(all, end);
  };
  return { left: keep(left, links.left, 0), right: keep(right, links.right, 1) };
}
