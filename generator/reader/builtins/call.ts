import { argumentAt } from '../iterate.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { type NativeValue, native, type UnknownValue, type Value } from '../values.ts';

/** An argument of a call; undefined if it was not given. */
export function argument(call: Call, index: number): Value {
  return argumentAt(call.args, index);
}

/** Why one of the arguments is not known; null if all are. */
export function doubtIn(args: readonly Value[], { place }: Call): UnknownValue | null {
  return args.reduce<UnknownValue | null>((why, each) => why ?? reasonOf(each, place), null);
}

/** A table of native functions as the members of something. */
export function membersOf(
  owner: string,
  table: Readonly<Record<string, (call: Call) => Value>>,
  more: Pick<NativeValue, 'takesChoices'> = {},
): ReadonlyMap<string, Value> {
  return new Map(Object.entries(table).map(([name, run]) => [name, native(`${owner}.${name}`, run, more)]));
}
