import { Graph, layout } from '@dagrejs/dagre';
import { type Box, boxAt, sizeOf } from './box.ts';
import type { Diagram } from './diagram.ts';
import { drawLines, type Line, LOOP, type Point } from './line.ts';

/** A diagram with a place for everything, in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

const SPACING = { nodesep: 28, ranksep: 84, edgesep: 14, marginx: 12, marginy: 12 };

/**
 * Finds places for the boxes, those that refer to others at their left, and ways for the lines. The same diagram gives the
 * same drawing.
 */
export function layOut({ entities, references }: Diagram): Drawing {
  const ids = new Map(entities.map(({ name }, index) => [name, String(index)]));
  const id = (name: string): string => ids.get(name) ?? '';
  const graph = new Graph<GraphSize, Placed, { points?: Point[] }>({ directed: true, multigraph: true });
  graph.setGraph({ rankdir: 'LR', ...SPACING });
  for (const entity of entities) {
    const arriving = references.filter(({ to }) => to === entity.name);
    const { width, height } = sizeOf(entity, arriving.length);
    const isLooped = arriving.some(({ from }) => from === entity.name);
    graph.setNode(id(entity.name), { width: width + (isLooped ? LOOP : 0), height });
  }
  for (const { from, to, field } of references) if (from !== to) graph.setEdge(id(from), id(to), {}, field);
  layout(graph);

  const boxes = new Map(
    entities.map((entity) => {
      const { x = 0, y = 0, width, height } = graph.node(id(entity.name));
      return [entity.name, boxAt(entity, x - width / 2, y, height)];
    }),
  );
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (!found) throw new Error(`there is no box ${name}`);
    return found;
  };
  const routes = references.map((reference) => {
    const { from, to, field } = reference;
    const points = from === to ? [] : (graph.edge(id(from), id(to), field).points ?? []);
    return { reference, from: box(from), to: box(to), between: points.slice(1, -1).map(rounded) };
  });
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: [...boxes.values()],
    lines: drawLines(routes),
  };
}

interface GraphSize {
  readonly width?: number;
  readonly height?: number;
}

interface Placed {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
