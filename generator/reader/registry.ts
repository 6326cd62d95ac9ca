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
  /** The list whose field makes it; null for one of the project's own. */
  readonly owner: string | null;
  /** The condition under which alone the list is created so; null when there is none. */
  readonly condition: UnknownValue | null;
}

/**
 * The lists after branches of which one was taken: those that all branches create alike are created in
 * any case, each other one on condition.
 */
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

/** Whether two lists say the same but for where they are written. */
export function sameList(a: List, b: List): boolean {
  return textOf(a) === textOf(b);
}

function textOf(list: List): string {
  return JSON.stringify(list, (key, value) => (key === 'source' ? undefined : value));
}
