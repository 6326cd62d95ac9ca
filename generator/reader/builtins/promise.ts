import { callValue } from '../evaluate/functions.ts';
import { Thrown } from '../machine.ts';
import { iterate } from '../members.ts';
import { isUndefined, newArray, undefinedValue, type Value } from '../values.ts';
import { argument, membersOf } from './call.ts';

/**
 * Promises are taken for the values that they hold, so that every value has these. `then` is sure to
 * run: code that waits for a connection before it creates lists creates them.
 */
export const promiseMembers = membersOf('Promise', {
  // biome-ignore lint/suspicious/noThenProperty: the program read may call it
  then: (call) => {
    const callback = argument(call, 0);
    if (isUndefined(callback)) return call.self;
    return callValue(call.machine, callback, [call.self], undefinedValue, call.place);
  },
  catch: (call) => call.self,
  finally: (call) => {
    callValue(call.machine, argument(call, 0), [], undefinedValue, call.place);
    return call.self;
  },
});

export const promiseStatics = membersOf('Promise', {
  resolve: (call) => argument(call, 0),
  reject: (call) => {
    throw new Thrown(argument(call, 0), call.place);
  },
  all: (call): Value => {
    const { elements, open } = iterate(argument(call, 0), call.place);
    return newArray(elements, call.place, open);
  },
  allSettled: (call) => iterate(argument(call, 0), call.place),
});
