import { choice, type ObjectValue, type UnknownValue, undefinedValue, type Value } from '../values.ts';

/**
 * How a statement ended. `partial`: under a condition that is unknown it left its loop or function
 * (`left` says in which ways), otherwise it ended normally.
 */
export type Completion =
  | { readonly kind: 'normal' }
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'break' | 'continue'; readonly label: string | null }
  /** It waits for a promise, and goes on with `resume` when that is settled. */
  | {
      readonly kind: 'await';
      readonly promise: ObjectValue;
      readonly phase: number;
      readonly resume: () => Completion;
    }
  | { readonly kind: 'partial'; readonly why: UnknownValue; readonly left: readonly Leaving[] };

export type Leaving = Exclude<Completion, { kind: 'normal' | 'partial' | 'await' }>;

/** What waits, and does something with how it ends when it has gone on. */
export function later(
  completion: Extract<Completion, { kind: 'await' }>,
  then: (end: Completion) => Completion,
): Completion {
  return { ...completion, resume: () => then(completion.resume()) };
}

export const normal: Completion = { kind: 'normal' };

/** What a function returns whose body ended so. */
export function returnedBy(completion: Completion): Value {
  if (completion.kind === 'return') return completion.value;
  if (completion.kind !== 'partial') return undefinedValue;
  return choice([...completion.left.map(returnedBy), undefinedValue], completion.why);
}

/** One completion for several of which one happened. */
export function joined(completions: readonly Completion[], why: UnknownValue): Completion {
  const left: Leaving[] = [];
  let goesOn = false;
  for (const completion of completions) {
    if (completion.kind === 'normal') goesOn = true;
    else if (completion.kind === 'partial') {
      goesOn = true;
      left.push(...completion.left);
    } else if (completion.kind !== 'await') left.push(completion);
  }
  const [first] = left;
  if (first === undefined) return normal;
  if (goesOn) return { kind: 'partial', why, left };
  if (left.every(({ kind }) => kind === 'return')) {
    return { kind: 'return', value: choice(left.map(returnedBy), why) };
  }
  return left.length === 1 || left.every(({ kind }) => kind === first.kind)
    ? first
    : { kind: 'partial', why, left };
}
