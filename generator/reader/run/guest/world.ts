import type { Call, Outside, World } from './request.ts';

/** The world that a run is in, and what it has met of it. */
export const meetings = {
  world: 'plain' as World,
  outside: new Map<string, Outside>(),
  doubts: new Set<string>(),
};

/** Notes that something was asked for which is not in the source. */
export function meet(kind: Outside['kind'], name: string): void {
  meetings.outside.set(`${kind} ${name}`, { kind, name });
}

/** Notes that something which is not in the source decides about lists; `clause` says what. */
export function doubt(clause: string): void {
  meetings.doubts.add(clause);
}

/** The call of the user's code that led here; null where there is none. Files that the user wrote have absolute paths. */
export function callOfUser(stack: string | undefined): Call | null {
  for (const line of (stack ?? '').split('\n')) {
    const match = /\(?((?:\/|[A-Za-z]:[\\/])[^()]*):(\d+):(\d+)\)?$/.exec(line);
    if (match?.[1] === undefined) continue;
    return { file: match[1], line: Number(match[2]), column: Number(match[3]) };
  }
  return null;
}
