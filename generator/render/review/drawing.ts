import { Graph, layout } from '@dagrejs/dagre';
import { type Arrow, boxesOf, type Diagram } from './diagram.ts';

/** A diagram with a place for everything, in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Drawn narrower than this, its texts cannot be read. */
  readonly minWidth: number;
  readonly boxes: readonly Label[];
  readonly arrows: readonly { readonly mark: Arrow['mark']; readonly path: string; readonly label: Label }[];
}

/** Lines of text, one below the other, in a rectangle. */
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
/** The font is one of even widths (style.css.hbs), so that the width of a text is known without drawing it. */
const CHARACTER = 13 * 0.61;
const LINE = 17;

/** Finds places for the boxes and ways for the arrows. The same diagram gives the same drawing. */
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

/** What an arrow says. Long names break after `_` and `.`, as everywhere. */
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

/** A line through points that is level at each of them, with a head at the last one. */
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

/** A line that leaves a box at its right, passes the label, and comes back at the left. */
function loop({ left, width, y }: Label, label: Label): string {
  const right = left + width;
  const beside = Math.max(30, Math.round((label.width - width) / 2) + 16);
  return `M${right} ${y}C${right + beside} ${y} ${right + beside} ${label.y} ${label.x} ${label.y}C${left - beside} ${label.y} ${left - beside} ${y} ${left} ${y}${head({ x: left, y }, 1)}`;
}

const head = ({ x, y }: Point, direction: 1 | -1): string =>
  `M${x - 8 * direction} ${y - 4}L${x} ${y}L${x - 8 * direction} ${y + 4}`;

/** How many columns a text takes: ideographs and emoji two, accents that combine none. */
const columns = (text: string): number =>
  Array.from(text, (character) =>
    /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1,
  ).reduce<number>((sum, width) => sum + width, 0);

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u;
