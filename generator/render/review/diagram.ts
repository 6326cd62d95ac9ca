/** The lists of a database, and where the links between them are stored. */
export interface Diagram {
  readonly arrows: readonly Arrow[];
}

/** The links from one list to another. */
export interface Arrow {
  /** The tables or collections of the lists. */
  readonly from: string;
  readonly to: string;
  /** The table, column, field or collection with the links: one name, or the old and the new one. */
  readonly names: readonly string[];
  readonly mark: 'dropped' | 'new' | null;
}

/** The tables or collections of a diagram. */
export const boxesOf = ({ arrows }: Diagram): string[] =>
  [...new Set(arrows.flatMap(({ from, to }) => [from, to]))].sort();

/** Nobody can follow the arrows of a larger diagram. */
const READABLE = { boxes: 25, arrows: 40 };

export const isReadable = (diagram: Diagram): boolean =>
  boxesOf(diagram).length <= READABLE.boxes && diagram.arrows.length <= READABLE.arrows;
