import { type Box, HEAD, heightOf } from './box.ts';
import type { End, Mark, Reference } from './diagram.ts';

/** A reference as it is drawn: a path, and a sign at each of its ends. */
export interface Line {
  readonly path: string;
  readonly ends: readonly Foot[];
  readonly mark: Mark;
}

/** Where a line meets a box, and to which side it leaves: 1 is right. */
export interface Foot extends Point {
  readonly end: End;
  readonly towards: Side;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

type Side = 1 | -1;

/** A reference with its boxes, and the points that its line passes between them. */
export interface Route {
  readonly reference: Reference;
  readonly from: Box;
  readonly to: Box;
  readonly between: readonly Point[];
}

/** What a line from a box to itself needs at the right of it. */
export const LOOP = 40;

/** Draws the lines, each from the row of its field; those that arrive at one side of a box are spread over it. */
export function drawLines(routes: readonly Route[]): Line[] {
  const arrivals = new Map<string, Route[]>();
  for (const route of routes) arrivals.set(sideKey(route), [...(arrivals.get(sideKey(route)) ?? []), route]);
  for (const side of arrivals.values()) side.sort((a, b) => approach(a) - approach(b));
  return routes.map((route) => {
    const side = arrivals.get(sideKey(route)) ?? [];
    const place = (side.indexOf(route) + 1) / (side.length + 1);
    // At the right most lines leave, from the rows: a few that arrive there keep above them.
    const room = arrivesAt(route) === 1 && side.length < 3 ? HEAD : route.to.height;
    return draw(route, Math.round(route.to.y + room * place));
  });
}

const isLoop = ({ from, to }: Route): boolean => from === to;

const arrivesAt = ({ from, to, between }: Route): Side =>
  from === to ? 1 : sideTowards(to, between.at(-1) ?? from);

const sideKey = (route: Route): string => `${route.to.x} ${route.to.y} ${arrivesAt(route)}`;

/** The height that a line comes from. */
const approach = (route: Route): number =>
  isLoop(route) ? route.to.y : (route.between.at(-1)?.y ?? heightOf(route.from, route.reference.field));

function draw(route: Route, arrival: number): Line {
  const { reference, from, to, between } = route;
  const leaves = isLoop(route) ? 1 : sideTowards(from, between[0] ?? to);
  const arrives = arrivesAt(route);
  const start = { x: leaves === 1 ? from.x + from.width : from.x, y: heightOf(from, reference.field) };
  const end = { x: arrives === 1 ? to.x + to.width : to.x, y: isLoop(route) ? to.y + HEAD / 2 : arrival };
  return {
    path: isLoop(route) ? loop(start, end) : curve([start, ...between, end]),
    ends: [
      { end: reference.fromEnd, ...start, towards: leaves },
      { end: reference.toEnd, ...end, towards: arrives },
    ],
    mark: reference.mark,
  };
}

/** 1 where a line to the point leaves at the right side of the box, -1 at the left. */
const sideTowards = (box: Box, { x }: Point): Side => (x >= box.x + box.width / 2 ? 1 : -1);

const loop = (start: Point, end: Point): string => {
  const x = start.x + LOOP;
  return `M${start.x} ${start.y}C${x} ${start.y} ${x} ${end.y} ${end.x} ${end.y}`;
};

/** A line through points that is level at each of them. */
function curve([first, ...rest]: readonly Point[]): string {
  if (!first) return '';
  let [path, { x, y }] = [`M${first.x} ${first.y}`, first];
  for (const next of rest) {
    const middle = Math.round((x + next.x) / 2);
    path += `C${middle} ${y} ${middle} ${next.y} ${next.x} ${next.y}`;
    [x, y] = [next.x, next.y];
  }
  return path;
}

/** The sign at the end of a line: a fork for many, a stroke for one, and a circle where there may be none. */
export function footOf({ end, x, y, towards }: Foot): string {
  const at = (distance: number) => x + distance * towards;
  if (end === 'many') return `M${x} ${y - 5}L${at(10)} ${y}L${x} ${y + 5}`;
  const stroke = `M${at(6)} ${y - 5}V${y + 5}`;
  const circle = `M${at(9)} ${y}a3.5 3.5 0 1 0 ${7 * towards} 0a3.5 3.5 0 1 0 ${-7 * towards} 0`;
  return end === 'one' ? stroke : `${stroke}${circle}`;
}
