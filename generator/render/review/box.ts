import { type Entity, type Field, type Mark, WORDS } from './diagram.ts';

/** An entity with its place in a drawing, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly entity: Entity;
  /** The base lines of its fields, from its top. */
  readonly rows: readonly { readonly field: Field; readonly y: number }[];
}

/** The font is one of even widths (style.css.hbs), so that the width of a text is known without drawing it. */
const CHARACTER = 13 * 0.61;
const ROW = 24;
export const HEAD = 30;
export const PADDING = 12;
/** What the ends of two lines need between them. */
const BETWEEN_ENDS = 13;

/** The size of an entity: of its texts, and high enough for the lines that arrive at it. */
export const sizeOf = (entity: Entity, arrivals: number): { width: number; height: number } => ({
  width: widthOf(entity),
  height: Math.max(HEAD + entity.fields.length * ROW, (arrivals + 1) * BETWEEN_ENDS),
});

/** Places an entity. The box is at the left of its room, where that is wider. */
export function boxAt(entity: Entity, left: number, middle: number, height: number): Box {
  return {
    x: Math.round(left),
    y: Math.round(middle - height / 2),
    width: widthOf(entity),
    height,
    entity,
    rows: entity.fields.map((field, index) => ({ field, y: HEAD + index * ROW + 16 })),
  };
}

/** The height at which the line of a field leaves its box. */
export const heightOf = ({ y, entity }: Box, name: string): number =>
  y + HEAD + (entity.fields.findIndex((field) => field.name === name) + 0.5) * ROW;

/** How the type of a field is written. */
export const typeName = ({ type }: Field): string => (type === 'ids' ? 'ids[]' : 'id');

function widthOf({ name, mark, fields }: Entity): number {
  const wordWidth = (of: Mark) => (of === null ? 0 : WORDS[of].length + 3);
  const widths = [
    columns(name) * 1.05 + wordWidth(mark),
    ...fields.map((field) => columns(field.name) + 2 + typeName(field).length + wordWidth(field.mark)),
  ];
  return Math.ceil(Math.max(...widths) * CHARACTER + 2 * PADDING);
}

/** How many columns a text takes: ideographs and emoji two, accents that combine none. */
const columns = (text: string): number =>
  Array.from(text, (character) =>
    /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1,
  ).reduce<number>((sum, width) => sum + width, 0);

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u;
