import { callValue } from '../evaluate/functions.ts';
import { argumentsFrom, getMember, toKey } from '../members.ts';
import type { Value } from '../values.ts';
import { argument, membersOf } from './call.ts';
import { objectStatics } from './object.ts';

/** The members of `Reflect`; those that `Object` has under the same names do the same for lists. */
export const reflectMembers: ReadonlyMap<string, Value> = new Map([
  ...objectStatics,
  ...membersOf('Reflect', {
    apply: (call) => {
      const args = argumentsFrom(argument(call, 2), call.place);
      return callValue(call.machine, argument(call, 0), args, argument(call, 1), call.place);
    },
    get: (call) =>
      getMember(call.machine, argument(call, 0), toKey(argument(call, 1), call.place), call.place),
  }),
]);
