import { callValue } from '../evaluate/functions.ts';
import { iterate } from '../members.ts';
import { native, primitive } from '../values.ts';
import { argument, membersOf } from './call.ts';

/** What every function has. */
export const functionMembers = membersOf('Function', {
  call: (call) => callValue(call.machine, call.self, call.args.slice(1), argument(call, 0), call.place),
  apply: (call) => {
    const { elements } = iterate(argument(call, 1), call.place);
    return callValue(call.machine, call.self, elements, argument(call, 0), call.place);
  },
  bind: (call) => {
    const bound = call.args.slice(1);
    return native('bound', ({ machine, args, place }) =>
      callValue(machine, call.self, [...bound, ...args], argument(call, 0), place),
    );
  },
  toString: () => primitive('function () {}'),
});
