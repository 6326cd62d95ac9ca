import { fork } from '../fork.ts';
import type { Machine } from '../machine.ts';
import { choice, type UnknownValue, undefinedValue, type Value } from '../values.ts';

/**
 * How a statement ended. `partial`: on an unknown condition it left its loop or function in one of the ways in `left`, or
 * else ended normally.
 */
export type Completion =
  | { readonly kind: 'normal' }
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'break' | 'continue' }
  | { readonly kind: 'partial'; readonly why: UnknownValue; readonly left: readonly Leaving[] };

export type Leaving = Exclude<Completion, { kind: 'normal' | 'partial' }>;

export const normal: Completion = { kind: 'normal' };

/** What a function returns whose body ended so. */
export function returnedBy(completion: Completion): Value {
  if (completion.kind === 'return') return completion.value;
  if (completion.kind !== 'partial') return undefinedValue;
  return choice([...completion.left.map(returnedBy), undefinedValue], completion.why);
}

/** One completion for several of which one happened. */
export function joined(completions: readonly Completion[], why: UnknownValue): Completion {
  const left = completions.flatMap((each): readonly Leaving[] => {
    if (each.kind === 'partial') return each.left;
    return each.kind === 'normal' ? [] : [each];
  });
  const [first] = left;
  if (first === undefined) return normal;
  const goesOn = completions.some(({ kind }) => kind === 'normal' || kind === 'partial');
  if (goesOn || left.some(({ kind }) => kind !== first.kind)) return { kind: 'partial', why, left };
  return first.kind === 'return' ? { kind: 'return', value: choice(left.map(returnedBy), why) } : first;
}

/** Runs branches, one of which would be taken. */
export function oneOf(
  machine: Machine,
  why: UnknownValue,
  branches: readonly (() => Completion)[],
): Completion {
  return joined(fork(machine, why, branches), why);
}

/** Goes on after a statement, unless that has left. */
export function andThen(machine: Machine, completion: Completion, rest: () => Completion): Completion {
  if (completion.kind === 'normal') return rest();
  if (completion.kind !== 'partial') return completion;
  const ends: Completion[] = [...completion.left];
  fork(machine, completion.why, [() => ends.push(rest()), () => ends.length]);
  return joined(ends, completion.why);
}

/** Ends a `break` or `continue` at the statement to which it belongs. */
export function without(kind: 'break' | 'continue', completion: Completion): Completion {
  if (completion.kind === kind) return normal;
  if (completion.kind !== 'partial') return completion;
  const left = completion.left.filter((each) => each.kind !== kind);
  return joined([...left, normal], completion.why);
}
