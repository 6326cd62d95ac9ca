import { callValue } from '../evaluate/functions.ts';
import { argumentsFrom } from '../iterate.ts';
import { native, type Value } from '../values.ts';
import { argument, membersOf } from './call.ts';

/** What every function has. */
export const functionMembers = membersOf(
  'Function',
  {
    call: (call) => callValue(call.machine, call.self, call.given.slice(1), argument(call, 0), call.place),
    apply: (call) => {
      const list = argument(call, 1);
      const isNone = list.kind === 'primitive' && (list.value ?? null) === null;
      const args = isNone ? [] : argumentsFrom(call.machine, list, call.place);
      return callValue(call.machine, call.self, args, argument(call, 0), call.place);
    },
    bind: (call) => {
      const bound = call.given.slice(1);
      const run = (args: readonly Value[], inner: typeof call) =>
        callValue(inner.machine, call.self, [...bound, ...args], argument(call, 0), inner.place);
      return native('bound', (inner) => run(inner.given, inner), { takesChoices: true });
    },
  },
  { takesChoices: true },
);
