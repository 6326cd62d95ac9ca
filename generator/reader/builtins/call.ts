import type { Call } from '../machine.ts';
import { argumentAt } from '../members.ts';
import { native, type Value } from '../values.ts';

/** An argument of a call; undefined where it was not given. */
export function argument(call: Call, index: number): Value {
  return argumentAt(call.args, index);
}

/** A table of native functions as the members of something. */
export function membersOf(
  owner: string,
  table: Readonly<Record<string, (call: Call) => Value>>,
): ReadonlyMap<string, Value> {
  return new Map(Object.entries(table).map(([name, run]) => [name, native(`${owner}.${name}`, run)]));
}
