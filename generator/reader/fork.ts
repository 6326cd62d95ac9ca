import { apply, applyJoined, type Changes, tryOut } from './journal.ts';
import { caught, type Machine, Thrown } from './machine.ts';
import { truth } from './truth.ts';
import { choice, type UnknownValue, type Value } from './values.ts';

/**
 * Runs branches, one of which would be taken, and leaves everything as far as they agree. A branch that throws is taken
 * not to happen. If all of them throw, so does this.
 *
 * @returns the results of the branches that came to an end
 */
export function fork<Result>(
  machine: Machine,
  why: UnknownValue,
  branches: readonly (() => Result)[],
): Result[] {
  const ended: { result: Result; changes: Changes }[] = [];
  const thrown: Thrown[] = [];
  for (const branch of branches) {
    const results: (Result | Thrown)[] = [];
    const changes = tryOut(machine.journal, () => void results.push(caught(machine, branch)));
    for (const result of results) {
      if (result instanceof Thrown) thrown.push(result);
      else ended.push({ result, changes });
    }
  }
  const [failure] = thrown;
  if (failure !== undefined) {
    machine.risks.push(why);
    if (ended.length === 0) throw failure;
  }
  const [only, ...others] = ended.map(({ changes }) => changes);
  if (only !== undefined && others.length === 0) apply(machine.journal, only);
  else if (only !== undefined) applyJoined(machine.journal, [only, ...others], why);
  return ended.map(({ result }) => result);
}

/** Runs something that may or may not happen. */
export function perhaps<Result>(machine: Machine, why: UnknownValue, run: () => Result): Result | null {
  return fork<Result | null>(machine, why, [run, () => null])[0] ?? null;
}

/** The value of the branch that is taken, which is unknown. */
export function forkValue(machine: Machine, why: UnknownValue, branches: readonly (() => Value)[]): Value {
  return choice(fork(machine, why, branches), why);
}

/** The value of one branch or the other, as the condition says. */
export function either(machine: Machine, condition: Value, ifTrue: () => Value, ifFalse: () => Value): Value {
  const known = truth(condition);
  if (known === true) return ifTrue();
  if (known === false) return ifFalse();
  return forkValue(machine, known, [ifTrue, ifFalse]);
}

/** Does with each option of a choice what it would do with a plain value. */
export function forEachOption(machine: Machine, value: Value, run: (option: Value) => Value): Value {
  if (value.kind !== 'choice') return run(value);
  const branches = value.options.map((option) => () => run(option));
  return forkValue(machine, value.why, branches);
}
