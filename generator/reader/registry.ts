import type { Place } from './place.ts';
import type { List } from './project.ts';
import type { UnknownValue } from './values.ts';

/** The lists created so far. */
export interface Registry {
  readonly kind: 'registry';
  entries: RegisteredList[];
  readonly born: number;
}

export interface RegisteredList {
  readonly list: List;
  readonly place: Place;
  /** The list whose field creates it; null for a list of the project's own. */
  readonly owner: string | null;
  /** The unknown condition under which the list is created like this; null if there is none. */
  readonly condition: UnknownValue | null;
}

/** The lists after branches of which one is taken. A list that not every branch creates gets a condition. */
export function joinRegistries(
  former: readonly RegisteredList[],
  branches: readonly (readonly RegisteredList[])[],
  why: UnknownValue,
): readonly RegisteredList[] {
  const added = branches.map((entries) => entries.slice(former.length));
  const joined: RegisteredList[] = [];
  for (const [index, entries] of added.entries()) {
    for (const entry of entries) {
      if (joined.some((known) => sameList(known.list, entry.list))) continue;
      const others = added.filter((_, other) => other !== index);
      const everywhere = others.every((other) => other.some(({ list }) => sameList(list, entry.list)));
      joined.push(everywhere ? entry : { ...entry, condition: entry.condition ?? why });
    }
  }
  return [...former, ...joined];
}

/** Whether two lists are the same, wherever they are written. */
export function sameList(a: List, b: List): boolean {
  return textOf(a) === textOf(b);
}

function textOf(list: List): string {
  return JSON.stringify(list, (key, value) => (key === 'source' ? undefined : value));
}
