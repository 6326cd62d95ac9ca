import { Graph, layout } from '@dagrejs/dagre';
import { type Arrow, boxesOf, type Diagram } from './diagram.ts';

/** A diagram with positions and sizes in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** The text is too small to read in a narrower drawing. */
  readonly minWidth: number;
  readonly boxes: readonly Label[];
  readonly arrows: readonly { readonly mark: Arrow['mark']; readonly path: string; readonly label: Label }[];
}

/** Lines of text in a rectangle. */
interface Label {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
  readonly lines: readonly { readonly text: string; readonly y: number }[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Node extends Partial<Point> {
  readonly width: number;
  readonly height: number;
}

const SPACING = { nodesep: 20, ranksep: 36, edgesep: 12, marginx: 8, marginy: 8 };
/** The font is monospaced (style.css.hbs), so the width of a text is known without rendering it. */
const CHARACTER = 13 * 0.61;
const LINE = 17;

/** Positions the boxes and routes the arrows. The same diagram always gives the same drawing. */
export function draw(diagram: Diagram): Drawing {
  const names = boxesOf(diagram);
  const id = (name: string): string => String(names.indexOf(name));
  const graph = new Graph<{ width?: number; height?: number }, Node, Node & { points?: Point[] }>({
    directed: true,
    multigraph: true,
  });
  graph.setGraph({ rankdir: 'LR', ...SPACING });
  for (const name of names) graph.setNode(id(name), sizeOf([name], 12));
  for (const [index, arrow] of diagram.arrows.entries()) {
    const label = { ...sizeOf(linesOf(arrow), 2), labelpos: 'c' };
    graph.setEdge(id(arrow.from), id(arrow.to), label, String(index));
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    minWidth: Math.ceil(width * 0.5),
    boxes: names.map((name) => labelAt(graph.node(id(name)), [name])),
    arrows: diagram.arrows.map((arrow, index) => {
      const edge = graph.edge(id(arrow.from), id(arrow.to), String(index));
      const label = labelAt(edge, linesOf(arrow));
      const box = labelAt(graph.node(id(arrow.from)), []);
      const path = arrow.from === arrow.to ? loop(box, label) : curve(edge.points ?? []);
      return { mark: arrow.mark, path, label };
    }),
  };
}

/** The label of an arrow. As in the rest of the page, long names break after `_` and `.`. */
function linesOf({ names: [name = '', newName], mark }: Arrow): string[] {
  const texts = [name, ...(newName === undefined ? [] : [`→ ${newName}`]), ...(mark === null ? [] : [mark])];
  return texts.flatMap((text) => text.match(/.{1,22}(?:[_.]|$)|.+?(?:[_.]|$)/gsu) ?? []);
}

const sizeOf = (lines: readonly string[], padding: number) => ({
  width: Math.ceil(Math.max(...lines.map(columns)) * CHARACTER) + 2 * padding,
  height: lines.length * LINE + padding,
});

function labelAt({ x = 0, y = 0, width, height }: Node, lines: readonly string[]): Label {
  const first = y - ((lines.length - 1) / 2) * LINE;
  return {
    ...{ left: Math.round(x - width / 2), top: Math.round(y - height / 2), width, height },
    ...{ x: Math.round(x), y: Math.round(y) },
    lines: lines.map((text, index) => ({ text, y: Math.round(first + index * LINE) })),
  };
}

/** A curve through the points that is horizontal at each of them, with an arrowhead at the last one. */
function curve(points: readonly Point[]): string {
  const rounded = points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
  const parts = rounded.map(({ x, y }, index) => {
    const before = rounded[index - 1];
    if (!before) return `M${x} ${y}`;
    const middle = Math.round((before.x + x) / 2);
    return `C${middle} ${before.y} ${middle} ${y} ${x} ${y}`;
  });
  const [last, before] = [rounded.at(-1), rounded.at(-2)];
  return last && before ? `${parts.join('')}${head(last, before.x < last.x ? 1 : -1)}` : '';
}

/** A curve from the right edge of a box, around the label, to its left edge. */
function loop({ left, width, y }: Label, label: Label): string {
  const right = left + width;
  const margin = Math.max(30, Math.round((label.width - width) / 2) + 16);
  return `M${right} ${y}C${right + margin} ${y} ${right + margin} ${label.y} ${label.x} ${label.y}C${left - margin} ${label.y} ${left - margin} ${y} ${left} ${y}${head({ x: left, y }, 1)}`;
}

const head = ({ x, y }: Point, direction: 1 | -1): string =>
  `M${x - 8 * direction} ${y - 4}L${x} ${y}L${x - 8 * direction} ${y + 4}`;

/** The width of a text in columns: two for ideographs and emoji, none for combining accents. */
const columns = (text: string): number =>
  Array.from(text, (character) =>
    /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1,
  ).reduce<number>((sum, width) => sum + width, 0);

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u;
