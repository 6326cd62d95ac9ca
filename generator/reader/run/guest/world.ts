import type { Call, Outside } from '../findings.ts';
import type { World } from './request.ts';

/** The world of a run, and what the run asks of it. */
export const meetings = {
  world: 'plain' as World,
  outside: new Map<string, Outside>(),
  doubt: null as string | null,
};

/** Notes that the code asked for something that is not in the source. */
export function meet(kind: Outside['kind'], name: string): void {
  meetings.outside.set(`${kind} ${name}`, { kind, name });
}

/** Notes that something outside the source decides about lists. One such clause is enough. */
export function doubt(clause: string): void {
  meetings.doubt ??= clause;
}

/** The user's innermost call in a stack; null if there is none. Only files of the user have absolute paths. */
export function callOfUser(stack: string | undefined): Call | null {
  const [, file, line, column] =
    /\(?((?:\/|[A-Za-z]:[\\/])[^()\n]*):(\d+):(\d+)\)?$/m.exec(stack ?? '') ?? [];
  return file === undefined ? null : { file, line: Number(line), column: Number(column) };
}
