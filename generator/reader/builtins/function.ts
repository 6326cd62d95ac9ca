import { callValue } from '../evaluate/functions.ts';
import { argumentsFrom } from '../members.ts';
import { native, primitive } from '../values.ts';
import { argument, membersOf } from './call.ts';

/** What every function has. */
export const functionMembers = membersOf('Function', {
  call: (call) => callValue(call.machine, call.self, call.given.slice(1), argument(call, 0), call.place),
  apply: (call) => {
    const args = argumentsFrom(argument(call, 1), call.place);
    return callValue(call.machine, call.self, args, argument(call, 0), call.place);
  },
  bind: (call) => {
    const bound = call.given.slice(1);
    return native('bound', ({ machine, given, place }) =>
      callValue(machine, call.self, [...bound, ...given], argument(call, 0), place),
    );
  },
  toString: () => primitive('function () {}'),
});
