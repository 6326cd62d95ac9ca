/** The lists of a database, and what stores the links between them. */
export interface Diagram {
  readonly arrows: readonly Arrow[];
}

/** Links, from the items of one list to those of another. */
export interface Arrow {
  /** The tables or collections of the lists. */
  readonly from: string;
  readonly to: string;
  /** What stores them; where that gets another name, both. */
  readonly names: readonly string[];
  readonly mark: 'dropped' | 'new' | null;
}

/** The tables or collections of a diagram. */
export const boxesOf = ({ arrows }: Diagram): string[] =>
  [...new Set(arrows.flatMap(({ from, to }) => [from, to]))].sort();

/** Beyond this nobody follows the arrows. */
const READABLE = { boxes: 25, arrows: 40 };

export const isReadable = (diagram: Diagram): boolean =>
  boxesOf(diagram).length <= READABLE.boxes && diagram.arrows.length <= READABLE.arrows;
